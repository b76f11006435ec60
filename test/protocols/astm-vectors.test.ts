import { describe, expect, test } from 'vitest';
import { catalogue } from '../../drivers/catalogue.ts';
import { bytesOf, readVectors } from '../../drivers/vector.ts';
import {
  createLink,
  type LinkInput,
  type LinkSettings,
  type LinkState,
  step,
  type TimerName,
} from '../../protocols/astm/link.ts';
import { concat } from '../../protocols/bytes.ts';
import { spell, unspell } from '../../protocols/control.ts';
import { frame, whole } from './astm-play.ts';

/** Everything that came of a run of inputs, with each delivery committed at once. */
interface Heard {
  readonly deliveries: readonly { readonly text: string; readonly raw: string; readonly complete: boolean }[];
  readonly faults: readonly string[];
  readonly written: string;
}

/** A run so far. The machine is pure: a run goes on from any of its points, as often as one likes. */
interface Point {
  readonly state: LinkState;
  readonly timers: ReadonlySet<TimerName>;
  readonly heard: Heard;
}

const begin = (settings: Partial<LinkSettings>): Point => ({
  state: createLink(settings),
  timers: new Set(),
  heard: { deliveries: [], faults: [], written: '' },
});

function goOn(from: Point, input: LinkInput): Point {
  const { state, effects } = step(from.state, input);
  if (effects.length === 0) return { ...from, state };
  const timers = new Set(from.timers);
  const deliveries = [...from.heard.deliveries];
  const faults = [...from.heard.faults];
  const written: Uint8Array[] = [];
  const committed: LinkInput[] = [];
  for (const effect of effects) {
    if (effect.type === 'startTimer') timers.add(effect.name);
    if (effect.type === 'stopTimer') timers.delete(effect.name);
    if (effect.type === 'write') written.push(effect.bytes);
    if (effect.type === 'fault') faults.push(effect.fault.code);
    if (effect.type !== 'deliver') continue;
    deliveries.push({ text: spell(effect.text), raw: spell(effect.raw), complete: effect.complete });
    if (effect.complete) committed.push({ type: 'committed', delivery: effect.delivery });
  }
  const heard = { deliveries, faults, written: from.heard.written + spell(concat(written)) };
  return committed.reduce(goOn, { state, timers, heard });
}

const hear = (settings: Partial<LinkSettings>, inputs: readonly LinkInput[]): Heard =>
  inputs.reduce(goOn, begin(settings)).heard;

/** The run byte by byte, at each of these prefixes. */
function* prefixes(settings: Partial<LinkSettings>, raw: Uint8Array): Generator<readonly [length: number, Point]> {
  const wanted = new Set(offsets(raw));
  let point = begin(settings);
  yield [0, point];
  for (const [at, byte] of raw.entries()) {
    point = goOn(point, bytes(Uint8Array.of(byte)));
    if (wanted.has(at + 1) || at + 1 === raw.length) yield [at + 1, point];
  }
}

/** A timer runs out; one that is not running does nothing. */
function runOut(from: Point, name: TimerName): Point {
  if (!from.timers.has(name)) return from;
  const timers = new Set(from.timers);
  timers.delete(name);
  return goOn({ ...from, timers }, { type: 'timer', name });
}

const bytes = (each: Uint8Array): LinkInput => ({ type: 'bytes', bytes: each });

const own = [
  { title: 'one frame', text: `<ENQ>${frame(1, whole)}<EOT>` },
  {
    title: 'four frames, one damaged and resent, one resent twice',
    text: `<ENQ>${frame(1, 'H|\\^&<CR>P|1<CR>', 'ETB')}<STX>2O|1|A1<CR><ETB>00<CR><LF>${frame(2, 'O|1|A1<CR>', 'ETB')}${frame(2, 'O|1|A1<CR>', 'ETB')}${frame(3, 'R|1|^^^K|4', 'ETB')}${frame(4, '.1<CR>L|1|N<CR>')}<EOT>`,
  },
  { title: 'two sessions and noise', text: `xx<ENQ>${frame(1, whole)}<EOT>?<ENQ>${frame(1, whole, 'ETX', true)}<EOT>` },
  { title: 'two messages in one session', text: `<ENQ>${frame(1, whole)}${frame(2, whole)}<EOT>` },
];

