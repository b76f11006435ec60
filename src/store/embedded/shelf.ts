import type { Document } from '../collection.ts';

/** From one id to another. */
export interface Stretch {
  readonly from?: string | undefined;
  readonly to?: string | undefined;
  readonly reverse: boolean;
}

/**
 * Where the documents of a collection lie. `put`, `remove` and `flush` belong inside a transaction of the root; reads see
 * what the transaction has written.
 */
export interface Shelf<T extends Document> {
  get(id: string): T | undefined;
  /** Documents of these ids, in this order, without those that are not there. */
  at(ids: Iterable<string>): Iterable<T>;
  /** Documents in the order of their ids. */
  range(stretch: Stretch): Iterable<T>;
  count(): number;
  /** What index entries of a document end with. */
  placeOf(id: string): string;
  /** The documents of a place. */
  behind(place: string): readonly T[];
  put(document: T, before: T | undefined): void;
  remove(document: T): void;
  /** Write what was put and is not written yet: at the end of every write. */
  flush(): void;
}

/** Told of documents that lie at a place from now on, and which lay there before: what indexes must follow. */
export type Changed<T> = (place: string, before: readonly T[], after: readonly T[]) => void;
