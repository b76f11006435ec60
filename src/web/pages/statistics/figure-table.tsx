import { useAnalyteMap, useWordsOf } from '../../api/queries.ts';
import { showCount } from '../../format/numbers.ts';
import { showTimer } from '../../format/times.ts';
import { useWords } from '../../i18n/i18n.ts';
import { numberIn, type StatisticsColumn, type StatisticsRow, type StatisticsView } from './views.ts';

interface Props {
  readonly view: StatisticsView;
  readonly by: string;
  readonly rows: readonly StatisticsRow[];
}

/** Figures as a table; the bar is only a second way to see what the number beside it says. */
export function FigureTable({ view, by, rows }: Props) {
  const { t } = useWords();
  const largest = Math.max(1, ...rows.map((row) => numberIn(row, view.bar) ?? 0));
  return (
    <table className="table">
      <caption className="unseen">{t(`statistics.views.${view.name}`)}</caption>
      <thead>
        <tr>
          <th scope="col">{t(`statistics.options.${by}`)}</th>
          {view.columns.map(({ name }) => (
            <th key={name} scope="col" className="right">
              {t(`statistics.columns.${name}`)}
            </th>
          ))}
          <th scope="col">
            <span className="unseen">{t('statistics.share')}</span>
          </th>
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <tr key={row.key}>
            <th scope="row">
              <KeyWords by={by} text={row.key} />
            </th>
            {view.columns.map((column) => (
              <td key={column.name} className="figure">
                <Figure column={column} row={row} />
              </td>
            ))}
            <td>
              <svg className="statistics-bar" viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true">
                <rect width={((numberIn(row, view.bar) ?? 0) / largest) * 100} height="10" />
              </svg>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Figure({ column, row }: { readonly column: StatisticsColumn; readonly row: StatisticsRow }) {
  const { locale } = useWords();
  const value = numberIn(row, column.name);
  // Nobody was called yet: there is no time to speak of.
  const none = column.kind !== 'count' && numberIn(row, 'called') === 0;
  if (value === null || none) return '–';
  return column.kind === 'count' ? showCount(value, locale) : showTimer(value * 1000);
}

/** A key in words where the catalogue has some. */
function KeyWords({ by, text }: { readonly by: string; readonly text: string }) {
  const { t, nameOf, known } = useWords();
  const analytes = useAnalyteMap();
  const sections = useWordsOf('sections');
  const reasons = useWordsOf('rejection-reasons');
  if (text === '') return <span className="faint">{t('common.unknown')}</span>;
  if (by === 'analyte') return nameOf(analytes.get(text)?.name, text);
  if (by === 'priority') return known(`priority.${text}`, text);
  const words = by === 'section' ? sections.data : by === 'reason' ? reasons.data : undefined;
  return nameOf(words?.find((word) => word.code === text)?.name, text);
}
