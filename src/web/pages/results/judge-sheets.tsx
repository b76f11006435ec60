import { useState } from 'react';
import { useAnalyteMap, useWordsOf } from '../../api/queries.ts';
import type { Observation } from '../../api/types.ts';
import { showValue } from '../../format/numbers.ts';
import { useWords } from '../../i18n/i18n.ts';
import { useCommands } from '../../keys/use-commands.ts';
import { Button } from '../../parts/button.tsx';
import { Field } from '../../parts/field.tsx';
import { Key } from '../../parts/key.tsx';
import { Sheet } from '../../parts/sheet.tsx';
import { Trouble } from '../../parts/trouble.tsx';

interface Props {
  readonly concerned: readonly Observation[];
  readonly onClose: () => void;
  readonly onDone: (text: string) => Promise<void>;
}

/** Runs an act once at a time and keeps what went wrong. */
function useOnce(run: () => Promise<void>): { start: () => void; error: unknown; busy: boolean } {
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>();
  const start = (): void => {
    if (busy) return;
    setBusy(true);
    setError(undefined);
    run().catch((thrown: unknown) => {
      setError(thrown);
      setBusy(false);
    });
  };
  return { start, error, busy };
}

/** `Kali 6,9`, or how many of the specimen. */
function useConcerned(concerned: readonly Observation[]): string {
  const { t, locale, nameOf } = useWords();
  const analytes = useAnalyteMap();
  const [only] = concerned;
  if (concerned.length !== 1 || only === undefined) return t('results.repeat.all', { n: concerned.length });
  return `${nameOf(analytes.get(only.analyte)?.name, only.analyte)} ${showValue(only.value, only.comparator, locale)}`;
}

/** Loads what the sheets offer by number while the specimen is looked at, so that a quick `R 1 Enter` finds it there. */
export function useJudgingWords(): void {
  useWordsOf('rejection-reasons');
  useWordsOf('comments');
}

/** Asking for a repeat: a coded reason by its number, a dilution, or words. */
export function RepeatSheet({ concerned, onClose, onDone }: Props) {
  const { t, nameOf } = useWords();
  const { data: reasons = [] } = useWordsOf('rejection-reasons');
  // The place is kept, not the code: a number pressed before the reasons have come counts when they do.
  const [place, setPlace] = useState<number>();
  const chosen = place === undefined ? '' : (reasons[place]?.code ?? '');
  const [words, setWords] = useState('');
  const [dilution, setDilution] = useState('');
  const factor = /^(1\s*[:/]\s*)?\d{1,4}([.,]\d{1,2})?$/.test(dilution.trim())
    ? dilution.trim().replace(/^1\s*[:/]\s*/, '')
    : '';
  const reason = [chosen, factor === '' ? '' : t('results.repeat.dilution', { factor }), words.trim()]
    .filter((each) => each !== '')
    .join('; ');
  const once = useOnce(() => onDone(reason));
  const submit = (): void => {
    if (reason !== '') once.start();
  };
  const keyOf = (at: number): string | undefined => (at < 9 ? String(at + 1) : undefined);
  useCommands([
    ...Array.from({ length: 9 }, (_, at) => ({ combo: String(at + 1), run: () => setPlace(at) })),
    { combo: 'Enter', run: submit },
  ]);
  return (
    <Sheet title={t('results.repeat.title', { analyte: useConcerned(concerned) })} onClose={onClose}>
      <fieldset className="reasons">
        <legend className="unseen">{t('common.reason')}</legend>
        {reasons.map((each, at) => {
          const key = keyOf(at);
          return (
            <label key={each.code} className="check">
              {key !== undefined && <Key combo={key} />}
              <input type="radio" name="reason" checked={place === at} onChange={() => setPlace(at)} />
              {nameOf(each.name, each.code)}
            </label>
          );
        })}
      </fieldset>
      <div className="sheet-foot">
        <Button tone="primary" disabled={reason === '' || once.busy} onClick={submit}>
          {t('results.repeat.submit')}
        </Button>
        <input
          className="input dilution"
          aria-label={t('results.repeat.factor')}
          placeholder={t('results.repeat.factor')}
          value={dilution}
          onChange={(event) => setDilution(event.target.value)}
          onKeyDown={onEnter(submit)}
        />
        <input
          className="input grow"
          aria-label={t('results.repeat.other')}
          placeholder={t('results.repeat.other')}
          value={words}
          maxLength={800}
          onChange={(event) => setWords(event.target.value)}
          onKeyDown={onEnter(submit)}
        />
        <Button onClick={onClose}>{t('common.cancel')}</Button>
      </div>
      <Trouble error={once.error} />
    </Sheet>
  );
}

/** Keeping back: a reason helps whoever comes next, but is not asked for. */
export function HoldSheet({ concerned, onClose, onDone }: Props) {
  const { t } = useWords();
  return (
    <WordsSheet
      title={t('results.holdForm.title', { analyte: useConcerned(concerned) })}
      label={t('common.reason')}
      hint={t('results.holdForm.hint')}
      submit={t('results.holdForm.submit')}
      needed={false}
      onClose={onClose}
      onDone={onDone}
    />
  );
}

/** A remark that goes with the value into the report; the laboratory's usual ones by their number. */
export function CommentSheet({ concerned, onClose, onDone }: Props) {
  const { t, nameOf } = useWords();
  const { data: usual = [] } = useWordsOf('comments');
  return (
    <WordsSheet
      title={t('results.commentForm.title', { analyte: useConcerned(concerned) })}
      label={t('results.commentForm.text')}
      submit={t('results.commentForm.submit')}
      suggestions={usual.map((each) => nameOf(each.name, each.code))}
      needed
      onClose={onClose}
      onDone={onDone}
    />
  );
}

interface WordsProps {
  readonly title: string;
  readonly label: string;
  readonly hint?: string;
  readonly submit: string;
  readonly needed: boolean;
  readonly suggestions?: readonly string[];
  readonly onClose: () => void;
  readonly onDone: (text: string) => Promise<void>;
}

function WordsSheet({ title, label, hint, submit, needed, suggestions = [], onClose, onDone }: WordsProps) {
  const { t } = useWords();
  const [text, setText] = useState('');
  const once = useOnce(() => onDone(text.trim()));
  const ready = !once.busy && (!needed || text.trim() !== '');
  const go = (): void => {
    if (ready) once.start();
  };
  return (
    <Sheet title={title} onClose={onClose}>
      {suggestions.length > 0 && (
        <div className="suggestions">
          {suggestions.map((each) => (
            <button key={each} type="button" className="chip" onClick={() => setText(each)}>
              {each}
            </button>
          ))}
        </div>
      )}
      <Field label={label} hint={hint}>
        {(control) => (
          <input
            {...control}
            className="input"
            data-first=""
            value={text}
            maxLength={1000}
            onChange={(event) => setText(event.target.value)}
            onKeyDown={onEnter(go)}
          />
        )}
      </Field>
      <div className="sheet-foot">
        <Button tone="primary" disabled={!ready} onClick={go}>
          {submit}
        </Button>
        <Button onClick={onClose}>{t('common.cancel')}</Button>
      </div>
      <Trouble error={once.error} />
    </Sheet>
  );
}

/** Enter in a field does what the sheet's first button does. */
export const onEnter = (run: () => void) => (event: React.KeyboardEvent) => {
  if (event.key !== 'Enter' || event.nativeEvent.isComposing) return;
  event.preventDefault();
  run();
};
