import { type QueryClient, useQueryClient } from '@tanstack/react-query';
import { useEffect, useSyncExternalStore } from 'react';
import { takeEventMark } from '../first/session.ts';
import { address } from './client.ts';
import { noteChanged } from './work-changes.ts';

/** The live line to the server: what changed, so that pages read it anew; and whether the server is there at all. */
const topics = ['worklist', 'registered', 'analyzers', 'message', 'held', 'deliveries', 'report', 'catalogue'] as const;

const stale: Readonly<Record<(typeof topics)[number], readonly (readonly string[])[]>> = {
  worklist: [['specimen'], ['criticals']],
  registered: [['specimen']],
  analyzers: [['analyzers'], ['messages']],
  message: [['analyzers'], ['messages']],
  held: [['held']],
  deliveries: [['deliveries']],
  report: [['specimen'], ['deliveries']],
  catalogue: [['catalogue']],
};

export interface Connection {
  readonly lost: boolean;
  readonly since: string;
}
let connection: Connection = { lost: false, since: '' };
const watchers = new Set<() => void>();

function setLost(lost: boolean): void {
  if (connection.lost === lost) return;
  connection = { lost, since: new Date().toISOString() };
  for (const tell of watchers) tell();
}

export function useConnection(): Connection {
  return useSyncExternalStore(
    (tell) => {
      watchers.add(tell);
      return () => watchers.delete(tell);
    },
    () => connection,
  );
}

/** Listens while somebody is signed in. A lost line comes back by itself, and then everything shown is read anew. */
export function useLiveEvents(): void {
  const queries = useQueryClient();
  useEffect(() => listen(queries), [queries]);
}

function listen(queries: QueryClient): () => void {
  const waiting = new Set<string>();
  let timer: ReturnType<typeof setTimeout> | undefined;
  let retry: ReturnType<typeof setTimeout> | undefined;
  let source: EventSource | undefined;
  let stopped = false;

  const flush = (): void => {
    timer = undefined;
    const keys = [...waiting];
    waiting.clear();
    for (const key of keys) void queries.invalidateQueries({ queryKey: [key] });
  };
  const heard = (topic: (typeof topics)[number], text: string): void => {
    const accession = accessionOf(text);
    if ((topic === 'worklist' || topic === 'registered') && accession !== undefined) noteChanged(accession);
    for (const [key] of stale[topic]) if (key !== undefined) waiting.add(key);
    // Many analyzers at once must not make the page read all the time.
    timer ??= setTimeout(flush, 400);
  };
  const open = (since?: string): void => {
    source = new EventSource(address('/api/events', { since }));
    // Nobody knows what was missed.
    source.addEventListener('again', () => void queries.invalidateQueries());
    source.onopen = () => {
      const back = connection.lost;
      setLost(false);
      if (back) void queries.invalidateQueries();
    };
    source.onerror = () => {
      setLost(true);
      if (source?.readyState !== EventSource.CLOSED || stopped) return;
      // The browser gives up on an HTTP error (a restart behind a proxy, a session that ended): ask again ourselves.
      clearTimeout(retry);
      retry = setTimeout(() => {
        void queries.invalidateQueries({ queryKey: ['session'] });
        open();
      }, 2000);
    };
    for (const topic of topics) {
      source.addEventListener(topic, (event) => heard(topic, String((event as MessageEvent).data)));
    }
  };
  // What the page shows first was asked for before it listens: what changed between is told again.
  open(takeEventMark());
  return () => {
    stopped = true;
    source?.close();
    clearTimeout(timer);
    clearTimeout(retry);
    setLost(false);
  };
}

function accessionOf(text: string): string | undefined {
  try {
    const event: unknown = JSON.parse(text);
    if (typeof event !== 'object' || event === null || !('accession' in event)) return undefined;
    return typeof event.accession === 'string' ? event.accession : undefined;
  } catch {
    return undefined;
  }
}
