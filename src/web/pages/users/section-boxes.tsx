import { useId } from 'react';
import { useWordsOf } from '../../api/queries.ts';
import { useWords } from '../../i18n/i18n.ts';

interface Props {
  readonly value: readonly string[];
  readonly onChange: (sections: readonly string[]) => void;
}

/** The sections a person decides for; none ticked: all of them. One that has left the catalogue can still be unticked. */
export function SectionBoxes({ value, onChange }: Props) {
  const { t, nameOf } = useWords();
  const { data: known = [] } = useWordsOf('sections');
  const hint = useId();
  const gone = value.filter((code) => !known.some((each) => each.code === code));
  return (
    <fieldset className="sections" aria-describedby={hint}>
      <legend>{t('users.sections')}</legend>
      {[
        ...known.map(({ code, name }) => ({ code, words: nameOf(name, code) })),
        ...gone.map((code) => ({ code, words: code })),
      ].map(({ code, words }) => (
        <label key={code} className="check">
          <input
            type="checkbox"
            checked={value.includes(code)}
            onChange={() => onChange(value.includes(code) ? value.filter((each) => each !== code) : [...value, code])}
          />
          {words}
        </label>
      ))}
      <span id={hint} className="small faint">
        {t('users.sectionsHint')}
      </span>
    </fieldset>
  );
}