const vectors: readonly {
  readonly title: string;
  readonly settings: Partial<LinkSettings>;
  readonly raw: Uint8Array;
}[] = [
  ...own.map(({ title, text }) => ({ title, settings: {}, raw: unspell(text) })),
  ...catalogue
    .filter((driver) => driver.protocol === 'astm')
    .flatMap((driver) =>
      [...readVectors(driver.id)].map(([name, vector]) => ({
        title: `${driver.id} ${name}`,
        settings: driver.link ?? {},
        raw: bytesOf(vector, 'analyzer'),
      })),
    ),
];

/** Every offset of a short run; of a long one some sixty, and every one around a control character and at the end. */
function offsets(raw: Uint8Array): readonly number[] {
  const step = Math.max(1, Math.floor(raw.length / 60));
  const wanted = new Set<number>();
  for (let at = 1; at < raw.length; at += step) wanted.add(at);
  for (const [at, byte] of raw.entries()) {
    if (byte < 0x08 || byte === 0x17) for (let near = at - 1; near <= at + 4; near += 1) wanted.add(near);
  }
  for (let at = raw.length - 8; at < raw.length; at += 1) wanted.add(at);
  return [...wanted].filter((at) => at >= 1 && at < raw.length).sort((one, other) => one - other);
}

const good = {
  e1381: `<ENQ>${frame(1, 'H|\\^&<CR>L|1|N<CR>')}<EOT>`,
  simplified: '<ENQ><STX>H|\\^&<CR>L|1|N<CR><ETX><EOT>',
  none: 'H|\\^&<CR>L|1|N<CR>',
} as const;

describe.each(vectors)('$title', ({ settings, raw }) => {
  const framing = settings.framing ?? 'e1381';
  const expected = hear(settings, [bytes(raw)]);
  const spelled = JSON.stringify(expected);

  test('split at every offset gives the same', () => {
    for (const at of offsets(raw)) {
      const heard = hear(settings, [bytes(raw.subarray(0, at)), bytes(raw.subarray(at))]);
      if (JSON.stringify(heard) !== spelled) expect(heard, `split at ${at}`).toEqual(expected);
    }
  });

  test('byte by byte gives the same', () => {
    expect([...prefixes(settings, raw)].at(-1)?.[1].heard).toEqual(expected);
  });

  test('cut at every prefix gives whole messages or one to be shown, and the next good session is taken', () => {
    const whole = expected.deliveries.filter((each) => each.complete);
    const next = bytes(unspell(good[framing]));
    for (const [length, point] of prefixes(settings, raw)) {
      const { heard } = goOn(goOn(point, { type: 'disconnected' }), next);
      const texts = heard.deliveries.filter((each) => each.complete).map((each) => each.text);
      const wanted = [...whole.slice(0, texts.length - 1).map((each) => each.text), 'H|\\^&<CR>L|1|N<CR>'];
      if (texts.join() !== wanted.join()) expect(texts, `cut at ${length}`).toEqual(wanted);
    }
  });

  test.skipIf(framing === 'none')(
    'cut at every prefix and left alone, the line takes the next session 30 s later',
    () => {
      for (const [length, point] of prefixes(settings, raw)) {
        const quiet = runOut(runOut(point, 'frameTail'), 'receiver');
        if (quiet.state.phase !== 'idle') expect(quiet.state.phase, `cut at ${length}`).toBe('idle');
        const { heard } = goOn(quiet, bytes(unspell('<ENQ>')));
        const answer = heard.written.slice(quiet.heard.written.length);
        if (answer !== '<ACK>') expect(answer, `cut at ${length}`).toBe('<ACK>');
      }
    },
  );
});
