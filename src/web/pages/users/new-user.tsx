import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { roles } from '../../../domain/ids.ts';
import { api } from '../../api/client.ts';
import type { Role, User } from '../../api/types.ts';
import { say } from '../../app/toasts.tsx';
import { useWords } from '../../i18n/i18n.ts';
import { Field } from '../../parts/field.tsx';
import { Trouble } from '../../parts/trouble.tsx';
import { RoleSelect } from './role-select.tsx';

export function NewUser({ onAdded }: { readonly onAdded: (username: string) => void }) {
  const { t } = useWords();
  const queries = useQueryClient();
  const [username, setUsername] = useState('');
  const [name, setName] = useState('');
  const [role, setRole] = useState<Role>(roles[0]);
  const [password, setPassword] = useState('');
  const add = useMutation({
    mutationFn: () => api.post<User>('/api/users', { username, role, password, ...(name === '' ? {} : { name }) }),
    onSuccess: (user) => {
      say(t('users.added', { username: user.username }));
      setUsername('');
      setName('');
      setPassword('');
      void queries.invalidateQueries({ queryKey: ['users'] });
      onAdded(user.username);
    },
  });
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        add.mutate();
      }}
    >
      <h2>{t('users.add')}</h2>
      <Field label={t('users.username')}>
        {(control) => (
          <input
            {...control}
            className="input mono"
            required
            autoCapitalize="none"
            autoComplete="off"
            spellCheck={false}
            value={username}
            onChange={(event) => setUsername(event.target.value)}
          />
        )}
      </Field>
      <Field label={t('users.name')} hint={t('users.nameHint')}>
        {(control) => (
          <input {...control} className="input" value={name} onChange={(event) => setName(event.target.value)} />
        )}
      </Field>
      <RoleSelect value={role} onChange={setRole} />
      <Field label={t('users.password')} hint={t('users.passwordHint')}>
        {(control) => (
          <input
            {...control}
            className="input mono"
            type="password"
            required
            autoComplete="new-password"
            value={password}
            onChange={(event) => setPassword(event.target.value)}
          />
        )}
      </Field>
      <Trouble error={add.error} />
      <button type="submit" className="button primary" disabled={add.isPending}>
        {t('users.add')}
      </button>
    </form>
  );
}
