import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef } from 'react';
import { api, seg } from '../../api/client.ts';
import type { Page } from '../../api/types.ts';
import { useMay } from '../../app/session.ts';
import { say } from '../../app/toasts.tsx';
import { showWhen } from '../../format/times.ts';
import { useWords } from '../../i18n/i18n.ts';
import { sayReason } from '../../parts/say-reason.ts';
import { Trouble } from '../../parts/trouble.tsx';
import type { Notice } from './shapes.ts';

const tones = { waiting: 'quiet', taken: 'ok', refused: 'critical', expired: 'warn' } as const;

/** What other hospitals told us waits for us; nothing where none ever did. */
export function NoticeList() {
  const { t, locale } = useWords();
  const may = useMay();
  const queries = useQueryClient();
  const notices = useQuery({
    queryKey: ['notices'],
    queryFn: () => api.get<Page<Notice>>('/api/referrals/notices', { limit: 100 }),
    // They come and are fetched without a word to this page.
    refetchInterval: 5_000,
  });
  const again = useMutation({
    mutationFn: (id: string) => api.post(`/api/referrals/notices/${seg(id)}/fetch`, {}),
    onSuccess: () => {
      say(t('referrals.fetchedAgain'));
      void queries.invalidateQueries({ queryKey: ['notices'] });
    },
  });
  const rows = notices.data?.items ?? [];
  const taken = rows.filter(({ state }) => state === 'taken').length;
  const shown = useRef(taken);
  useEffect(() => {
    if (shown.current !== taken) void queries.invalidateQueries({ queryKey: ['external'] });
    shown.current = taken;
  }, [taken, queries]);
  if (rows.length === 0) return <Trouble error={notices.error} />;
  return (
    <section aria-label={t('referrals.notices')}>
      <h2>{t('referrals.notices')}</h2>
      <Trouble error={notices.error ?? again.error} />
      <table className="table">
        <thead>
          <tr>
            <th scope="col">{t('referrals.columns.at')}</th>
            <th scope="col">{t('referrals.noticeColumns.sender')}</th>
            <th scope="col">{t('referrals.noticeColumns.report')}</th>
            <th scope="col">{t('referrals.columns.state')}</th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row.id}>
              <td>{showWhen(row.receivedAt, locale)}</td>
              <td>{row.name ?? row.sender}</td>
              <td className="mono">{row.report}</td>
              <td>
                <span className={`badge ${tones[row.state]}`}>{t(`referrals.noticeState.${row.state}`)}</span>{' '}
                {row.reason !== undefined && sayReason(row.reason, t)}{' '}
                {row.state === 'waiting' && (
                  <span className="faint">{t('referrals.noticeUntil', { at: showWhen(row.expiresAt, locale) })}</span>
                )}
                {row.state === 'refused' && may('referrals.send') && (
                  <button
                    type="button"
                    className="button small"
                    disabled={again.isPending}
                    onClick={() => again.mutate(row.id)}
                  >
                    {t('referrals.fetchAgain')}
                  </button>
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
