import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { concat } from '../../protocols/bytes.ts';
import { unspell } from '../../protocols/control.ts';
import {
  createMllp,
  type MllpInput,
  type MllpSettings,
  type MllpState,
  type MllpTimer,
  step,
} from '../../protocols/hl7v2/mllp.ts';
import { frameBlock } from '../../protocols/hl7v2/write.ts';
import { openLinePlay } from './line-play.ts';

function openPlay(settings: Partial<MllpSettings> = {}) {
  const { feed, state, ...play } = openLinePlay<MllpState, MllpInput, MllpTimer>(createMllp(settings), step);
  return {
    ...play,
    commits: (...replies: string[]) => feed({ type: 'committed', replies: replies.map(unspell) }),
    refuses: (...replies: string[]) => feed({ type: 'refused', replies: replies.map(unspell) }),
    sends: (id: string, message: string, controlId: string | null = null) =>
      feed({ type: 'send', id, message: unspell(message), controlId }),
    kept: () => state().inboxLength,
  };
}

const message = 'MSH|^~\\&|BC|M|||20260312||ORU^R01|1|P|2.3.1<CR>OBX|1|NM|6690-2^WBC^LN||7.10|10*9/L<CR>';
const ack = 'MSH|^~\\&|LIS||||20260312||ACK^R01|9|P|2.3.1<CR>MSA|AA|1<CR>';

describe('a block', () => {
  test('is answered only after the commit', () => {
    const line = openPlay();
    expect(line.hears(`<VT>${message}<FS><CR>`)).toBe('');
    expect(line.texts()).toEqual([[true, message]]);
    expect(line.commits(ack)).toBe(`<VT>${ack}<FS><CR>`);
    expect(line.faults).toEqual([]);
  });

  test('is answered with what a refusal says', () => {
    const line = openPlay();
    line.hears(`<VT>${message}<FS><CR>`);
    expect(line.refuses(ack.replace('AA', 'AE'))).toContain('MSA|AE|1');
  });

  test('may come without the CR behind FS', () => {
    const line = openPlay();
    line.hears(`<VT>${message}<FS>`);
    expect(line.texts()).toEqual([[true, message]]);
  });

  test('several in one read are taken one after the other, each answered before the next', () => {
    const line = openPlay();
    line.hears(`<VT>${message}<FS><CR><VT>${message.replace('|1|P', '|2|P')}<FS><CR>`);
    expect(line.deliveries).toHaveLength(1);
    expect(line.commits(ack)).toBe(`<VT>${ack}<FS><CR>`);
    expect(line.deliveries).toHaveLength(2);
    expect(line.commits()).toBe('');
  });

  test('split at every offset, and byte by byte, is the same', () => {
    const raw = unspell(`<STX><STX><VT>${message}<FS><CR>`);
    for (let at = 1; at < raw.length; at += 1) {
      const line = openPlay();
      line.takes(raw.subarray(0, at));
      line.takes(raw.subarray(at));
      expect(line.texts(), `split at ${at}`).toEqual([[true, message]]);
      expect(line.faults).toEqual([]);
    }
    const line = openPlay();
    for (const byte of raw) line.takes(Uint8Array.of(byte));
    expect(line.texts()).toEqual([[true, message]]);
  });

  test('cut at every prefix is shown, never complete, and the next one is taken', () => {
    const raw = unspell(`<VT>${message}<FS>`);
    for (let length = 2; length < raw.length; length += 1) {
      const line = openPlay();
      line.takes(raw.subarray(0, length));
      expect(line.runsOut('receiver')).toBe('');
      expect(
        line.deliveries.map((each) => each.complete),
        `cut at ${length}`,
      ).toEqual([false]);
      expect(line.faults).toEqual(['LINK_TIMEOUT']);
      line.hears(`<VT>${message}<FS><CR>`);
      expect(line.deliveries.at(-1)?.complete).toBe(true);
    }
  });

  test('that begins inside a block ends that one, and nothing of it joins', () => {
    const line = openPlay();
    line.hears(`<VT>MSH|^~\\&|half<VT>${message}<FS><CR>`);
    expect(line.texts()).toEqual([
      [false, 'MSH|^~\\&|half'],
      [true, message],
    ]);
    expect(line.faults).toEqual(['LINK_BROKEN_FRAME']);
    expect(line.commits(ack)).toBe(`<VT>${ack}<FS><CR>`);
  });

  test('of nothing is passed over', () => {
    const line = openPlay();
    line.hears(`<VT><FS><CR><VT><CR><FS><CR><VT>${message}<FS><CR>`);
    expect(line.texts()).toEqual([[true, message]]);
  });

  test('over the ceiling is refused without being kept, and the line goes on', () => {
    const line = openPlay({ maxBlock: 1_000 });
    line.hears('<VT>MSH|');
    for (let count = 0; count < 100; count += 1) line.hears('x'.repeat(100));
    expect(line.kept()).toBeLessThan(1_200);
    expect(line.faults).toEqual(['LINK_OVERSIZE']);
    line.hears(`xx<FS><CR><VT>${message}<FS><CR>`);
    expect(line.texts()).toEqual([[true, message]]);
  });

  test('over the ceiling with the next VT before its end: the next is taken', () => {
    const line = openPlay({ maxBlock: 1_000 });
    line.hears(`<VT>${'x'.repeat(2_000)}`);
    line.hears(`<VT>${message}<FS><CR>`);
    expect(line.texts()).toEqual([[true, message]]);
  });

  test('that dribbles is given 30 s from its latest byte, however large', () => {
    const line = openPlay();
    line.hears('<VT>MSH|');
    line.timers.clear();
    line.hears('more');
    expect(line.timers.get('receiver')).toBe(30_000);
    line.timers.clear();
    line.hears('and more');
    expect(line.timers.get('receiver')).toBe(30_000);
  });
});

