import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { TotpSecret } from '../../../api/schemas/people.ts';
import { api } from '../../api/client.ts';
import { say } from '../../app/toasts.tsx';
import { useWords } from '../../i18n/i18n.ts';
import { Button } from '../../parts/button.tsx';
import { TextField } from '../../parts/text-field.tsx';
import { Trouble } from '../../parts/trouble.tsx';

/** A second step at sign-in: begun with a secret for the authenticator, in force once a code of it was given. */
export function OneTimeCode({ on }: { readonly on: boolean }) {
  const { t } = useWords();
  const queries = useQueryClient();
  const [otp, setOtp] = useState('');
  const [password, setPassword] = useState('');
  const done = (words: string) => {
    say(words);
    setOtp('');
    setPassword('');
    void queries.invalidateQueries({ queryKey: ['session'] });
  };
  const begin = useMutation({
    mutationFn: () => api.post<TotpSecret>('/api/users/me/totp'),
  });
  const confirm = useMutation({
    mutationFn: () => api.post('/api/users/me/totp/confirm', { otp }),
    onSuccess: () => {
      begin.reset();
      done(t('account.totpOn'));
    },
  });
  const remove = useMutation({
    mutationFn: () => api.post('/api/users/me/totp/remove', { password, otp }),
    onSuccess: () => done(t('account.totpOff')),
  });
  const code = (
    <TextField
      label={t('signIn.otp')}
      hint={t('signIn.otpHint')}
      mono
      required
      inputMode="numeric"
      autoComplete="one-time-code"
      value={otp}
      onChange={setOtp}
    />
  );
  return (
    <section className="stack">
      <h3>{t('account.totp')}</h3>
      <p className="soft">{t(on ? 'account.totpIsOn' : 'account.totpIsOff')}</p>
      {!on && begin.data === undefined && (
        <div>
          <Button onClick={() => begin.mutate()}>{t('account.totpBegin')}</Button>
        </div>
      )}
      {!on && begin.data !== undefined && (
        <form
          className="stack"
          onSubmit={(event) => {
            event.preventDefault();
            confirm.mutate();
          }}
        >
          <p>{t('account.totpScan')}</p>
          <QrCode qr={begin.data.qr} label={t('account.totpQr')} />
          <p>
            {t('account.totpSecret')} <b className="mono">{begin.data.secret}</b>
          </p>
          <p>
            <a href={begin.data.uri}>{t('account.totpOpen')}</a>
          </p>
          {code}
          <div>
            <button type="submit" className="button primary" disabled={confirm.isPending}>
              {t('common.confirm')}
            </button>
          </div>
        </form>
      )}
      {on && (
        <form
          className="stack"
          onSubmit={(event) => {
            event.preventDefault();
            remove.mutate();
          }}
        >
          <TextField
            label={t('account.current')}
            type="password"
            required
            autoComplete="current-password"
            value={password}
            onChange={setPassword}
          />
          {code}
          <div>
            <button type="submit" className="button danger" disabled={remove.isPending}>
              {t('account.totpRemove')}
            </button>
          </div>
        </form>
      )}
      <Trouble error={begin.error ?? confirm.error ?? remove.error} />
    </section>
  );
}

/** Modules of light around the code, without which readers do not find it. */
const quiet = 4;
/** Pixels a module: a telephone reads it from the screen at arm's length. */
const modulePixels = 4;

/** Dark on white whatever the page's colours are. */
function QrCode({ qr: { size, path }, label }: { readonly qr: TotpSecret['qr']; readonly label: string }) {
  const side = size + 2 * quiet;
  return (
    <svg
      role="img"
      aria-label={label}
      width={side * modulePixels}
      height={side * modulePixels}
      viewBox={`${-quiet} ${-quiet} ${side} ${side}`}
      shapeRendering="crispEdges"
    >
      <rect x={-quiet} y={-quiet} width={side} height={side} fill="#ffffff" />
      <path d={path} fill="#000000" />
    </svg>
  );
}
