import { nearly } from '../format/numbers.ts';

const width = 56;
const height = 16;

/** The last few values as a line that ends in a dot: direction, not figures. Nothing for fewer than two numbers. */
export function Spark({ values, label }: { readonly values: readonly string[]; readonly label: string }) {
  const numbers = values.map((value) => nearly(value.replace(/^[<>]=?/, ''))).filter((each) => each !== undefined);
  if (numbers.length < 2) return null;
  const low = Math.min(...numbers);
  const span = Math.max(...numbers) - low || 1;
  const points = numbers.map((value, place) => ({
    x: 2 + (place / (numbers.length - 1)) * (width - 6),
    y: height - 3 - ((value - low) / span) * (height - 6),
  }));
  const last = points.at(-1);
  return (
    <svg
      className="spark"
      viewBox={`0 0 ${width} ${height}`}
      width={width}
      height={height}
      role="img"
      aria-label={label}
    >
      <polyline points={points.map(({ x, y }) => `${x.toFixed(1)},${y.toFixed(1)}`).join(' ')} />
      {last !== undefined && <circle cx={last.x} cy={last.y} r="2" />}
    </svg>
  );
}
