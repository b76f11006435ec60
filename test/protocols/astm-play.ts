import {
  createLink,
  type LinkEffect,
  type LinkInput,
  type LinkPhase,
  type LinkSettings,
  type LinkState,
  step,
  type TimerName,
} from '../../protocols/astm/link.ts';
import { concat } from '../../protocols/bytes.ts';
import { spell, unspell } from '../../protocols/control.ts';

type Delivery = Extract<LinkEffect, { type: 'deliver' }>;

/** A link machine on a stage: it hears spelled bytes, what it writes is spelled, timers run out when told to. */
export interface Play {
  /** What it writes in answer to these bytes. */
  hears(spelled: string): string;
  takes(bytes: Uint8Array): string;
  commits(): string;
  refuses(): string;
  /** Throws when the timer does not run. */
  runsOut(name: TimerName): string;
  sends(id: string, ...messages: string[]): string;
  disconnects(): string;
  /** Timers that run, with their milliseconds. */
  readonly timers: ReadonlyMap<TimerName, number>;
  readonly deliveries: readonly Delivery[];
  readonly faults: readonly string[];
  /** `sent 1`, `sendFailed 1 LINK_TIMEOUT` */
  readonly outcomes: readonly string[];
  phase(): LinkPhase;
  readonly state: LinkState;
}

export function openPlay(settings: Partial<LinkSettings> = {}): Play {
  let state = createLink(settings);
  const timers = new Map<TimerName, number>();
  const deliveries: Delivery[] = [];
  const faults: string[] = [];
  const outcomes: string[] = [];

  function feed(input: LinkInput): string {
    const next = step(state, input);
    state = next.state;
    const written: Uint8Array[] = [];
    for (const effect of next.effects) {
      switch (effect.type) {
        case 'write':
          written.push(effect.bytes);
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
          outcomes.push(`sent ${effect.id}`);
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
    return spell(concat(written));
  }

  return {
    hears: (spelled) => feed({ type: 'bytes', bytes: unspell(spelled) }),
    takes: (bytes) => feed({ type: 'bytes', bytes }),
    commits: () => feed({ type: 'committed' }),
    refuses: () => feed({ type: 'refused' }),
    runsOut(name) {
      if (!timers.delete(name)) throw new Error(`the timer ${name} does not run`);
      return feed({ type: 'timer', name });
    },
    sends: (id, ...messages) => feed({ type: 'send', id, messages: messages.map(unspell) }),
    disconnects: () => feed({ type: 'disconnected' }),
    timers,
    deliveries,
    faults,
    outcomes,
    phase: () => state.phase,
    get state() {
      return state;
    },
  };
}

/** A frame made without the product's own writer; `text` is spelled. */
export function frame(number: number, text: string, end: 'ETX' | 'ETB' = 'ETX', lower = false): string {
  let sum = 0;
  for (const byte of unspell(`${number}${text}<${end}>`)) sum = (sum + byte) % 256;
  const digits = sum.toString(16).padStart(2, '0');
  return `<STX>${number}${text}<${end}>${lower ? digits : digits.toUpperCase()}<CR><LF>`;
}

/** A message that comes whole in one frame. */
export const whole = 'H|\\^&|||XN-1000<CR>P|1<CR>O|1|A1||^^^WBC<CR>R|1|^^^WBC|7.10|10*9/L<CR>L|1|N<CR>';
