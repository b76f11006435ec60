import type { InputHTMLAttributes } from 'react';
import { Field } from './field.tsx';

type Given = Pick<
  InputHTMLAttributes<HTMLInputElement>,
  'type' | 'required' | 'autoComplete' | 'autoCapitalize' | 'spellCheck' | 'inputMode'
>;

interface Props extends Given {
  readonly label: string;
  readonly hint?: string;
  readonly mono?: boolean;
  readonly value: string;
  readonly onChange: (text: string) => void;
}

/** One line of text under its label. */
export function TextField({ label, hint, mono = false, value, onChange, ...given }: Props) {
  return (
    <Field label={label} hint={hint}>
      {(control) => (
        <input
          {...control}
          {...given}
          className={mono ? 'input mono' : 'input'}
          value={value}
          onChange={(event) => onChange(event.target.value)}
        />
      )}
    </Field>
  );
}
