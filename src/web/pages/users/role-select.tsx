import { roles } from '../../../domain/ids.ts';
import type { Role } from '../../api/types.ts';
import { useWords } from '../../i18n/i18n.ts';
import { Field } from '../../parts/field.tsx';

interface Props {
  readonly value: Role;
  readonly onChange: (role: Role) => void;
}

/** A role, with what it may do in words below. */
export function RoleSelect({ value, onChange }: Props) {
  const { t } = useWords();
  return (
    <Field label={t('users.role')} hint={t(`users.may.${value}`)}>
      {(control) => (
        <select
          {...control}
          className="select"
          value={value}
          onChange={(event) => {
            const chosen = roles.find((role) => role === event.target.value);
            if (chosen !== undefined) onChange(chosen);
          }}
        >
          {roles.map((role) => (
            <option key={role} value={role}>
              {t(`roles.${role}`)}
            </option>
          ))}
        </select>
      )}
    </Field>
  );
}
