import { closeSync, fsyncSync, openSync, writeFileSync, writeSync } from 'node:fs';
import { LisError } from '../errors.ts';
import { deIdentify } from './de-identify.ts';

/** Who said something on a recorded line. */
export type Speaker = 'analyzer' | 'host';

/** A capture in the making: what the analyzer says, what its host says, and when in which pieces. */
export interface Recording {
  take(speaker: Speaker, bytes: Uint8Array): void;
  readonly bytes: () => number;
  /** Onto disk; called again and again while the line is quiet, and once at the end. */
  save(): void;
  close(): void;
}

/** De-identification needs the whole capture in memory: beyond this a recording ends. */
const mostInMemory = 64_000_000;

interface Piece {
  readonly at: string;
  readonly from: Speaker;
  readonly bytes: number;
}

/**
 * Record into `file` (the analyzer), `<file>.host` (its host, where there is one) and `<file>.chunks.json` (time, side
 * and size of each read). With `withoutPersons` nothing that names a person reaches the disk. Throws FILE_UNWRITABLE.
 */
export function openRecording(file: string, withoutPersons: boolean, now: () => number = Date.now): Recording {
  const pieces: Piece[] = [];
  const kept: Record<Speaker, Uint8Array[]> = { analyzer: [], host: [] };
  const sizes: Record<Speaker, number> = { analyzer: 0, host: 0 };
  const key = new Uint8Array(32);
  crypto.getRandomValues(key);
  const handles: Partial<Record<Speaker, number>> = {};
  const place = (speaker: Speaker): string => (speaker === 'analyzer' ? file : `${file}.host`);
  const open = (speaker: Speaker): number => {
    const known = handles[speaker];
    if (known !== undefined) return known;
    const opened = guarded(place(speaker), () => openSync(place(speaker), 'w', 0o600));
    handles[speaker] = opened;
    return opened;
  };
  open('analyzer');
  return {
    take(speaker, bytes) {
      pieces.push({ at: new Date(now()).toISOString(), from: speaker, bytes: bytes.length });
      sizes[speaker] += bytes.length;
      const handle = open(speaker);
      if (!withoutPersons) {
        guarded(place(speaker), () => writeSync(handle, bytes));
        return;
      }
      if (sizes[speaker] > mostInMemory)
        throw new LisError('CAPTURE_UNREADABLE', { detail: 'over 64 MB; record a shorter piece' });
      kept[speaker].push(Uint8Array.from(bytes));
    },
    bytes: () => sizes.analyzer + sizes.host,
    save() {
      for (const speaker of ['analyzer', 'host'] as const) {
        const handle = handles[speaker];
        if (handle === undefined) continue;
        guarded(place(speaker), () => {
          if (withoutPersons) writeSync(handle, deIdentify(Buffer.concat(kept[speaker]), key), 0, undefined, 0);
          fsyncSync(handle);
        });
      }
      guarded(`${file}.chunks.json`, () =>
        writeFileSync(`${file}.chunks.json`, `${JSON.stringify(pieces)}\n`, { mode: 0o600 }),
      );
    },
    close() {
      for (const handle of Object.values(handles)) closeSync(handle);
    },
  };
}

function guarded<T>(file: string, work: () => T): T {
  try {
    return work();
  } catch (thrown) {
    throw new LisError('FILE_UNWRITABLE', { file, detail: thrown instanceof Error ? thrown.message : '' }, thrown);
  }
}
