import { catalogue } from '../../drivers/catalogue.ts';
import type { Driver } from '../../drivers/driver.ts';
import { bytesOf, readVectors } from '../../drivers/vector.ts';
import { createLink, step as stepAstm } from '../../protocols/astm/link.ts';
import { createBlocks, step as stepBlocks } from '../../protocols/blocks/link.ts';
import { spell } from '../../protocols/control.ts';
import { createDelimited, step as stepDelimited } from '../../protocols/delimited/link.ts';
import { createMllp, step as stepMllp } from '../../protocols/hl7v2/mllp.ts';
import { seeded } from '../../simulators/template.ts';
import { decodeCapture } from '../../src/cli/decode.ts';

export interface FuzzPlan {
  readonly inputs: number;
  readonly seed: number;
  readonly say: (line: string) => void;
}

export interface FuzzFigures {
  readonly inputs: number;
  readonly bytes: number;
  /** Longest time one input took. */
  readonly slowestMs: number;
  /** Heap after the first tenth and at the end, in MB (with --expose-gc: of living things only). */
  readonly heapMb: readonly [early: number, late: number];
}

interface Target {
  readonly name: string;
  readonly take: (raw: Uint8Array) => void;
}

const ceiling = 4_000;

/** Everything that reads wire bytes: each driver's decoder, recognition, and the four link machines in pieces. */
function targets(random: () => number): Target[] {
  const decoders = catalogue.map((driver): Target => ({ name: driver.id, take: (raw) => decodeWhole(driver, raw) }));
  return [
    ...decoders,
    { name: 'decode', take: (raw) => void JSON.stringify(decodeCapture(raw)) },
    { name: 'astm link', take: (raw) => astmLink(raw, random) },
    { name: 'mllp', take: (raw) => mllp(raw, random) },
    { name: 'delimited', take: (raw) => delimited(raw, random) },
    { name: 'blocks', take: (raw) => blocks(raw, random) },
  ];
}

/** Everything lazy is looked at. */
function decodeWhole(driver: Driver, raw: Uint8Array): void {
  driver.recognise(raw);
  const { messages } = driver.decode(raw);
  for (const { observations } of messages) {
    for (const { span } of observations) {
      if (span[0] < 0 || span[1] > raw.length || span[0] > span[1])
        throw new Error(`span ${span.join('-')} of ${raw.length}`);
    }
  }
  driver.acknowledge?.(raw, 'accepted', { now: '20260312081500', hostName: 'LIS', nextControlId: () => '1' });
}

function* pieces(raw: Uint8Array, random: () => number): Generator<Uint8Array> {
  for (let from = 0; from < raw.length; ) {
    const to = Math.min(raw.length, from + 1 + Math.floor(random() * 60));
    yield raw.subarray(from, to);
    from = to;
  }
}

function astmLink(raw: Uint8Array, random: () => number): void {
  const framing = random() < 0.7 ? 'e1381' : random() < 0.5 ? 'simplified' : 'none';
  let state = createLink({ framing, maxFrame: ceiling, maxMessage: ceiling * 4 });
  const timers = new Set<
    Parameters<typeof stepAstm>[1] extends infer I ? (I extends { type: 'timer'; name: infer N } ? N : never) : never
  >();
  const feed = (input: Parameters<typeof stepAstm>[1]): void => {
    const next = stepAstm(state, input);
    state = next.state;
    for (const effect of next.effects) {
      if (effect.type === 'startTimer') timers.add(effect.name);
      if (effect.type === 'stopTimer') timers.delete(effect.name);
    }
    if (state.inbox.length > ceiling * 5 + 200) throw new Error(`inbox of ${state.inbox.length}`);
    if (state.raw.length > ceiling * 12) throw new Error(`raw of ${state.raw.length}`);
  };
  if (random() < 0.3) feed({ type: 'send', id: '1', messages: [raw.subarray(0, 500)] });
  for (const piece of pieces(raw, random)) {
    feed({ type: 'bytes', bytes: piece });
    if (random() < 0.4) feed({ type: random() < 0.9 ? 'committed' : 'refused' });
    const [name] = timers;
    if (name !== undefined && random() < 0.1) {
      timers.delete(name);
      feed({ type: 'timer', name });
    }
  }
  feed({ type: 'disconnected' });
}

function mllp(raw: Uint8Array, random: () => number): void {
  let state = createMllp({ maxBlock: ceiling, maxWaiting: ceiling });
  const feed = (input: Parameters<typeof stepMllp>[1]): void => {
    state = stepMllp(state, input).state;
    if (state.inboxLength > ceiling * 2 + 200) throw new Error(`inbox of ${state.inboxLength}`);
  };
  if (random() < 0.3)
    feed({ type: 'send', id: '1', message: raw.subarray(0, 500), controlId: random() < 0.5 ? '1' : null });
  for (const piece of pieces(raw, random)) {
    feed({ type: 'bytes', bytes: piece });
    if (random() < 0.4) feed({ type: 'committed', replies: [raw.subarray(0, 20)] });
    if (random() < 0.05) feed({ type: 'timer', name: random() < 0.5 ? 'ack' : 'receiver' });
  }
  feed({ type: 'disconnected' });
}

