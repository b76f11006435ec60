import { useWords } from '../../i18n/i18n.ts';
import { Field } from '../../parts/field.tsx';
import type { DraftFaults, RecipientDraft } from './recipient-draft.ts';

/** What a field of the form works on. */
export interface DraftPart {
  readonly draft: RecipientDraft;
  readonly change: (part: Partial<RecipientDraft>) => void;
  readonly faults: DraftFaults;
}

type TextName = Exclude<keyof RecipientDraft, 'mapping'>;

interface LineProps extends DraftPart {
  readonly field: TextName;
  readonly mono?: boolean;
  readonly disabled?: boolean;
  readonly secret?: boolean;
  /** In place of the field's own help. */
  readonly hint?: string;
  readonly label?: string;
}

/** One line of text with its help below, or what is wrong with it. */
export function Line({ field, draft, change, faults, mono, disabled, secret, hint, label }: LineProps) {
  const { t } = useWords();
  const fault = faults[field];
  return (
    <Field
      label={label ?? t(`recipients.${field}`)}
      hint={hint ?? t(`recipients.help.${field}`)}
      wrong={fault === undefined ? undefined : t(`recipients.wrong.${fault}`)}
    >
      {(control) => (
        <input
          {...control}
          className={mono === true ? 'input mono' : 'input'}
          type={secret === true ? 'password' : 'text'}
          autoComplete={secret === true ? 'new-password' : 'off'}
          spellCheck={false}
          disabled={disabled}
          value={draft[field]}
          onChange={(event) => change({ [field]: event.target.value.trimStart() })}
        />
      )}
    </Field>
  );
}

interface ChoiceProps extends Omit<DraftPart, 'faults'> {
  readonly field: 'kind' | 'auth' | 'acknowledgement' | 'charset' | 'unmapped';
  readonly options: readonly string[];
  readonly hint?: string;
  readonly disabled?: boolean;
}

/** One of a few, in words. An empty option is what is usual. */
export function Choice({ field, draft, change, options, hint, disabled }: ChoiceProps) {
  const { t, known } = useWords();
  return (
    <Field label={t(`recipients.${field}`)} hint={hint ?? t(`recipients.help.${field}`)}>
      {(control) => (
        <select
          {...control}
          className="select"
          disabled={disabled}
          value={draft[field]}
          onChange={(event) => change({ [field]: event.target.value })}
        >
          {options.map((each) => (
            <option key={each} value={each}>
              {each === '' ? t('recipients.usual') : known(`recipients.${field}Words.${each}`, each)}
            </option>
          ))}
        </select>
      )}
    </Field>
  );
}
