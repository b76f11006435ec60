import { useQuery } from '@tanstack/react-query';
import { api } from '../../api/client.ts';
import { useAnalyteMap } from '../../api/queries.ts';
import type { Page } from '../../api/types.ts';
import { Link } from '../../app/link.tsx';
import { pathOf } from '../../app/routes.ts';
import { showTimer } from '../../format/times.ts';
import { useWords } from '../../i18n/i18n.ts';
import { Trouble } from '../../parts/trouble.tsx';

interface LateRow {
  readonly accession: string;
  readonly analyte: string;
  readonly ward: string;
  readonly priority: string;
  readonly seconds: number;
}

const mostShown = 100;

/** Behind the count of what was late: which specimens, each a link to its results. */
export function LateOnes({ asked }: { readonly asked: Readonly<Record<string, string>> }) {
  const { t, nameOf, known } = useWords();
  const analytes = useAnalyteMap();
  const { by: _by, ...rest } = asked;
  const late = useQuery({
    queryKey: ['statistics', 'late', rest],
    queryFn: () => api.get<Page<LateRow>>('/api/statistics/tat/breaches', { ...rest, limit: mostShown }),
  });
  const rows = late.data?.items ?? [];
  if (rows.length === 0) return <Trouble error={late.error} />;
  return (
    <section aria-label={t('statistics.late')}>
      <h2>{t('statistics.late')}</h2>
      <table className="table">
        <tbody>
          {rows.map((row) => (
            <tr key={`${row.accession}/${row.analyte}`}>
              <td>
                <Link to={pathOf('results', row.accession)} className="mono">
                  {row.accession}
                </Link>
              </td>
              <td>{nameOf(analytes.get(row.analyte)?.name, row.analyte)}</td>
              <td>{row.ward}</td>
              <td>{known(`priority.${row.priority}`, row.priority)}</td>
              <td className="figure">{showTimer(row.seconds * 1000)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
