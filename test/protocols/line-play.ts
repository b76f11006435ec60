import { concat } from '../../protocols/bytes.ts';
import { spell, unspell } from '../../protocols/control.ts';
import type { DeliverEffect, LineEffect, LineInput } from '../../protocols/wire.ts';

type Effect =
  | LineEffect<string>
  | DeliverEffect
  | { readonly type: 'sent' | 'acknowledged'; readonly id: string }
  | { readonly type: 'sendFailed'; readonly id: string; readonly reason: string }
  | { readonly type: 'sessionEnded' };

/** A link machine of any protocol on a stage: it hears spelled bytes, what it writes is spelled, timers run out when told to. */
export interface LinePlay<State, Input, Timer extends string> {
  /** What it writes in answer. */
  feed(input: Input | LineInput<Timer>): string;
  hears(spelled: string): string;
  takes(bytes: Uint8Array): string;
  /** Throws when the timer does not run. */
  runsOut(name: Timer): string;
  disconnects(): string;
  /** Timers that run, with their milliseconds. */
  readonly timers: Map<string, number>;
  readonly deliveries: readonly DeliverEffect[];
  readonly faults: readonly string[];
  /** Everything it wrote, one entry for each write. */
  readonly written: readonly string[];
  /** `sent 1`, `acknowledged 1`, `sendFailed 1 LINK_TIMEOUT` */
  readonly outcomes: readonly string[];
  /** Whether each delivery was whole, and its text. */
  texts(): readonly (readonly [boolean, string])[];
  state(): State;
}

export function openLinePlay<State, Input, Timer extends string>(
  atRest: State,
  step: (state: State, input: Input | LineInput<Timer>) => { state: State; effects: readonly Effect[] },
): LinePlay<State, Input, Timer> {
  let state = atRest;
  const timers = new Map<string, number>();
  const deliveries: DeliverEffect[] = [];
  const faults: string[] = [];
  const written: string[] = [];
  const outcomes: string[] = [];

  function feed(input: Input | LineInput<Timer>): string {
    const next = step(state, input);
    state = next.state;
    const answers: Uint8Array[] = [];
    for (const effect of next.effects) {
      switch (effect.type) {
        case 'write':
          answers.push(effect.bytes);
          written.push(spell(effect.bytes));
          break;
        case 'startTimer':
          timers.set(effect.name, effect.ms);
          break;
        case 'stopTimer':
          timers.delete(effect.name);
          break;
        case 'deliver':
          deliveries.push(effect);
          break;
        case 'fault':
          faults.push(effect.fault.code);
          break;
        case 'sent':
        case 'acknowledged':
          outcomes.push(`${effect.type} ${effect.id}`);
          break;
        case 'sendFailed':
          outcomes.push(`sendFailed ${effect.id} ${effect.reason}`);
          break;
        case 'sessionEnded':
          break;
        default:
          effect satisfies never;
      }
    }
    return spell(concat(answers));
  }

  return {
    feed,
    hears: (spelled) => feed({ type: 'bytes', bytes: unspell(spelled) }),
    takes: (bytes) => feed({ type: 'bytes', bytes }),
    runsOut(name) {
      if (!timers.delete(name)) throw new Error(`the timer ${name} does not run`);
      return feed({ type: 'timer', name });
    },
    disconnects: () => feed({ type: 'disconnected' }),
    timers,
    deliveries,
    faults,
    written,
    outcomes,
    texts: () => deliveries.map((each) => [each.complete, spell(each.text)]),
    state: () => state,
  };
}
