import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api, seg } from '../../api/client.ts';
import { readWhole } from '../../api/queries.ts';
import { useMe } from '../../app/session.ts';
import { say } from '../../app/toasts.tsx';
import { showWhen } from '../../format/times.ts';
import { useWords } from '../../i18n/i18n.ts';
import { Button } from '../../parts/button.tsx';
import { Dialog } from '../../parts/dialog.tsx';
import { TextField } from '../../parts/text-field.tsx';
import { Trouble } from '../../parts/trouble.tsx';
import { OneTimeCode } from './one-time-code.tsx';

/** What each person may do for himself: password, one-time code, where he is signed in. */
export function AccountDialog({ onClose }: { readonly onClose: () => void }) {
  const { t } = useWords();
  const me = useMe();
  return (
    <Dialog title={t('account.title')} onClose={onClose} wide>
      <OwnPassword askOtp={me.totp} />
      <hr />
      <OneTimeCode on={me.totp} />
      <hr />
      <Sessions />
    </Dialog>
  );
}

function OwnPassword({ askOtp }: { readonly askOtp: boolean }) {
  const { t } = useWords();
  const [current, setCurrent] = useState('');
  const [password, setPassword] = useState('');
  const [otp, setOtp] = useState('');
  const change = useMutation({
    mutationFn: () => api.put('/api/users/me/password', { current, password, ...(otp === '' ? {} : { otp }) }),
    onSuccess: () => {
      say(t('account.passwordSaved'));
      setCurrent('');
      setPassword('');
      setOtp('');
    },
  });
  return (
    <form
      className="stack"
      onSubmit={(event) => {
        event.preventDefault();
        change.mutate();
      }}
    >
      <h3>{t('account.password')}</h3>
      <TextField
        label={t('account.current')}
        type="password"
        required
        autoComplete="current-password"
        value={current}
        onChange={setCurrent}
      />
      <TextField
        label={t('users.newPassword')}
        hint={t('users.passwordHint')}
        type="password"
        required
        autoComplete="new-password"
        value={password}
        onChange={setPassword}
      />
      {askOtp && <TextField label={t('signIn.otp')} mono required inputMode="numeric" value={otp} onChange={setOtp} />}
      <Trouble error={change.error} />
      <div>
        <button type="submit" className="button primary" disabled={change.isPending}>
          {t('account.changePassword')}
        </button>
      </div>
    </form>
  );
}

interface SessionRow {
  readonly id: string;
  readonly usedAt: string;
  readonly agent?: string;
  readonly current: boolean;
}

function Sessions() {
  const { t, locale } = useWords();
  const queries = useQueryClient();
  const sessions = useQuery({
    queryKey: ['sessions'],
    queryFn: () => readWhole<SessionRow>('/api/users/me/sessions', 100),
  });
  const end = useMutation({
    mutationFn: (id: string) => api.delete(`/api/users/me/sessions/${seg(id)}`),
    onSuccess: () => queries.invalidateQueries({ queryKey: ['sessions'] }),
  });
  return (
    <section className="stack">
      <h3>{t('account.sessions')}</h3>
      <Trouble error={sessions.error ?? end.error} />
      <table className="table">
        <tbody>
          {sessions.data?.map((session) => (
            <tr key={session.id}>
              <td className="clip">{session.agent ?? t('common.unknown')}</td>
              <td>{showWhen(session.usedAt, locale)}</td>
              <td className="right">
                {session.current ? (
                  <span className="badge ok">{t('account.thisOne')}</span>
                ) : (
                  <Button onClick={() => end.mutate(session.id)}>{t('account.end')}</Button>
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
