import type { Fault } from '../../protocols/wire.ts';
import { hash } from '../acts/hash.ts';
import { isLisError } from '../errors.ts';
import { isoNow, type Laboratory } from '../laboratory/context.ts';
import type { MessageDoc } from '../store/documents.ts';

/** What is journalled of one arrival or sending. */
export interface Arrival {
  readonly direction: 'in' | 'out';
  readonly raw: Uint8Array;
  readonly faults?: readonly Fault[];
  readonly unfinished?: boolean;
  readonly foreign?: string;
  readonly controlId?: string;
  readonly answers?: string;
  /** When it came, where that was earlier (a spooled report). */
  readonly at?: string;
}

/** The journal of one line. */
export interface Journal {
  /** Resolves with the document once it is on disk. Throws STORE_UNAVAILABLE. */
  append(arrival: Arrival): Promise<MessageDoc>;
}

const digits = 10;

/** Open the journal of a line where it ends. */
export async function openJournal(
  lab: Laboratory,
  line: { readonly id: string; readonly driver: string },
): Promise<Journal> {
  const { messages } = lab.collections;
  let last = await lastSequence();

  async function lastSequence(): Promise<number> {
    const newest = await messages.findOne(
      { analyzer: line.id },
      { sort: { sequence: -1 }, projection: { sequence: 1 } },
    );
    return newest?.sequence ?? 0;
  }

  return {
    async append(arrival) {
      for (;;) {
        last += 1;
        const document = documentOf(lab, line, last, arrival);
        try {
          await messages.insertOne(document);
          return document;
        } catch (thrown) {
          if (!isLisError(thrown, 'STORE_DUPLICATE_KEY')) {
            // No hole in the numbers where nothing was lost.
            if (last === document.sequence) last -= 1;
            throw thrown;
          }
          // Another process wrote on this line.
          last = Math.max(last, await lastSequence());
        }
      }
    },
  };
}

function documentOf(
  lab: Laboratory,
  line: { readonly id: string; readonly driver: string },
  sequence: number,
  arrival: Arrival,
): MessageDoc {
  const { faults = [], unfinished, foreign, controlId, answers } = arrival;
  return {
    _id: `${line.id}-${String(sequence).padStart(digits, '0')}`,
    analyzer: line.id,
    sequence,
    at: arrival.at ?? isoNow(lab),
    direction: arrival.direction,
    driver: line.driver,
    raw: arrival.raw,
    hash: hash(arrival.raw),
    ...(controlId === undefined || controlId === '' ? {} : { controlId }),
    ...(faults.length === 0 ? {} : { faults }),
    ...(unfinished === true ? { unfinished } : {}),
    ...(foreign === undefined ? {} : { foreign }),
    ...(answers === undefined ? {} : { answers }),
  };
}
