/** One figure: what was measured, how much, and what it is compared with. */
export interface Figure {
  readonly what: string;
  readonly figure: string;
  readonly target?: string;
  /** Undefined where there is no target. */
  readonly reached?: boolean;
}

export function printTable(figures: readonly Figure[]): void {
  const rows = figures.map(({ what, figure, target = '', reached }) => [
    what,
    figure,
    target,
    reached === undefined ? '' : reached ? 'reached' : 'SHORT',
  ]);
  const widths = [0, 1, 2].map((column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  for (const row of rows) {
    process.stdout.write(
      `${row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd()}\n`,
    );
  }
}

/** A percentile (0 to 1) of some figures; 0 of none. */
export function percentile(figures: readonly number[], share: number): number {
  const sorted = [...figures].sort((one, other) => one - other);
  return sorted[Math.min(sorted.length - 1, Math.ceil(sorted.length * share) - 1)] ?? 0;
}

export const rate = (count: number, ms: number): string => `${Math.round((count / ms) * 1000).toLocaleString('en')}/s`;
export const ratio = (one: number, other: number): string => `${(one / other).toFixed(2)} x`;
export const ms = (figure: number): string => `${figure.toFixed(1)} ms`;
