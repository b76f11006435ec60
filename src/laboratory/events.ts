/**
 * What happened, for whoever watches (server-sent events, the pipeline, the outbox sender): names of things, never
 * patient facts. A listener that throws is the listener's trouble, not the speaker's.
 */
export type LabEvent =
  | { readonly type: 'worklist'; readonly accession: string }
  | { readonly type: 'registered'; readonly accession: string }
  | { readonly type: 'analyzers'; readonly analyzer: string }
  | { readonly type: 'message'; readonly analyzer: string; readonly message: string }
  | { readonly type: 'held'; readonly held: string }
  | { readonly type: 'deliveries'; readonly delivery: string; readonly recipient: string }
  | { readonly type: 'recipient'; readonly recipient: string }
  | { readonly type: 'notice'; readonly sender: string }
  | { readonly type: 'report'; readonly accession: string; readonly report: string }
  | { readonly type: 'criticals'; readonly accession: string }
  | { readonly type: 'catalogue'; readonly entry: string };

export interface EventHub {
  emit(event: LabEvent): void;
  /** Returns how to stop listening. */
  on(listener: (event: LabEvent) => void): () => void;
}

export function createEventHub(onFailure: (thrown: unknown) => void): EventHub {
  const listeners = new Set<(event: LabEvent) => void>();
  return {
    emit(event) {
      for (const listener of listeners) {
        try {
          listener(event);
        } catch (thrown) {
          onFailure(thrown);
        }
      }
    },
    on(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
