import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { api } from '../../api/client.ts';
import { showWhen } from '../../format/times.ts';
import { useWords } from '../../i18n/i18n.ts';
import { Field } from '../../parts/field.tsx';
import { sayReason } from '../../parts/say-reason.ts';
import { TextField } from '../../parts/text-field.tsx';
import { Trouble } from '../../parts/trouble.tsx';
import './check.css';

interface Verdict {
  readonly kind: 'pdf' | 'bundle' | 'package' | 'code' | 'unknown';
  readonly intact: boolean;
  readonly trusted: boolean;
  readonly signatures: readonly {
    readonly signer: string;
    readonly authority: string | null;
    readonly signedAt: string;
    readonly time: 'authority' | 'signer';
  }[];
  readonly reason?: string;
  readonly parts?: readonly {
    readonly name: string;
    readonly intact: boolean;
    readonly trusted: boolean;
    readonly reason?: string;
  }[];
}

/** Who signed a report that came from anywhere, and whether it is as it was signed. */
export function CheckPage() {
  const { t } = useWords();
  const [code, setCode] = useState('');
  const check = useMutation({
    mutationFn: async ({ content }: { readonly name?: string; readonly content: Blob }) =>
      api.send<Verdict>('/api/verify', content, 'application/octet-stream'),
  });
  return (
    <div className="signature-check">
      <h1>{t('check.title')}</h1>
      <p className="soft">{t('check.text')}</p>
      <Field label={t('check.file')}>
        {(control) => (
          <input
            {...control}
            type="file"
            accept=".pdf,.json,.zip,application/pdf,application/json,application/zip"
            onChange={(event) => {
              const file = event.target.files?.[0];
              event.target.value = '';
              if (file !== undefined) check.mutate({ name: file.name, content: file });
            }}
          />
        )}
      </Field>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          check.mutate({ content: new Blob([code.trim()]) });
        }}
      >
        <TextField label={t('check.code')} hint={t('check.codeHint')} mono value={code} onChange={setCode} />
        <button type="submit" className="button" disabled={code.trim() === '' || check.isPending}>
          {t('check.run')}
        </button>
      </form>
      {check.isPending && <p className="faint">{t('common.loading')}</p>}
      <Trouble error={check.error} />
      {check.data !== undefined && <Outcome name={check.variables.name} verdict={check.data} />}
    </div>
  );
}

function Outcome({ name, verdict }: { readonly name: string | undefined; readonly verdict: Verdict }) {
  const { t, locale } = useWords();
  const { kind, intact, trusted, signatures, reason, parts } = verdict;
  const word = !intact ? 'changed' : trusted ? 'trusted' : 'stranger';
  const tone = { changed: 'critical', stranger: 'warn', trusted: 'ok' }[word];
  return (
    <section aria-label={t('check.outcome')} role="status">
      <h2>
        {name === undefined ? (
          t(`check.kind.${kind}`)
        ) : (
          <>
            {name} <span className="faint">{t(`check.kind.${kind}`)}</span>
          </>
        )}
      </h2>
      <p>
        <span className={`badge ${tone}`}>{t(`check.word.${word}`)}</span>{' '}
        {reason !== undefined && sayReason(reason, t)}
      </p>
      {signatures.map((each) => (
        <dl key={`${each.signer}/${each.signedAt}`}>
          <dt>{t('check.signer')}</dt>
          <dd>{each.signer}</dd>
          <dt>{t('check.authority')}</dt>
          <dd>{each.authority ?? t('check.nobody')}</dd>
          <dt>{t('check.signedAt')}</dt>
          <dd>
            {showWhen(each.signedAt, locale)} ({t(`check.time.${each.time}`)})
          </dd>
        </dl>
      ))}
      {parts !== undefined && (
        <ul>
          {parts.map((part) => (
            <li key={part.name}>
              <span className={`badge ${part.intact && part.trusted ? 'ok' : 'critical'}`}>
                {t(`check.word.${!part.intact ? 'changed' : part.trusted ? 'trusted' : 'stranger'}`)}
              </span>{' '}
              <span className="mono">{part.name}</span> {part.reason !== undefined && sayReason(part.reason, t)}
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}
