import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api, seg } from '../../api/client.ts';
import type { Role, User } from '../../api/types.ts';
import { Link } from '../../app/link.tsx';
import { pathOf } from '../../app/routes.ts';
import { say } from '../../app/toasts.tsx';
import { useWords } from '../../i18n/i18n.ts';
import { Button } from '../../parts/button.tsx';
import { Dialog } from '../../parts/dialog.tsx';
import { TextField } from '../../parts/text-field.tsx';
import { Trouble } from '../../parts/trouble.tsx';
import { RoleSelect } from './role-select.tsx';
import { SectionBoxes } from './section-boxes.tsx';

type Change = {
  readonly role?: Role;
  readonly sections?: readonly string[];
  readonly name?: string;
  readonly disabled?: boolean;
  readonly password?: string;
};

/** One account: role and name, a new password, closing it, taking a lost one-time code off. */
export function EditUser({ user }: { readonly user: User }) {
  const { t } = useWords();
  const queries = useQueryClient();
  const [name, setName] = useState(user.name ?? '');
  const [role, setRole] = useState(user.role);
  const [sections, setSections] = useState(user.sections ?? []);
  const [password, setPassword] = useState('');
  const [asking, setAsking] = useState<'close' | 'totp' | null>(null);
  const refresh = () => queries.invalidateQueries({ queryKey: ['users'] });
  const done = () => {
    say(t('users.saved', { username: user.username }));
    setPassword('');
    setAsking(null);
    void refresh();
  };
  const change = useMutation({
    mutationFn: (body: Change) => api.put<User>(`/api/users/${seg(user.username)}`, body),
    onSuccess: done,
  });
  const removeTotp = useMutation({
    mutationFn: () => api.delete<void>(`/api/users/${seg(user.username)}/totp`),
    onSuccess: done,
  });
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        change.mutate({ role, sections, ...(name === '' ? {} : { name }), ...(password === '' ? {} : { password }) });
      }}
    >
      <h2 className="mono">{user.username}</h2>
      <TextField label={t('users.name')} value={name} onChange={setName} />
      <RoleSelect value={role} onChange={setRole} />
      <SectionBoxes value={sections} onChange={setSections} />
      <TextField
        label={t('users.newPassword')}
        hint={t('users.newPasswordHint')}
        mono
        type="password"
        autoComplete="new-password"
        value={password}
        onChange={setPassword}
      />
      <Trouble error={change.error ?? removeTotp.error} />
      <div className="acts">
        <button type="submit" className="button primary" disabled={change.isPending}>
          {t('common.save')}
        </button>
        {user.disabled === true ? (
          <Button onClick={() => change.mutate({ disabled: false })}>{t('users.reopen')}</Button>
        ) : (
          <Button tone="danger" onClick={() => setAsking('close')}>
            {t('users.close')}
          </Button>
        )}
        {user.totp === true && <Button onClick={() => setAsking('totp')}>{t('users.removeTotp')}</Button>}
      </div>
      <Link to={pathOf('audit', undefined, undefined, { actor: user.username })}>{t('users.whatDone')}</Link>
      {asking !== null && (
        <Dialog title={t(`users.ask.${asking}.title`, { username: user.username })} onClose={() => setAsking(null)}>
          <p>{t(`users.ask.${asking}.text`)}</p>
          <div className="dialog-foot">
            <Button onClick={() => setAsking(null)}>{t('common.cancel')}</Button>
            <Button
              tone="danger"
              onClick={() => (asking === 'close' ? change.mutate({ disabled: true }) : removeTotp.mutate())}
            >
              {t('common.confirm')}
            </Button>
          </div>
        </Dialog>
      )}
    </form>
  );
}
