const height = 22;
const step = 4;

/** Arrivals over the last hours, a bar an interval; a dot where nothing came. A picture beside the counts in words. */
export function Spark({ counts, most }: { readonly counts: readonly number[]; readonly most: number }) {
  return (
    <svg
      className="line-spark"
      viewBox={`0 0 ${counts.length * step} ${height}`}
      preserveAspectRatio="none"
      aria-hidden="true"
    >
      {counts.map((count, place) => {
        const tall = count === 0 ? 1 : Math.max(3, (Math.sqrt(count) / Math.sqrt(most)) * height);
        return (
          <rect
            // biome-ignore lint/suspicious/noArrayIndexKey: intervals keep their place
            key={place}
            className={count === 0 ? 'none' : undefined}
            x={place * step}
            y={height - tall}
            width={step - 1}
            height={tall}
          />
        );
      })}
    </svg>
  );
}
