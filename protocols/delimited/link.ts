import { concat } from '../bytes.ts';
import type { DeliverEffect, Fault, LineEffect, LineInput } from '../wire.ts';
import { linesOf, type ReportBounds, type ReportOutcome } from './reports.ts';

/**
 * The line of an analyzer that sends text: most print and nobody answers, some wait for words of the host (`talk`). Pure:
 * a report is delivered when its last line has come; one that stops short is delivered as not complete after a pause.
 */
export type DelimitedInput =
  /** `quiet`: nothing came for a while, so what has no line end and begins no report is noise. */
  LineInput<'receiver' | 'quiet'> | { readonly type: 'committed' } | { readonly type: 'refused' };

export type DelimitedEffect = LineEffect<'receiver'> | DeliverEffect;

export interface DelimitedSettings {
  readonly bounds: ReportBounds;
  readonly maxReport: number;
  readonly receiverTimeoutMs: number;
}

export interface DelimitedState {
  readonly settings: DelimitedSettings;
  readonly inbox: Uint8Array;
  readonly committing: boolean;
  /** The report that is being committed, where the analyzer waits for a word on it. */
  readonly current: Uint8Array | null;
}

export interface DelimitedStep {
  readonly state: DelimitedState;
  readonly effects: readonly DelimitedEffect[];
}

const empty = new Uint8Array(0);

/** A line at rest. */
export function createDelimited(
  bounds: ReportBounds,
  options: Partial<Omit<DelimitedSettings, 'bounds'>> = {},
): DelimitedState {
  return {
    settings: { bounds, maxReport: 256_000, receiverTimeoutMs: 30_000, ...options },
    inbox: empty,
    committing: false,
    current: null,
  };
}

/** One input, the next state, what is to be done. */
export function step(state: DelimitedState, input: DelimitedInput): DelimitedStep {
  switch (input.type) {
    case 'bytes':
      return next({ ...state, inbox: concat([state.inbox, input.bytes]) }, []);
    case 'committed':
    case 'refused':
      return next({ ...state, committing: false, current: null }, outcome(state, input.type));
    case 'timer':
      return input.name === 'quiet' ? dropNoise(state) : cutOff(state, [timedOut]);
    case 'disconnected':
      return disconnected(state);
    default:
      return input satisfies never;
  }
}

/** The host's word on the report that was being committed. */
function outcome(state: DelimitedState, how: 'committed' | 'refused'): DelimitedEffect[] {
  const { current } = state;
  return current === null ? [] : word(state, current, how === 'committed' ? 'taken' : 'refused');
}

function word(state: DelimitedState, report: Uint8Array, how: ReportOutcome): DelimitedEffect[] {
  return written(state.settings.bounds.talk?.outcome(report, how));
}

const encoder = new TextEncoder();

function written(words: string | null | undefined): DelimitedEffect[] {
  return words == null ? [] : [{ type: 'write', bytes: encoder.encode(`${words}\r`) }];
}

function next(state: DelimitedState, effects: DelimitedEffect[]): DelimitedStep {
  if (state.committing) return guarded(state, effects);
  const { bounds, receiverTimeoutMs } = state.settings;
  let start: number | null = null;
  for (const line of linesOf(state.inbox)) {
    if (bounds.begins(line.text)) {
      if (start !== null) return delivered(state, effects, start, line.start, false);
      start = line.start;
    }
    if (!line.whole) continue;
    if (start === null || bounds.talk?.drops(line.text) === true) {
      if (start !== null) effects.push(stopReceiver);
      effects.push(...written(bounds.talk?.reply(line.text)));
      start = null;
      continue;
    }
    if (!bounds.ends(line.text)) continue;
    if (bounds.talk?.sound(state.inbox.subarray(start, line.after)) === false) {
      effects.push(stopReceiver, wrongSum, ...word(state, state.inbox.subarray(start, line.after), 'damaged'));
      start = null;
      continue;
    }
    // A LF behind the CR that ends the last line may not be here yet: it is nobody's.
    return delivered(state, effects, start, Math.min(line.end + 1, line.after), true);
  }
  if (start === null) return guarded({ ...state, inbox: lastLine(state.inbox) }, effects);
  effects.push({ type: 'startTimer', name: 'receiver', ms: receiverTimeoutMs });
  return guarded(start === 0 ? state : { ...state, inbox: state.inbox.subarray(start) }, effects);
}

