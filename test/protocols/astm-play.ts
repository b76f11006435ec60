import {
  createLink,
  type LinkInput,
  type LinkPhase,
  type LinkSettings,
  type LinkState,
  step,
  type TimerName,
} from '../../protocols/astm/link.ts';
import { unspell } from '../../protocols/control.ts';
import { type LinePlay, openLinePlay } from './line-play.ts';

/** A link machine on a stage. */
export interface Play extends Omit<LinePlay<LinkState, LinkInput, TimerName>, 'feed' | 'state'> {
  commits(): string;
  refuses(): string;
  sends(id: string, ...messages: string[]): string;
  phase(): LinkPhase;
  readonly state: LinkState;
}

export function openPlay(settings: Partial<LinkSettings> = {}): Play {
  const { feed, state, ...play } = openLinePlay<LinkState, LinkInput, TimerName>(createLink(settings), step);
  return {
    ...play,
    commits: () => feed({ type: 'committed' }),
    refuses: () => feed({ type: 'refused' }),
    sends: (id, ...messages) => feed({ type: 'send', id, messages: messages.map(unspell) }),
    phase: () => state().phase,
    get state() {
      return state();
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
