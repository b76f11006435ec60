import { useSyncExternalStore } from 'react';
import type { Priority, Sex } from '../../api/types.ts';

/** A registration in the making, as typed. */
export interface Draft {
  readonly accession: string;
  readonly search: string;
  readonly id: string;
  readonly name: string;
  readonly sex: Sex | '';
  readonly birthDate: string;
  /** The id of the patient record that was looked at and taken: its facts may be changed knowingly. */
  readonly taken: string | undefined;
  readonly orders: readonly string[];
  readonly priority: Priority;
  readonly collected: string;
  readonly ward: string;
  readonly requester: string;
  readonly diagnosis: string;
  /** Asked of women only. */
  readonly pregnant: boolean;
}

export const emptyDraft: Draft = {
  accession: '',
  search: '',
  id: '',
  name: '',
  sex: '',
  birthDate: '',
  taken: undefined,
  orders: [],
  priority: 'routine',
  collected: '',
  ward: '',
  requester: '',
  diagnosis: '',
  pregnant: false,
};

/**
 * What is being typed outlives the page: a look at another page, an error, a lost connection and a session that ran out
 * lose nothing. It is kept in memory only, and shown to nobody but who typed it.
 */
let kept: { readonly by: string; readonly draft: Draft } = { by: '', draft: emptyDraft };
const watchers = new Set<() => void>();

export function useDraft(by: string): readonly [Draft, (change: Partial<Draft>) => void] {
  const now = useSyncExternalStore(
    (tell) => {
      watchers.add(tell);
      return () => watchers.delete(tell);
    },
    () => kept,
  );
  const draft = now.by === by ? now.draft : emptyDraft;
  const change = (part: Partial<Draft>): void => {
    const before = kept.by === by ? kept.draft : emptyDraft;
    kept = { by, draft: { ...before, ...part } };
    for (const tell of watchers) tell();
  };
  return [draft, change];
}
