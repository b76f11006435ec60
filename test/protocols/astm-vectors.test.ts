import { describe, expect, test } from 'vitest';
import { catalogue } from '../../drivers/catalogue.ts';
import { bytesOf, readVectors } from '../../drivers/vector.ts';
import { createLink, type LinkInput, type LinkSettings, type LinkState, step } from '../../protocols/astm/link.ts';
import { concat } from '../../protocols/bytes.ts';
import { spell, unspell } from '../../protocols/control.ts';
import { frame, openPlay, whole } from './astm-play.ts';

/** Everything that came of a run of inputs, with each delivery committed at once. */
interface Heard {
  readonly deliveries: readonly { readonly text: string; readonly raw: string; readonly complete: boolean }[];
  readonly faults: readonly string[];
  readonly written: string;
}

function hear(settings: Partial<LinkSettings>, inputs: readonly LinkInput[]): Heard {
  let state: LinkState = createLink(settings);
  const deliveries: Heard['deliveries'][number][] = [];
  const faults: string[] = [];
  const written: Uint8Array[] = [];
  const feed = (input: LinkInput): void => {
    const next = step(state, input);
    state = next.state;
    for (const effect of next.effects) {
      if (effect.type === 'write') written.push(effect.bytes);
      if (effect.type === 'fault') faults.push(effect.fault.code);
      if (effect.type !== 'deliver') continue;
      deliveries.push({ text: spell(effect.text), raw: spell(effect.raw), complete: effect.complete });
      if (effect.complete) feed({ type: 'committed', delivery: effect.delivery });
    }
  };
  for (const input of inputs) feed(input);
  return { deliveries, faults, written: spell(concat(written)) };
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

/** Every offset of a short run; of a long one some hundred, and every one around a control character and at the end. */
function offsets(raw: Uint8Array, from: number): readonly number[] {
  const step = Math.max(1, Math.floor(raw.length / 150));
  const wanted = new Set<number>();
  for (let at = from; at < raw.length; at += step) wanted.add(at);
  for (const [at, byte] of raw.entries()) {
    if (byte < 0x08 || byte === 0x17) for (let near = at - 1; near <= at + 4; near += 1) wanted.add(near);
  }
  for (let at = raw.length - 8; at < raw.length; at += 1) wanted.add(at);
  return [...wanted].filter((at) => at >= from && at < raw.length).sort((one, other) => one - other);
}

describe.each(vectors)('$title', ({ settings, raw }) => {
  const expected = hear(settings, [bytes(raw)]);

  test('split at every offset gives the same', () => {
    for (const at of offsets(raw, 1)) {
      expect(hear(settings, [bytes(raw.subarray(0, at)), bytes(raw.subarray(at))]), `split at ${at}`).toEqual(expected);
    }
  });

  test('byte by byte gives the same', () => {
    expect(
      hear(
        settings,
        [...raw].map((byte) => bytes(Uint8Array.of(byte))),
      ),
    ).toEqual(expected);
  });

  test('cut at every prefix gives whole messages or one to be shown, and the next good session is taken', () => {
    const whole = expected.deliveries.filter((each) => each.complete);
    const framing = settings.framing ?? 'e1381';
    const good =
      framing === 'simplified'
        ? '<ENQ><STX>H|\\^&<CR>L|1|N<CR><ETX><EOT>'
        : framing === 'none'
          ? 'H|\\^&<CR>L|1|N<CR>'
          : `<ENQ>${frame(1, 'H|\\^&<CR>L|1|N<CR>')}<EOT>`;
    for (const length of offsets(raw, 0)) {
      const heard = hear(settings, [bytes(raw.subarray(0, length)), { type: 'disconnected' }, bytes(unspell(good))]);
      const complete = heard.deliveries.filter((each) => each.complete);
      expect(complete.at(-1)?.text, `cut at ${length}`).toBe('H|\\^&<CR>L|1|N<CR>');
      expect(complete.slice(0, -1), `cut at ${length}`).toEqual(whole.slice(0, complete.length - 1));
    }
  });

  test('cut at every prefix and left alone: 30 s later the next session on the same connection is taken', () => {
    const framing = settings.framing ?? 'e1381';
    if (framing === 'none') return;
    for (const length of offsets(raw, 0)) {
      const line = openPlay(settings);
      line.takes(raw.subarray(0, length));
      while (line.phase() === 'committing') line.commits();
      if (line.timers.has('frameTail')) line.runsOut('frameTail');
      while (line.phase() === 'committing') line.commits();
      if (line.timers.has('receiver')) line.runsOut('receiver');
      expect(line.phase(), `cut at ${length}`).toBe('idle');
      expect(line.hears('<ENQ>'), `cut at ${length}`).toBe('<ACK>');
    }
  });
});
