import { useQuery } from '@tanstack/react-query';
import { api } from '../../api/client.ts';
import type { Held, Page } from '../../api/types.ts';
import { Link } from '../../app/link.tsx';
import { pathOf } from '../../app/routes.ts';
import { showWhen } from '../../format/times.ts';
import { useWords } from '../../i18n/i18n.ts';
import { ScrollBox } from '../../parts/scroll-box.tsx';
import { Trouble } from '../../parts/trouble.tsx';

type Settled = Held & {
  readonly resolution?: {
    readonly action: string;
    readonly by: string;
    readonly at: string;
    readonly accession?: string;
    readonly reason?: string;
  };
};

/** What was held before, and who decided what about it. */
export function Resolved() {
  const { t, locale, known } = useWords();
  const { data, error } = useQuery({
    queryKey: ['held', 'resolved'],
    queryFn: () => api.get<Page<Settled>>('/api/held', { state: 'resolved', limit: 200 }),
  });
  if (error !== null) return <Trouble error={error} />;
  return (
    <ScrollBox className="held-rows" label={t('held.resolvedList')}>
      <table className="table">
        <thead>
          <tr>
            {(['at', 'reason', 'about', 'analyzer', 'decision'] as const).map((column) => (
              <th key={column}>{t(`held.columns.${column}`)}</th>
            ))}
          </tr>
        </thead>
        <tbody>
          {(data?.items ?? []).map((item) => (
            <tr key={item.id}>
              <td className="soft">
                <Link to={pathOf('analyzers', item.analyzer, item.message)}>{showWhen(item.at, locale)}</Link>
              </td>
              <td>{known(`held.reasons.${item.reason}`, t('held.reasons.other'))}</td>
              <td className="mono">{item.hostCode ?? item.accession ?? '–'}</td>
              <td>{item.analyzer}</td>
              <td>
                {known(`held.resolution.${item.resolution?.action}`, t('held.resolved'))}{' '}
                <span className="mono">{item.resolution?.accession}</span>{' '}
                <span className="faint">
                  {item.resolution !== undefined &&
                    (item.resolution.by === 'system'
                      ? showWhen(item.resolution.at, locale)
                      : t('common.by', { who: item.resolution.by, at: showWhen(item.resolution.at, locale) }))}
                  {item.resolution?.reason !== undefined && ` · ${item.resolution.reason}`}
                </span>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </ScrollBox>
  );
}
