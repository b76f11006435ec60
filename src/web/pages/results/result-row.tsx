import { memo, useEffect, useRef } from 'react';
import { useAnalyteMap } from '../../api/queries.ts';
import type { Observation, Previous } from '../../api/types.ts';
import { direction, showDecimal, showRange, showUnit, showValue } from '../../format/numbers.ts';
import { showDay } from '../../format/times.ts';
import { useWords } from '../../i18n/i18n.ts';
import { FlagBadge, ownFlagOf } from '../../parts/flag-badge.tsx';
import { RangeBar } from '../../parts/range-bar.tsx';
import { Spark } from '../../parts/spark.tsx';
import { analyzerMarks, type ResultRow } from './result-groups.ts';

interface Props {
  readonly row: ResultRow;
  readonly history: readonly Previous[];
  readonly placed: boolean;
  readonly runsShown: boolean;
  readonly onPlace: (id: string) => void;
  readonly onRuns: () => void;
}

/** One number: how large, how far out, what it was before. */
export const ResultLine = memo(function ResultLine({ row, history, placed, runsShown, onPlace, onRuns }: Props) {
  const { shown, others } = row;
  const { locale, nameOf } = useWords();
  const analyte = useAnalyteMap().get(shown.analyte);
  const line = useRef<HTMLTableRowElement>(null);
  useEffect(() => {
    if (placed) line.current?.scrollIntoView({ block: 'nearest' });
  }, [placed]);
  const flag = ownFlagOf(shown.flags);
  const critical = flag === 'HH' || flag === 'LL';
  const name = nameOf(analyte?.name, shown.analyte);
  const quiet = shown.state === 'rejected' || shown.state === 'superseded' || shown.state === 'withdrawn';
  return (
    <tr
      ref={line}
      className={['result', placed && 'placed', quiet && 'quiet', shown.state].filter(Boolean).join(' ')}
      aria-current={placed ? true : undefined}
      onClick={() => onPlace(shown.id)}
    >
      <th scope="row" title={`${name} · ${shown.analyte}`}>
        <span className="analyte">
          <span className="clip">{name}</span>
          <span className="code">{shown.analyte}</span>
        </span>
      </th>
      <td className={`value ${critical ? 'red' : flag === undefined ? '' : 'amber'}`}>
        {showValue(shown.value, shown.comparator, locale)}
      </td>
      <td className="unit clip">{showUnit(shown.unit)}</td>
      <td>{flag !== undefined && <FlagBadge flag={flag} />}</td>
      <td>
        <RangeBar
          value={shown.value}
          low={shown.referenceRange?.low}
          high={shown.referenceRange?.high}
          critical={critical}
        />
      </td>
      <td className="range clip" title={shown.referenceRange?.reason}>
        {showRange(shown.referenceRange, locale)}
      </td>
      <td className="previous">
        <Before shown={shown} />
      </td>
      <td>
        <Trend shown={shown} history={history} />
      </td>
      <td className="note">
        <Notes shown={shown} others={others.length} runsShown={runsShown} onRuns={onRuns} />
      </td>
    </tr>
  );
});

function Before({ shown }: { readonly shown: Observation }) {
  const { t, locale } = useWords();
  const { previous } = shown;
  if (previous === undefined) return null;
  const way = direction(shown.value, previous.value);
  const where = `${showDay(previous.at)} · ${previous.accession}`;
  return (
    <span title={where}>
      {(way === 'up' || way === 'down') && (
        <>
          <span className="unseen">{t(`results.trend.${way}`)} </span>
          <span className="arrow" aria-hidden="true">
            {way === 'up' ? '▲' : '▼'}
          </span>{' '}
        </>
      )}
      {showDecimal(previous.value, locale)}
    </span>
  );
}

function Trend({ shown, history }: { readonly shown: Observation; readonly history: readonly Previous[] }) {
  const { t, locale } = useWords();
  const values = [...history.filter((each) => each.unit === shown.unit).map((each) => each.value), shown.value];
  const words = values.map((value) => showDecimal(value, locale)).join(', ');
  return <Spark values={values} label={t('results.trend.chart', { values: words })} />;
}

interface NotesProps {
  readonly shown: Observation;
  readonly others: number;
  readonly runsShown: boolean;
  readonly onRuns: () => void;
}

/** What makes one look twice, in words; then what was remarked and how many runs there are. */
function Notes({ shown, others, runsShown, onRuns }: NotesProps) {
  const { t, known } = useWords();
  // Red says critical already, and a mix-up concerns the whole draw: it stands over the numbers.
  const alerts = shown.alerts.filter((alert) => alert !== 'critical' && alert !== 'mix-up');
  const marks = analyzerMarks(shown);
  const remarks = shown.comments.filter((comment) => comment.by !== shown.analyzer);
  return (
    <span className="notes">
      {alerts.map((alert) => (
        <span key={alert} className="badge look" title={t(`results.alerts.${alert}`)}>
          {t(`results.alertShort.${alert}`)}
        </span>
      ))}
      {shown.hold !== undefined && (
        <span className="badge look" title={shown.hold.reason}>
          {t('results.hold')}
        </span>
      )}
      {shown.amends !== undefined && <span className="badge look">{t('results.amended')}</span>}
      {shown.state !== 'pending' && <span className={`state ${shown.state}`}>{t(`results.state.${shown.state}`)}</span>}
      {shown.origin !== 'wire' && shown.amends === undefined && (
        <span className="faint">{t(`results.origin.${shown.origin}`)}</span>
      )}
      {marks.map((mark) => (
        <span key={mark} className="badge quiet" title={t('results.group.flags', { flags: mark })}>
          {known(`results.marks.${mark}`, mark)}
        </span>
      ))}
      {remarks.length > 0 && (
        <span className="remark clip" title={remarks.map((each) => `${each.text} (${each.by})`).join('\n')}>
          “{remarks.at(-1)?.text}”
        </span>
      )}
      {others > 0 && (
        <button type="button" className="link small" aria-expanded={runsShown} onClick={onRuns}>
          {t('results.runs.others', { n: others })}
        </button>
      )}
    </span>
  );
}
