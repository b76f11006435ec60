import { useQuery } from '@tanstack/react-query';
import { api, seg } from '../../api/client.ts';
import type { Page } from '../../api/types.ts';
import { showWhen } from '../../format/times.ts';
import { useWords } from '../../i18n/i18n.ts';
import { Empty } from '../../parts/empty.tsx';
import { Trouble } from '../../parts/trouble.tsx';
import type { Referral } from './shapes.ts';

const tones = { queued: 'quiet', delivered: 'ok', ready: 'ok', parked: 'warn' } as const;

export function ReferralList() {
  const { t, locale } = useWords();
  const referrals = useQuery({
    queryKey: ['referrals'],
    queryFn: () => api.get<Page<Referral>>('/api/referrals', { limit: 100 }),
    // What is queued is delivered without a word to this page.
    refetchInterval: 5_000,
  });
  const rows = referrals.data?.items ?? [];
  return (
    <section aria-label={t('referrals.sent')}>
      <h2>{t('referrals.sent')}</h2>
      <Trouble error={referrals.error} />
      {referrals.isSuccess && rows.length === 0 && <Empty title={t('referrals.none')} text={t('referrals.noneText')} />}
      {rows.length > 0 && (
        <table className="table">
          <thead>
            <tr>
              {(['at', 'patient', 'recipient', 'specimens', 'state', 'package'] as const).map((column) => (
                <th key={column} scope="col">
                  {t(`referrals.columns.${column}`)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => (
              <tr key={row.id}>
                <td>{showWhen(row.createdAt, locale)}</td>
                <td className="mono">{row.patient}</td>
                <td>{row.recipient}</td>
                <td className="mono">{row.accessions.join(' ')}</td>
                <td>
                  <span className={`badge ${tones[row.state]}`}>{t(`referrals.state.${row.state}`)}</span> {row.reason}
                </td>
                <td>
                  <a href={`/api/referrals/${seg(row.id)}/package`} download>
                    ZIP<span className="unseen"> {row.id}</span>
                  </a>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </section>
  );
}
