const queues = new WeakMap<object, Map<string, Promise<unknown>>>();

/**
 * Run work that must not overlap: one after the other for each key of an owner (one accession, the audit chain). Between
 * processes the store's own conditions decide; this only spares their conflicts.
 */
export function inTurn<T>(owner: object, key: string, work: () => Promise<T>): Promise<T> {
  const mine = queues.get(owner) ?? new Map<string, Promise<unknown>>();
  queues.set(owner, mine);
  const before = mine.get(key) ?? Promise.resolve();
  const done = before.then(work, work);
  const settled = done.then(
    () => undefined,
    () => undefined,
  );
  mine.set(key, settled);
  void settled.then(() => {
    if (mine.get(key) === settled) mine.delete(key);
  });
  return done;
}
