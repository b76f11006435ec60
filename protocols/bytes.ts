/** Join byte runs into one. */
export function concat(runs: readonly Uint8Array[]): Uint8Array {
  if (runs.length === 1) return runs[0] ?? new Uint8Array(0);
  let length = 0;
  for (const run of runs) length += run.length;
  const joined = new Uint8Array(length);
  let at = 0;
  for (const run of runs) {
    joined.set(run, at);
    at += run.length;
  }
  return joined;
}
