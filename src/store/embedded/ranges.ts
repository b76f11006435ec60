/** Bounds of a walk over records or index entries, as `lmdb` takes them. */
export type Bounds = { start?: never; end?: never; reverse?: boolean; inclusiveEnd?: boolean };

/** From `low` to `high` (absent: from the first, to the last), both within; backwards where it is asked. */
export function rangeOf(low: unknown, high: unknown, reverse: boolean): Bounds {
  const bounds = reverse ? { start: high, end: low } : { start: low, end: high };
  return {
    ...(bounds.start === undefined ? {} : { start: bounds.start as never }),
    ...(bounds.end === undefined ? {} : { end: bounds.end as never, inclusiveEnd: true }),
    ...(reverse ? { reverse: true } : {}),
  };
}
