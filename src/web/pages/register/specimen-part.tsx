import { useHeld, useSpecimen } from '../../api/queries.ts';
import type { Priority } from '../../api/types.ts';
import { useMe } from '../../app/session.ts';
import { showDate, showWhen } from '../../format/times.ts';
import { useWords } from '../../i18n/i18n.ts';
import { Field } from '../../parts/field.tsx';
import { useSettled } from '../../parts/use-settled.ts';
import type { Draft } from './draft.ts';
import { readCollected } from './typed-dates.ts';

interface Props {
  readonly draft: Draft;
  readonly change: (part: Partial<Draft>) => void;
  readonly wrong: (field: keyof Draft) => string | undefined;
}

/** The tube: scanned first, or its number is allotted. */
export function AccessionPart({ draft, change, wrong }: Props) {
  const { t, locale } = useWords();
  const accession = useSettled(draft.accession.trim());
  const { data: known } = useSpecimen(accession.length >= 4 ? accession : undefined);
  const taken = known !== undefined && known.accession === draft.accession.trim();
  const waiting = (useHeld().data ?? []).filter((item) => item.accession !== undefined && item.accession === accession);
  const newest = waiting[0];
  return (
    <Field
      label={t('register.accession')}
      hint={
        newest === undefined
          ? t('register.accessionHint')
          : t('register.waiting', { n: waiting.length, analyzer: newest.analyzer, at: showWhen(newest.at, locale) })
      }
      wrong={taken ? t('register.accessionTaken', { name: known.patient.name }) : wrong('accession')}
    >
      {(control) => (
        <input
          {...control}
          className="input mono register-accession"
          data-stop="accession"
          data-scan=""
          autoComplete="off"
          spellCheck={false}
          maxLength={50}
          value={draft.accession}
          onChange={(event) => change({ accession: event.target.value })}
        />
      )}
    </Field>
  );
}

const priorities: readonly Priority[] = ['routine', 'urgent', 'stat'];

/** How urgent, when collected, who asked. */
export function AskedPart({ draft, change, wrong }: Props) {
  const { t, locale } = useWords();
  const zone = useMe().laboratory.timeZone;
  const at = readCollected(draft.collected, zone);
  const text = (field: 'ward' | 'requester' | 'diagnosis', className?: string) => (
    <Field label={t(`register.${field}`)} {...(className === undefined ? {} : { className })}>
      {(control) => (
        <input
          {...control}
          className="input"
          data-stop={field}
          autoComplete="off"
          maxLength={field === 'diagnosis' ? 500 : 200}
          value={draft[field]}
          onChange={(event) => change({ [field]: event.target.value })}
        />
      )}
    </Field>
  );
  return (
    <fieldset className="register-part">
      <legend>{t('register.specimen')}</legend>
      <div className="register-row">
        <fieldset className="field segments" data-stop="priority">
          <legend>{t('register.priority')}</legend>
          <div className="segments-row">
            {priorities.map((priority) => (
              <label key={priority} className={priority}>
                <input
                  type="radio"
                  name="priority"
                  checked={draft.priority === priority}
                  onChange={() => change({ priority })}
                />
                <span>{t(`priority.${priority}`)}</span>
              </label>
            ))}
          </div>
        </fieldset>
        <Field
          label={t('register.collected')}
          hint={
            at === undefined || at === ''
              ? t('register.collectedHint')
              : `${showDate(at)} ${showWhen(at, locale).split(' ').at(-1)}`
          }
          wrong={wrong('collected')}
          className="grow"
        >
          {(control) => (
            <input
              {...control}
              className="input"
              data-stop="collected"
              autoComplete="off"
              maxLength={20}
              value={draft.collected}
              onChange={(event) => change({ collected: event.target.value })}
            />
          )}
        </Field>
      </div>
      <div className="register-row">
        {text('ward', 'grow')}
        {text('requester', 'grow')}
      </div>
      {text('diagnosis')}
      {draft.sex === 'female' && (
        <label className="check">
          <input
            type="checkbox"
            data-stop="pregnant"
            checked={draft.pregnant}
            onChange={(event) => change({ pregnant: event.target.checked })}
          />
          <span>{t('register.pregnant')}</span>
        </label>
      )}
    </fieldset>
  );
}
