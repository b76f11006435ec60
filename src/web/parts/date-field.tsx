import { useState } from 'react';
import { dayAfter, readDay } from '../format/days.ts';
import { showBirthDate } from '../format/times.ts';
import { useWords } from '../i18n/i18n.ts';
import { Field } from './field.tsx';

interface Props {
  readonly label: string;
  /** `YYYY-MM-DD`, or empty for no day. */
  readonly value: string;
  /** A day, or empty where none is asked for. Not called with what is no day. */
  readonly onChange: (day: string) => void;
  readonly required?: boolean;
}

/**
 * A day as it is written here, `25/11/2026`, in both languages: a browser's own date field shows it as the computer is set
 * up, and 11/12 must not be two days. Up and down go day by day.
 */
export function DateField({ label, value, onChange, required = false }: Props) {
  const { t } = useWords();
  const [typed, setTyped] = useState<string>();
  const shown = typed ?? showBirthDate(value);
  const read = shown.trim() === '' ? '' : readDay(shown);
  const wrong = read === undefined || (required && read === '');
  const step = (days: number): void => {
    if (read === undefined || read === '') return;
    setTyped(undefined);
    onChange(dayAfter(read, days));
  };
  return (
    <Field label={label} wrong={wrong ? t('common.dateWrong') : undefined}>
      {(control) => (
        <input
          {...control}
          className="input date-field"
          autoComplete="off"
          inputMode="numeric"
          placeholder={t('common.dateForm')}
          required={required}
          maxLength={10}
          value={shown}
          onChange={(event) => {
            const text = event.target.value;
            setTyped(text);
            const day = text.trim() === '' ? '' : readDay(text);
            // Half a year is no year: only what was typed whole counts while one types.
            const whole = text.trim().length >= 8 || day === '';
            if (day !== undefined && whole && !(required && day === '')) onChange(day);
          }}
          onBlur={() => {
            if (wrong) return;
            if (read !== '' || !required) onChange(read);
            setTyped(undefined);
          }}
          onKeyDown={(event) => {
            const days = { ArrowUp: 1, ArrowDown: -1 }[event.key];
            if (days === undefined) return;
            event.preventDefault();
            step(days);
          }}
        />
      )}
    </Field>
  );
}
