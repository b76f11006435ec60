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

/** How far each buffer made by `append` is written. */
const written = new WeakMap<ArrayBufferLike, number>();

/**
 * `run` and then `more` as one run; neither is changed, `more` is copied. Growing byte by byte costs no copy of the
 * whole each time: bytes go behind `run` in its own buffer while no other run has grown there.
 */
export function append(run: Uint8Array, more: Uint8Array): Uint8Array {
  const end = run.byteOffset + run.length;
  const length = run.length + more.length;
  const { buffer } = run;
  if (written.get(buffer) === end && buffer.byteLength - end >= more.length) {
    new Uint8Array(buffer, end, more.length).set(more);
    written.set(buffer, end + more.length);
    return new Uint8Array(buffer, run.byteOffset, length);
  }
  const roomy = new Uint8Array(Math.max(256, length * 2));
  roomy.set(run);
  roomy.set(more, run.length);
  written.set(roomy.buffer, length);
  return roomy.subarray(0, length);
}
