/** Accessions whose row of the worklist changed since it was last read: told by the server's events. */
const changed = new Set<string>();
const watchers = new Set<() => void>();

export function noteChanged(accession: string): void {
  changed.add(accession);
  for (const tell of watchers) tell();
}

/** Takes all that changed; the set is empty afterwards. */
export function takeChanged(): string[] {
  const taken = [...changed];
  changed.clear();
  return taken;
}

export function watchChanged(watcher: () => void): () => void {
  watchers.add(watcher);
  return () => watchers.delete(watcher);
}