const wrongSum: DelimitedEffect = { type: 'fault', fault: { code: 'LINK_CHECKSUM_MISMATCH', at: 0 } };
const stopReceiver: DelimitedEffect = { type: 'stopTimer', name: 'receiver' };

/** Outside a report only the line in the making is kept: it may begin one. */
function lastLine(inbox: Uint8Array): Uint8Array {
  const last = linesOf(inbox).at(-1);
  return last === undefined || last.whole ? empty : inbox.subarray(last.start);
}

function delivered(
  state: DelimitedState,
  effects: DelimitedEffect[],
  start: number,
  end: number,
  complete: boolean,
): DelimitedStep {
  const raw = state.inbox.slice(start, end);
  const faults: Fault[] = complete ? [] : [{ code: 'LINK_UNFINISHED', at: raw.length }];
  effects.push({ type: 'stopTimer', name: 'receiver' }, { type: 'deliver', raw, text: raw, complete, faults });
  const current = complete && state.settings.bounds.talk !== undefined ? raw : null;
  const rest = { ...state, inbox: state.inbox.subarray(end), committing: complete, current };
  return complete ? { state: rest, effects } : next(rest, effects);
}

function guarded(state: DelimitedState, effects: DelimitedEffect[]): DelimitedStep {
  if (state.inbox.length <= state.settings.maxReport) return { state, effects };
  effects.push({
    type: 'fault',
    fault: { code: 'LINK_OVERSIZE', at: 0, detail: `report over ${state.settings.maxReport} bytes` },
  });
  return { state: { ...state, inbox: empty }, effects };
}

const timedOut: DelimitedEffect = { type: 'fault', fault: { code: 'LINK_TIMEOUT', at: 0 } };

/** Noise without a line end would join the first line of the next report, which then would not be known as one. */
function dropNoise(state: DelimitedState): DelimitedStep {
  const begun = state.committing || beginning(state) !== null;
  if (begun || state.inbox.length === 0) return { state, effects: [] };
  const loud = state.inbox.some((byte) => byte > 0x20);
  const fault: DelimitedEffect = { type: 'fault', fault: { code: 'LINK_NOISE', at: 0 } };
  return { state: { ...state, inbox: empty }, effects: loud ? [fault] : [] };
}

/** Where the report in the inbox begins; null when there is none. */
function beginning(state: DelimitedState): number | null {
  return linesOf(state.inbox).find((line) => state.settings.bounds.begins(line.text))?.start ?? null;
}

/** A report that stops short is shown. */
function cutOff(state: DelimitedState, before: readonly DelimitedEffect[]): DelimitedStep {
  const effects: DelimitedEffect[] = [{ type: 'stopTimer', name: 'receiver' }, ...before];
  const start = beginning(state);
  if (start !== null) {
    const raw = state.inbox.slice(start);
    effects.push({
      type: 'deliver',
      raw,
      text: raw,
      complete: false,
      faults: [{ code: 'LINK_UNFINISHED', at: raw.length }],
    });
  }
  return { state: { ...state, inbox: empty, committing: false, current: null }, effects };
}

/** Nobody sends again on such a line: what waits behind a report being committed is delivered all the same. */
function disconnected(state: DelimitedState): DelimitedStep {
  const effects: DelimitedEffect[] = [];
  let rest = { ...state, committing: false };
  for (;;) {
    const { state: after, effects: more } = next(rest, []);
    effects.push(...more.filter((each) => each.type !== 'startTimer'));
    rest = { ...after, committing: false };
    if (!after.committing) break;
  }
  return cutOff(rest, effects);
}