describe('between blocks', () => {
  test('line ends, fill bytes, lone STX and stray FS or VT are no trouble', () => {
    const line = openPlay();
    line.hears(`<CR><LF><NUL><STX><FS><CR><VT><VT>${message}<FS><CR><VT><FS><CR>`);
    expect(line.texts()).toEqual([[true, message]]);
    line.commits();
    expect(line.deliveries).toHaveLength(1);
    expect(line.faults).toEqual([]);
  });

  test('noise is told and passed over', () => {
    const line = openPlay();
    line.hears(`noise<VT>${message}<FS><CR>`);
    expect(line.faults).toEqual(['LINK_NOISE']);
    expect(line.texts()).toEqual([[true, message]]);
  });
});

describe('sending', () => {
  const order = 'MSH|^~\\&|LIS||||20260312||OML^O33|77|P|2.5.1<CR>';
  const answered = 'MSH|^~\\&|A||||20260312||ORL^O34|5|P|2.5.1<CR>MSA|AA|77<CR>';

  test('waits for the answer to its own control id', () => {
    const line = openPlay();
    expect(line.sends('a', order, '77')).toBe(`<VT>${order}<FS><CR>`);
    expect(line.timers.get('ack')).toBe(30_000);
    expect(line.sends('b', order.replace('77', '78'), '78')).toBe('');
    line.hears(`<VT>${answered.replace('|77', '|99')}<FS><CR>`);
    expect(line.outcomes).toEqual([]);
    expect(line.deliveries).toHaveLength(1);
    line.commits();
    expect(line.hears(`<VT>${answered}<FS><CR>`)).toBe(`<VT>${order.replace('77', '78')}<FS><CR>`);
    expect(line.outcomes).toEqual(['acknowledged a']);
    expect(line.deliveries).toHaveLength(1);
  });

  test('gives up after its time and sends the next', () => {
    const line = openPlay();
    line.sends('a', order, '77');
    line.sends('b', order.replace('77', '78'), '78');
    expect(line.runsOut('ack')).toContain('|78|');
    expect(line.outcomes).toEqual(['sendFailed a LINK_TIMEOUT']);
  });

  test('takes results that come before the answer', () => {
    const line = openPlay();
    line.sends('a', order, '77');
    line.hears(`<VT>${message}<FS><CR>`);
    expect(line.commits(ack)).toBe(`<VT>${ack}<FS><CR>`);
    line.hears(`<VT>${answered}<FS><CR>`);
    expect(line.outcomes).toEqual(['acknowledged a']);
  });

  test('never goes between a block and its answer', () => {
    const line = openPlay();
    line.hears(`<VT>${message}<FS><CR>`);
    expect(line.sends('a', order, '77')).toBe('');
    expect(line.commits(ack)).toBe(`<VT>${ack}<FS><CR><VT>${order}<FS><CR>`);
  });

  test('gives back what waits when the connection goes', () => {
    const line = openPlay();
    line.sends('a', order, '77');
    line.sends('b', order, '78');
    line.disconnects();
    expect(line.outcomes).toEqual(['sendFailed a LINK_DISCONNECTED', 'sendFailed b LINK_DISCONNECTED']);
  });
});

describe('whatever comes', () => {
  const piece = fc.oneof(
    fc.constantFrom(
      unspell(`<VT>${message}<FS><CR>`),
      unspell('<VT>'),
      unspell('<FS><CR>'),
      unspell('<FS>'),
      unspell('<VT>MSH|^~\\&|half'),
      unspell('noise'),
      unspell('<CR><LF>'),
      unspell('<STX>'),
    ),
    fc.uint8Array({ maxLength: 40 }),
  );

  test('pieces do not matter, good blocks behind noise are taken, ceilings hold', () => {
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 15 }), fc.array(fc.nat(1_000), { maxLength: 10 }), (pieces, cuts) => {
        const raw = concat([...pieces, unspell(`<VT>${message}<FS><CR>`)]);
        const hear = (places: readonly number[]) => {
          const line = openPlay({ maxBlock: 500 });
          let from = 0;
          for (const place of [...places, raw.length]) {
            line.takes(raw.subarray(from, place));
            from = place;
            while (line.commits() !== '' || line.deliveries.length === -1);
          }
          let before = -1;
          while (before !== line.deliveries.length) {
            before = line.deliveries.length;
            line.commits();
          }
          return line;
        };
        const places = [...new Set(cuts.map((cut) => cut % (raw.length + 1)))].sort((one, other) => one - other);
        const whole = hear([]);
        const split = hear(places);
        expect(split.texts()).toEqual(whole.texts());
        expect(whole.texts().at(-1)).toEqual([true, message]);
        expect(split.kept()).toBe(0);
      }),
      { numRuns: 1_000, seed: 21 },
    );
  });

  test('what is framed is taken as it was', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 200 }), (bytes) => {
        const text = bytes.map((byte) => (byte === 0x0b || byte === 0x1c ? 0x20 : byte));
        if (!text.some((byte) => byte > 0x20)) return;
        const line = openPlay();
        line.takes(frameBlock(text));
        expect(line.deliveries.map((each) => each.text)).toEqual([text]);
      }),
      { numRuns: 300, seed: 22 },
    );
  });
});
