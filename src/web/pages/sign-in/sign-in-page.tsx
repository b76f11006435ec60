import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api, asApiError } from '../../api/client.ts';
import type { Session } from '../../api/types.ts';
import { Logo } from '../../app/header.tsx';
import { LanguageControl } from '../../app/language-control.tsx';
import { useWords } from '../../i18n/i18n.ts';
import { Field } from '../../parts/field.tsx';
import { Trouble } from '../../parts/trouble.tsx';
import './sign-in.css';

interface Props {
  readonly expired: boolean;
  readonly onSignedIn: () => void;
}

export function SignInPage({ expired, onSignedIn }: Props) {
  const { t } = useWords();
  const queries = useQueryClient();
  const [username, setUsername] = useState('');
  const [password, setPassword] = useState('');
  const [otp, setOtp] = useState('');
  const signIn = useMutation({
    mutationFn: () => api.post<Session>('/api/session', { username, password, ...(otp === '' ? {} : { otp }) }),
    onSuccess: (session) => {
      onSignedIn();
      queries.removeQueries({ predicate: (query) => query.queryKey[0] !== 'session' });
      queries.setQueryData(['session'], session);
    },
  });
  const asked = signIn.error !== null && asApiError(signIn.error).code === 'otp_required';
  return (
    <main className="sign-in">
      <form
        className="sign-in-card"
        onSubmit={(event) => {
          event.preventDefault();
          signIn.mutate();
        }}
      >
        <div className="sign-in-head">
          <h1 className="mark">
            <Logo />
            Cuvette
          </h1>
          <LanguageControl />
        </div>
        <p className="soft">{t('signIn.product')}</p>
        {expired && <p className="sign-in-note">{t('signIn.expired')}</p>}
        <Field label={t('signIn.username')}>
          {(control) => (
            <input
              {...control}
              className="input"
              name="username"
              autoComplete="username"
              autoCapitalize="none"
              spellCheck={false}
              // biome-ignore lint/a11y/noAutofocus: the only thing to do on this page
              autoFocus
              required
              value={username}
              onChange={(event) => setUsername(event.target.value)}
            />
          )}
        </Field>
        <Field label={t('signIn.password')}>
          {(control) => (
            <input
              {...control}
              className="input"
              name="password"
              type="password"
              autoComplete="current-password"
              required
              value={password}
              onChange={(event) => setPassword(event.target.value)}
            />
          )}
        </Field>
        {(asked || otp !== '') && (
          <Field label={t('signIn.otp')} hint={t('signIn.otpHint')}>
            {(control) => (
              <input
                {...control}
                className="input mono"
                name="otp"
                inputMode="numeric"
                autoComplete="one-time-code"
                // biome-ignore lint/a11y/noAutofocus: asked for just now
                autoFocus
                value={otp}
                onChange={(event) => setOtp(event.target.value)}
              />
            )}
          </Field>
        )}
        {!asked && <Trouble error={signIn.error} />}
        <button type="submit" className="button primary sign-in-go" disabled={signIn.isPending}>
          {t('signIn.submit')}
        </button>
      </form>
    </main>
  );
}
