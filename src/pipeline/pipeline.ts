import { concatMap, from, groupBy, lastValueFrom, mergeMap, Subject } from 'rxjs';
import type { Decoded } from '../../drivers/driver.ts';
import { LisError } from '../errors.ts';
import type { Laboratory } from '../laboratory/context.ts';
import type { MessageDoc, OutcomeDoc } from '../store/documents.ts';
import { writeHeld } from './held.ts';
import { decode, identify, type Processing, processMessage } from './process.ts';
import { fileRegistered } from './registered.ts';
import { unprocessed } from './resume.ts';
import { createTurnstile } from './turnstile.ts';

/** Messages of one line that may wait; beyond that its line is not read (back-pressure). */
const waitingPerLine = 32;

/**
 * Messages that are filed at once over all lines: the store commits together what waits together, and a journal entry,
 * on which an analyzer's acknowledgement waits, never stands behind more than these.
 */
const filedAtOnce = 8;

/** The way from journal to worklist. Order is kept on each line; lines go side by side. */
export interface Pipeline {
  /** Take a journalled message. Resolves when there is room for the next of its line, not when it is stored. */
  accept(message: MessageDoc, decoded: Decoded): Promise<void>;
  /** A person's wish: decode and file a journalled message again, as the catalogue is now. */
  replay(messageId: string, assign?: Processing['assign']): Promise<OutcomeDoc>;
  /** Process what the journal holds and has no outcome (after a crash). Resolves with their number. */
  resume(): Promise<number>;
  /** Resolves when nothing waits. */
  idle(): Promise<void>;
  readonly waiting: () => number;
  close(): Promise<void>;
}

interface Job {
  readonly analyzer: string;
  readonly run: () => Promise<void>;
}

/** Make the pipeline of an open laboratory and file what was held for each specimen registered from now on. */
export function createPipeline(lab: Laboratory): Pipeline {
  const jobs = new Subject<Job>();
  const waiting = new Map<string, number>();
  const room = new Map<string, (() => void)[]>();
  const idlers: (() => void)[] = [];
  const turnstile = createTurnstile(filedAtOnce);

  const total = (): number => [...waiting.values()].reduce((sum, each) => sum + each, 0);
  const finished = lastValueFrom(
    jobs.pipe(
      groupBy((job) => job.analyzer),
      mergeMap((line) => line.pipe(concatMap((job) => from(guarded(job))))),
    ),
    { defaultValue: undefined },
  );

  async function guarded(job: Job): Promise<void> {
    try {
      await turnstile.pass(job.run);
    } catch (thrown) {
      lab.log.error(
        { err: thrown, analyzer: job.analyzer },
        'a message could not be processed; it is tried again at the next start',
      );
    }
    const left = (waiting.get(job.analyzer) ?? 1) - 1;
    waiting.set(job.analyzer, left);
    if (left < waitingPerLine) room.get(job.analyzer)?.shift()?.();
    if (left === 0 && total() === 0) for (const wake of idlers.splice(0)) wake();
  }

  /** Queue work on a line; the promise is the work's own. */
  function enqueue<T>(analyzer: string, work: () => Promise<T>): Promise<T> {
    waiting.set(analyzer, (waiting.get(analyzer) ?? 0) + 1);
    return new Promise<T>((resolve, reject) => {
      const run = async (): Promise<void> => {
        try {
          resolve(await work());
        } catch (thrown) {
          reject(thrown);
          throw thrown;
        }
      };
      jobs.next({ analyzer, run });
    });
  }

  function hasRoom(analyzer: string): Promise<void> {
    if ((waiting.get(analyzer) ?? 0) < waitingPerLine) return Promise.resolve();
    return new Promise((resolve) => room.set(analyzer, [...(room.get(analyzer) ?? []), resolve]));
  }

  /** Outcomes on their way to the store: without one, a message is processed again at the next start. */
  const unwritten = new Set<Promise<void>>();
  function later(written: Promise<void>): void {
    const settled = written
      .catch((thrown: unknown) => lab.log.error({ err: thrown }, 'an outcome could not be written'))
      .finally(() => unwritten.delete(settled));
    unwritten.add(settled);
  }

  const pipeline: Pipeline = {
    async accept(message, decoded) {
      const identified = identify(lab, message);
      if (identified === null) return;
      enqueue(message.analyzer, () => processMessage(lab, { ...identified, message, decoded, later })).catch(() =>
        holdFailed(lab, message),
      );
      await hasRoom(message.analyzer);
    },
    replay: (messageId, assign) => replayMessage(lab, enqueue, messageId, assign),
    async resume() {
      let count = 0;
      for (const line of lab.config.analyzers) {
        if (lab.drivers.byId(line.driver) === undefined) continue;
        for await (const message of unprocessed(lab, line.id)) {
          const identified = identify(lab, message);
          if (identified === null) continue;
          const decoded = decode(identified.line, identified.driver, message);
          await enqueue(line.id, () => processMessage(lab, { ...identified, message, decoded }));
          count += 1;
        }
      }
      return count;
    },
    async idle() {
      if (total() > 0) await new Promise<void>((resolve) => idlers.push(resolve));
      await Promise.all(unwritten);
    },
    waiting: total,
    async close() {
      stopListening();
      jobs.complete();
      await finished;
      await Promise.all(unwritten);
    },
  };
  const stopListening = lab.events.on((event) => {
    if (event.type !== 'registered') return;
    fileRegistered(lab, pipeline, event.accession).catch((thrown: unknown) => {
      lab.log.error({ err: thrown }, 'what was held for a registered specimen could not be filed');
    });
  });
  return pipeline;
}

/** Processing failed: a person is told and may replay. Where even that can't be written, the next start tries again. */
async function holdFailed(lab: Laboratory, message: MessageDoc): Promise<void> {
  const holding = { reason: 'INTERNAL', detail: 'Processing failed; replay the message', key: message._id };
  await writeHeld(lab, message, [holding]).catch(() => undefined);
}

async function replayMessage(
  lab: Laboratory,
  enqueue: <T>(analyzer: string, work: () => Promise<T>) => Promise<T>,
  messageId: string,
  assign: Processing['assign'],
): Promise<OutcomeDoc> {
  const message = await lab.collections.messages.findOne({ _id: messageId });
  if (message === null || message.direction !== 'in') throw new LisError('MESSAGE_NOT_FOUND', { id: messageId });
  const identified = identify(lab, message);
  if (identified === null) throw new LisError('NOT_FOUND', { what: `Line ${message.analyzer}` });
  const decoded = decode(identified.line, identified.driver, message);
  const processing: Processing = { ...identified, message, decoded, ...(assign === undefined ? {} : { assign }) };
  return enqueue(message.analyzer, () => processMessage(lab, processing));
}
