import { nearly } from '../format/numbers.ts';
import { useWords } from '../i18n/i18n.ts';

interface Props {
  readonly value: string;
  readonly low: string | undefined;
  readonly high: string | undefined;
  readonly critical: boolean;
}

const width = 96;
const inset = 3;

/** Where a value stands against its range, and how far out: the range is the middle third, what is beyond sits at the end. */
export function RangeBar({ value, low, high, critical }: Props) {
  const { t } = useWords();
  const place = placeOf(nearly(value), nearly(low), nearly(high));
  if (place === undefined) return null;
  const { at, from, to, where } = place;
  const x = (share: number): number => inset + share * (width - 2 * inset);
  const tone = critical ? 'critical' : where === 'inside' ? 'inside' : 'outside';
  return (
    <svg
      className="range-bar"
      viewBox={`0 0 ${width} 12`}
      width={width}
      height="12"
      role="img"
      aria-label={t(`results.bar.${where}`)}
    >
      <path className="range-line" d={`M0 6H${width}`} />
      <rect className="range-band" x={x(from)} width={x(to) - x(from)} y="4" height="4" rx="2" />
      <rect className={`range-mark ${tone}`} x={x(at) - 1.5} width="3" y="1" height="10" rx="1" />
    </svg>
  );
}

interface Place {
  readonly at: number;
  readonly from: number;
  readonly to: number;
  readonly where: 'below' | 'inside' | 'above';
}

/** Shares of the bar (0 to 1). Undefined when there is nothing to hold the value against. For drawing only. */
export function placeOf(
  value: number | undefined,
  low: number | undefined,
  high: number | undefined,
): Place | undefined {
  if (value === undefined || (low === undefined && high === undefined)) return undefined;
  const bottom = low ?? Math.min(0, high ?? 0);
  const top = high ?? Math.max(bottom * 2, bottom + 1);
  const span = top > bottom ? top - bottom : 1;
  const from = low === undefined ? 0 : 1 / 3;
  const to = high === undefined ? 1 : 2 / 3;
  const share = from + ((value - bottom) / span) * (to - from);
  const where = low !== undefined && value < low ? 'below' : high !== undefined && value > high ? 'above' : 'inside';
  return { at: Math.min(1, Math.max(0, share)), from, to, where };
}
