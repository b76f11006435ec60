import { invalid } from './outcome.ts';

/** Where the next page begins: a place in the order, not an offset, so that nothing slips between pages. */
export interface Position {
  /** The mark of the first page: later pages show what was there then. */
  readonly mark: string;
  /** Value of the sort key, and id, of the document to go on with. */
  readonly key: string;
  readonly id: string;
  /** Matches of that document already shown. */
  readonly shown: number;
}

export function encodePosition({ mark, key, id, shown }: Position): string {
  return Buffer.from(JSON.stringify([mark, key, id, shown])).toString('base64url');
}

/** Throws 400 for what is none of ours. */
export function decodePosition(text: string): Position {
  try {
    const read: unknown = JSON.parse(Buffer.from(text, 'base64url').toString('utf8'));
    if (Array.isArray(read) && read.length === 4) {
      const [mark, key, id, shown]: unknown[] = read;
      if (
        typeof mark === 'string' &&
        typeof key === 'string' &&
        typeof id === 'string' &&
        typeof shown === 'number' &&
        Number.isSafeInteger(shown) &&
        shown >= 0
      )
        return { mark, key, id, shown };
    }
  } catch {
    // Falls through: not ours.
  }
  throw invalid('the page is not known');
}
