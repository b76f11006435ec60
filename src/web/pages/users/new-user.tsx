import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { roles } from '../../../domain/ids.ts';
import { api } from '../../api/client.ts';
import type { Role, User } from '../../api/types.ts';
import { say } from '../../app/toasts.tsx';
import { useWords } from '../../i18n/i18n.ts';
import { TextField } from '../../parts/text-field.tsx';
import { Trouble } from '../../parts/trouble.tsx';
import { RoleSelect } from './role-select.tsx';
import { SectionBoxes } from './section-boxes.tsx';

export function NewUser({ onAdded }: { readonly onAdded: (username: string) => void }) {
  const { t } = useWords();
  const queries = useQueryClient();
  const [username, setUsername] = useState('');
  const [name, setName] = useState('');
  const [role, setRole] = useState<Role>(roles[0]);
  const [sections, setSections] = useState<readonly string[]>([]);
  const [password, setPassword] = useState('');
  const add = useMutation({
    mutationFn: () =>
      api.post<User>('/api/users', { username, role, sections, password, ...(name === '' ? {} : { name }) }),
    onSuccess: (user) => {
      say(t('users.added', { username: user.username }));
      setUsername('');
      setName('');
      setSections([]);
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
      <TextField
        label={t('users.username')}
        mono
        required
        autoCapitalize="none"
        autoComplete="off"
        spellCheck={false}
        value={username}
        onChange={setUsername}
      />
      <TextField label={t('users.name')} hint={t('users.nameHint')} value={name} onChange={setName} />
      <RoleSelect value={role} onChange={setRole} />
      <SectionBoxes value={sections} onChange={setSections} />
      <TextField
        label={t('users.password')}
        hint={t('users.passwordHint')}
        mono
        type="password"
        required
        autoComplete="new-password"
        value={password}
        onChange={setPassword}
      />
      <Trouble error={add.error} />
      <button type="submit" className="button primary" disabled={add.isPending}>
        {t('users.add')}
      </button>
    </form>
  );
}
