import { setMaxListeners } from 'node:events';
import { driverById } from '../../drivers/catalogue.ts';
import { analyzerEnd } from '../../simulators/analyzer-end.ts';
import { type BytePort, openPort } from '../../simulators/port.ts';
import { keysOf } from '../faults/fleet.ts';
import { loadSpeaker } from './cbc-speaker.ts';

/**
 * The load generator of many lines of mixed models, a process of its own: each line is an analyzer's end of the driver's
 * protocol and sends one message after the other. Reads its task as JSON from standard input, writes the outcome as JSON
 * to standard output.
 */
export interface MixedTask {
  readonly lines: readonly { readonly id: string; readonly driver: string; readonly port: number }[];
  /** One for each message. */
  readonly accessions: readonly string[];
  readonly seed: number;
  readonly messages: number;
  /** Messages a second over all lines; absent: as fast as they are taken. */
  readonly perSecond?: number;
}

export interface MixedOutcome {
  readonly ms: number;
  readonly accepted: number;
  readonly refused: number;
  /** Connections that the host closed. */
  readonly dropped: number;
  /** Of each message the longest time from bytes of the analyzer to the host's next: for most the last frame's ACK. */
  readonly acknowledgeMs: readonly number[];
  /** What the store must hold. */
  readonly keys: readonly string[];
}

interface Turn {
  longestMs: number;
  writtenAt: number | null;
}

/** The port with its turns timed. */
function timed(port: BytePort, turn: Turn): BytePort {
  port.onBytes(() => {
    if (turn.writtenAt === null) return;
    turn.longestMs = Math.max(turn.longestMs, performance.now() - turn.writtenAt);
    turn.writtenAt = null;
  });
  return {
    ...port,
    write(bytes) {
      turn.writtenAt = performance.now();
      port.write(bytes);
    },
  };
}

async function run(task: MixedTask): Promise<MixedOutcome> {
  const stop = new AbortController();
  setMaxListeners(0, stop.signal);
  const totals = { accepted: 0, refused: 0, dropped: 0 };
  const acknowledgeMs: number[] = [];
  const keys: string[] = [];
  let over = false;
  const lines = await Promise.all(
    task.lines.map(async ({ id, driver: driverId, port: number }, at) => {
      const driver = driverById(driverId);
      if (driver === undefined) throw new Error(`no driver ${driverId}`);
      const port = await openPort({ tcp: `127.0.0.1:${number}` }, stop.signal);
      port.onClose(() => {
        if (!over) totals.dropped += 1;
      });
      const turn: Turn = { longestMs: 0, writtenAt: null };
      const share = Math.floor(task.messages / task.lines.length) + (at < task.messages % task.lines.length ? 1 : 0);
      const speaker = loadSpeaker(id, driver, task.seed * 1_000 + at);
      // Made beforehand: what is measured is the host, not this process.
      const messages = Array.from({ length: share }, (_each, turnOf) =>
        speaker.make(task.accessions[turnOf * task.lines.length + at] ?? ''),
      );
      for (const message of messages) keys.push(...keysOf(speaker, message));
      return { end: analyzerEnd(driver, timed(port, turn)), turn, messages };
    }),
  );
  const gap = task.perSecond === undefined ? 0 : (1_000 * lines.length) / task.perSecond;
  const begun = performance.now();
  await Promise.all(
    lines.map(async ({ end, turn, messages }, at) => {
      let due = begun + (gap * at) / lines.length;
      for (const message of messages) {
        const wait = due - performance.now();
        if (gap > 0 && wait > 0) await new Promise((resolve) => setTimeout(resolve, wait));
        due += gap;
        turn.longestMs = 0;
        const outcome = await end.send(message);
        if (outcome === 'accepted') totals.accepted += 1;
        else totals.refused += 1;
        acknowledgeMs.push(turn.longestMs);
      }
    }),
  );
  const ms = performance.now() - begun;
  over = true;
  for (const { end } of lines) end.close();
  return { ms, ...totals, acknowledgeMs, keys };
}

let input = '';
for await (const chunk of process.stdin) input += String(chunk);
const task: MixedTask = JSON.parse(input);
process.stdout.write(JSON.stringify(await run(task)));
