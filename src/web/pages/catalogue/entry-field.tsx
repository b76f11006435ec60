import { useAnalytes, useAnalyzers, useWordsOf } from '../../api/queries.ts';
import { useWords } from '../../i18n/i18n.ts';
import { Field } from '../../parts/field.tsx';
import type { CatalogueField } from './kinds.ts';

interface Props {
  readonly field: CatalogueField;
  readonly value: string;
  readonly locked: boolean;
  readonly onChange: (text: string) => void;
}

/** One field of an entry, in the control its kind asks for. */
export function EntryField({ field, value, locked, onChange }: Props) {
  const { t, known } = useWords();
  const key = field.name.replace('.', '-');
  const hint = known(`catalogue.hints.${field.kind === 'age' ? 'age' : key}`, '');
  const wide = field.kind === 'analytes' || field.kind === 'list' || field.name.startsWith('name.');
  return (
    <Field
      label={t(`catalogue.fields.${field.label ?? key}`)}
      hint={hint === '' ? undefined : hint}
      {...(wide ? { className: 'wide' } : {})}
    >
      {(control) => {
        const common = { ...control, required: field.required === true, disabled: locked };
        if (field.kind === 'choice') return <Choice {...common} field={field} value={value} onChange={onChange} />;
        if (field.kind === 'line') return <LineChoice {...common} value={value} onChange={onChange} />;
        if (field.kind === 'analyte') return <AnalyteInput {...common} value={value} onChange={onChange} />;
        if (field.kind === 'analytes' || field.kind === 'list') {
          return (
            <textarea
              {...common}
              className="textarea mono"
              rows={Math.min(10, Math.max(3, value.split('\n').length))}
              value={value}
              onChange={(event) => onChange(event.target.value)}
            />
          );
        }
        return (
          <input
            {...common}
            className={field.kind === 'text' ? 'input' : 'input mono'}
            inputMode={field.kind === 'decimal' || field.kind === 'number' ? 'decimal' : undefined}
            value={value}
            onChange={(event) => onChange(event.target.value)}
          />
        );
      }}
    </Field>
  );
}

interface ControlProps {
  readonly id: string;
  readonly required: boolean;
  readonly disabled: boolean;
  readonly value: string;
  readonly onChange: (text: string) => void;
}

function Choice({ field, value, onChange, ...rest }: ControlProps & { readonly field: CatalogueField }) {
  const { t, nameOf } = useWords();
  const words = useWordsOf(field.of ?? 'sections');
  const options =
    field.options?.map((option) => ({ option, label: t(`catalogue.options.${option}`) })) ??
    (words.data ?? []).map(({ code, name }) => ({ option: code, label: nameOf(name, code) }));
  return (
    <select {...rest} className="select" value={value} onChange={(event) => onChange(event.target.value)}>
      {(!rest.required || value === '') && <option value="">–</option>}
      {options.map(({ option, label }) => (
        <option key={option} value={option}>
          {label}
        </option>
      ))}
    </select>
  );
}

/** A line of the laboratory; one that is gone from lab.yaml stays where it was named. */
function LineChoice({ value, onChange, ...rest }: ControlProps) {
  const { data: lines = [] } = useAnalyzers();
  const ids = lines.map(({ id }) => id);
  const options = value === '' || ids.includes(value) ? ids : [value, ...ids];
  return (
    <select {...rest} className="select" value={value} onChange={(event) => onChange(event.target.value)}>
      {(!rest.required || value === '') && <option value="">–</option>}
      {options.map((id) => (
        <option key={id} value={id}>
          {id}
        </option>
      ))}
    </select>
  );
}

function AnalyteInput({ value, onChange, ...rest }: ControlProps) {
  const { nameOf } = useWords();
  const analytes = useAnalytes();
  const list = `${rest.id}-analytes`;
  return (
    <>
      <input
        {...rest}
        className="input mono"
        list={list}
        value={value}
        onChange={(event) => onChange(event.target.value)}
      />
      <datalist id={list}>
        {(analytes.data ?? []).map(({ code, name }) => (
          <option key={code} value={code}>
            {nameOf(name, code)}
          </option>
        ))}
      </datalist>
    </>
  );
}
