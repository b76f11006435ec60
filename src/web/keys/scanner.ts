/**
 * Tells a barcode scanner from a hand. A scanner is a keyboard that types a whole accession within a few hundredths of
 * a second and ends in Enter; an accession may hold V, R and H, which are also shortcut keys. So a shortcut letter waits
 * `firstGap` for what follows: followed at once by another, it is a scan and fires nothing.
 *
 * A pure machine: `step(state, input)` gives the next state and what to do.
 */
export interface ScannerState {
  readonly text: string;
  /** Shortcut combinations seen since the text began, in order; empty when no shortcut was among them. */
  readonly pending: readonly string[];
  readonly lastAt: number;
}

export type ScannerInput =
  /** `text`: the character; `combo`: what the key would mean as a shortcut, if anything; `at`: ms. */
  | { readonly kind: 'character'; readonly text: string; readonly combo?: string; readonly at: number }
  | { readonly kind: 'enter'; readonly at: number }
  /** The wait asked for is over. */
  | { readonly kind: 'quiet' };

export type ScannerEffect =
  | { readonly kind: 'wait'; readonly milliseconds: number }
  | { readonly kind: 'scan'; readonly text: string }
  | { readonly kind: 'commands'; readonly combos: readonly string[] }
  /** Fast text that no Enter ended: a scanner without a suffix. It goes to the search field, nothing fires. */
  | { readonly kind: 'text'; readonly text: string };

export interface ScannerStep {
  readonly state: ScannerState;
  readonly effects: readonly ScannerEffect[];
  /** The key belongs to a scan: nothing else may act on it. */
  readonly taken: boolean;
}

/** A hand does not hit two letters within this; every scanner does. Milliseconds. */
export const firstGap = 50;
/** Once a burst runs, a busy page may stretch the gaps. Milliseconds. */
export const burstGap = 160;
/** Shorter than this is not an accession. */
export const shortest = 4;
const longest = 64;

export const idle: ScannerState = { text: '', pending: [], lastAt: 0 };

const isBurst = (state: ScannerState): boolean => state.text.length >= 2;

function afterQuiet(state: ScannerState): readonly ScannerEffect[] {
  if (state.text.length >= shortest) return [{ kind: 'text', text: state.text }];
  return state.pending.length > 0 ? [{ kind: 'commands', combos: state.pending }] : [];
}

function character(state: ScannerState, input: ScannerInput & { kind: 'character' }): ScannerStep {
  const gap = isBurst(state) ? burstGap : firstGap;
  const goesOn = state.text !== '' && input.at - state.lastAt <= gap && state.text.length < longest;
  const before = goesOn ? state : idle;
  const effects: ScannerEffect[] = goesOn ? [] : [...afterQuiet(state)];
  const next: ScannerState = {
    text: before.text + input.text,
    pending: input.combo === undefined ? before.pending : [...before.pending, input.combo],
    lastAt: input.at,
  };
  effects.push({ kind: 'wait', milliseconds: isBurst(next) ? burstGap : firstGap });
  return { state: next, effects, taken: true };
}

export function step(state: ScannerState, input: ScannerInput): ScannerStep {
  if (input.kind === 'character') return character(state, input);
  if (input.kind === 'quiet') return { state: idle, effects: afterQuiet(state), taken: false };
  const ends = state.text.length >= shortest && input.at - state.lastAt <= burstGap;
  if (ends) return { state: idle, effects: [{ kind: 'scan', text: state.text }], taken: true };
  return { state: idle, effects: afterQuiet(state), taken: false };
}