const printed = catalogue.flatMap((driver) => (driver.report === undefined ? [] : [driver.report]));

function delimited(raw: Uint8Array, random: () => number): void {
  const bounds = printed[Math.floor(random() * printed.length)];
  if (bounds === undefined) return;
  let state = createDelimited(bounds, { maxReport: ceiling });
  const feed = (input: Parameters<typeof stepDelimited>[1]): void => {
    state = stepDelimited(state, input).state;
    if (state.inbox.length > ceiling + 200) throw new Error(`inbox of ${state.inbox.length}`);
  };
  for (const piece of pieces(raw, random)) {
    feed({ type: 'bytes', bytes: piece });
    if (random() < 0.4) feed({ type: 'committed' });
    if (random() < 0.05) feed({ type: 'timer', name: random() < 0.5 ? 'quiet' : 'receiver' });
  }
  feed({ type: 'disconnected' });
}

const ofBlocks = catalogue.flatMap((driver) => (driver.blocks === undefined ? [] : [driver.blocks]));

function blocks(raw: Uint8Array, random: () => number): void {
  const rules = ofBlocks[Math.floor(random() * ofBlocks.length)];
  if (rules === undefined) return;
  let state = createBlocks({ ...rules, maxBlock: ceiling });
  const timers = ['receiver', 'tail', 'ack', 'reply'] as const;
  const feed = (input: Parameters<typeof stepBlocks>[1]): void => {
    state = stepBlocks(state, input).state;
    if (state.inbox.length > ceiling * 4) throw new Error(`inbox of ${state.inbox.length}`);
  };
  if (random() < 0.3) feed({ type: 'send', id: '1', messages: [raw.subarray(0, 500)] });
  for (const piece of pieces(raw, random)) {
    feed({ type: 'bytes', bytes: piece });
    if (random() < 0.4) feed({ type: random() < 0.9 ? 'committed' : 'refused' });
    if (random() < 0.1) feed({ type: 'timer', name: timers[Math.floor(random() * 4)] ?? 'ack' });
  }
  feed({ type: 'disconnected' });
}

const controls = [0x02, 0x03, 0x04, 0x05, 0x06, 0x15, 0x17, 0x0b, 0x1c, 0x0d, 0x0a, 0x00, 0x7c, 0x5c, 0x5e, 0x26, 0xff];

/** A vector, broken in a few places; or noise. */
function mutate(seeds: readonly Uint8Array[], random: () => number): Uint8Array {
  const pick = (): Uint8Array => seeds[Math.floor(random() * seeds.length)] ?? new Uint8Array(0);
  const roll = (below: number): number => Math.floor(random() * below);
  if (random() < 0.05) return Uint8Array.from({ length: roll(400) }, () => roll(256));
  let bytes = Array.from(pick().subarray(0, 6_000));
  for (let change = roll(6); change >= 0; change -= 1) {
    const at = roll(bytes.length + 1);
    switch (roll(7)) {
      case 0:
        bytes[at] = roll(256);
        break;
      case 1:
        bytes.splice(at, 0, controls[roll(controls.length)] ?? 0);
        break;
      case 2:
        bytes.splice(at, roll(40));
        break;
      case 3:
        bytes = bytes.slice(0, at);
        break;
      case 4:
        bytes.splice(at, 0, ...bytes.slice(roll(bytes.length + 1)).slice(0, 80));
        break;
      case 5:
        bytes.splice(at, 0, ...Array.from(pick().subarray(0, 200)));
        break;
      default:
        bytes.splice(at, 0, ...new Array<number>(roll(100)).fill(controls[roll(controls.length)] ?? 0x7c));
    }
  }
  return Uint8Array.from(bytes, (byte) => byte ?? 0);
}

/** Throws with the input, spelled, at the first crash, broken ceiling or span. */
export function fuzz({ inputs, seed, say }: FuzzPlan): FuzzFigures {
  const random = seeded(seed);
  const all = targets(random);
  const seeds = catalogue.flatMap((driver) =>
    [...readVectors(driver.id).values()].map((vector) => bytesOf(vector, 'analyzer')),
  );
  let bytes = 0;
  let slowestMs = 0;
  let early = 0;
  for (let count = 0; count < inputs; count += 1) {
    const raw = mutate(seeds, random);
    const target = all[count % all.length];
    if (target === undefined) break;
    bytes += raw.length;
    const begun = performance.now();
    try {
      target.take(raw);
    } catch (thrown) {
      throw new Error(`${target.name}, input ${count} of seed ${seed}: ${String(thrown)}\n${spell(raw)}`, {
        cause: thrown,
      });
    }
    slowestMs = Math.max(slowestMs, performance.now() - begun);
    if (count === Math.floor(inputs / 10)) early = heapMb();
    if (count > 0 && count % 500_000 === 0)
      say(`${count} inputs, ${(bytes / 1e6).toFixed(0)} MB, heap ${heapMb()} MB, slowest ${slowestMs.toFixed(0)} ms`);
  }
  return { inputs, bytes, slowestMs, heapMb: [early, heapMb()] };
}

function heapMb(): number {
  globalThis.gc?.();
  return Math.round(process.memoryUsage().heapUsed / 1e6);
}
