import { useEffect, useRef } from 'react';
import type { Analyzer, LineActivity } from '../../api/types.ts';
import { sayLine } from '../../app/line-words.ts';
import { Link } from '../../app/link.tsx';
import { pathOf } from '../../app/routes.ts';
import { showCount } from '../../format/numbers.ts';
import { showWhen } from '../../format/times.ts';
import { useWords, type Words } from '../../i18n/i18n.ts';
import { LineMark } from '../../parts/line-mark.tsx';
import { useNow } from '../../parts/use-now.ts';
import { needsLook, sayTroubles } from './line-watch.ts';
import { Spark } from './spark.tsx';

interface Props {
  readonly line: Analyzer;
  readonly activity: LineActivity | undefined;
  readonly busiest: number;
  readonly chosen: boolean;
}

export function LineCard({ line, activity, busiest, chosen }: Props) {
  const { t, locale } = useWords();
  const now = useNow(1000);
  const today = activity?.today;
  const troubles = sayTroubles(line, t, locale);
  const card = useRef<HTMLSpanElement>(null);
  useEffect(() => {
    if (chosen) card.current?.parentElement?.scrollIntoView({ block: 'nearest' });
  }, [chosen]);
  return (
    <Link to={pathOf('analyzers', line.id)} current={chosen} className={`line-card ${line.state}`}>
      <span ref={card} className="card-name">
        <LineMark state={line.state} />
        <b className="clip">{line.name ?? line.id}</b>
      </span>
      <span className="card-facts clip">
        {line.driver} · {sayPlace(line, t)}
      </span>
      <span className={needsLook(line) ? 'card-state look' : 'card-state'}>{sayState(line, t, now)}</span>
      {troubles !== '' && <span className="card-state look">{troubles}</span>}
      <span className="card-facts clip">
        {today === undefined || today.messages === 0
          ? sayLast(line, t, locale)
          : [
              t('analyzers.counts.observations', { n: showCount(today.observations, locale) }),
              ...(today.held > 0 ? [t('analyzers.counts.held', { n: today.held })] : []),
              sayLast(line, t, locale),
            ].join(' · ')}
      </span>
      {activity !== undefined && <Spark counts={activity.arrivals} most={busiest} />}
    </Link>
  );
}

/** Where the line runs: `TCP chờ 127.0.0.1:6001`, `nối tiếp /dev/ttyUSB0`. */
export function sayPlace(line: Analyzer, t: Words['t']): string {
  const way = line.transport === 'serial' ? t('analyzers.serial') : t(`analyzers.${line.role}`);
  return line.address === undefined ? way : `${way} ${line.address}`;
}

/** The state with what is wrong and when it is tried again. */
export function sayState(line: Analyzer, t: Words['t'], now: number): string {
  const words = [sayLine(line, t, now)];
  if (line.state === 'down' && line.detail !== undefined) words.push(line.detail);
  if (line.retryAt !== undefined) {
    const seconds = Math.max(0, Math.round((Date.parse(line.retryAt) - now) / 1000));
    words.push(t('line.retry', { seconds }));
  }
  return words.join(' · ');
}

export function sayLast(line: Analyzer, t: Words['t'], locale: Words['locale']): string {
  return line.lastReceivedAt === null
    ? t('line.never')
    : t('analyzers.lastAt', { at: showWhen(line.lastReceivedAt, locale) });
}
