import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { catalogue } from '../../drivers/catalogue.ts';
import { bytesOf, readVectors } from '../../drivers/vector.ts';
import { type BlockCheck, frameBlock } from '../../protocols/blocks/block.ts';
import { extractBlocks } from '../../protocols/blocks/extract.ts';
import { type BlockInput, type BlockState, createBlocks, step } from '../../protocols/blocks/link.ts';
import type { BlockSettings, BlockTimer } from '../../protocols/blocks/state.ts';
import { concat } from '../../protocols/bytes.ts';
import { spell, unspell } from '../../protocols/control.ts';
import { openLinePlay } from './line-play.ts';

const bytes = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, 'latin1'));
const checks: readonly BlockCheck[] = ['none', 'xorBehind', 'sumBefore', 'sumMarked'];

function role(text: string): ReturnType<BlockSettings['role']> {
  if (text.startsWith('Q')) return 'query';
  if (text === 'poll') return 'poll';
  if (text === 'idle') return 'idlePoll';
  if (text === 'yes') return 'accepted';
  if (text === 'no') return 'rejected';
  return text === 'begin' ? 'mark' : 'record';
}

function openPlay(options: Partial<BlockSettings> = {}) {
  const { feed, state, ...play } = openLinePlay<BlockState, BlockInput, BlockTimer>(
    createBlocks({ check: 'none', role, ...options }),
    step,
  );
  return {
    ...play,
    commits: () => feed({ type: 'committed' }),
    refuses: () => feed({ type: 'refused' }),
    /** Whether it runs or not. */
    fires: (name: BlockTimer) => feed({ type: 'timer', name }),
    sends: (id: string, ...texts: string[]) => feed({ type: 'send', id, messages: texts.map(bytes) }),
    kept: () => state().inbox.length,
  };
}

describe('a block', () => {
  test.each([
    ['none', '<STX>D 01<ETX>'],
    ['xorBehind', '<STX>D 01<ETX>f'],
    // live frames of a Dimension and of a mini VIDAS
    ['sumBefore', '<STX>D 01C5<ETX>'],
    ['sumMarked', '<STX>D 01<GS>e2<ETX>'],
  ] as const)('with %s is written as %s', (check, framed) => {
    expect(spell(frameBlock(bytes('D 01'), check))).toBe(framed);
  });

  test('the sums are those of frames that passed on real lines', () => {
    expect(spell(frameBlock(unspell('N<FS>'), 'sumBefore'))).toBe('<STX>N<FS>6A<ETX>');
    expect(spell(frameBlock(unspell('M<FS>A<FS><FS>'), 'sumBefore'))).toBe('<STX>M<FS>A<FS><FS>E2<ETX>');
    expect(extractBlocks(unspell('<STX>P<FS>DIM<FS>0<FS>1<FS>0<FS>47<ETX>'), 'sumBefore', 100).faults).toEqual([]);
  });

  test.each(checks)('with %s is read as it was written, whatever the text', (check) => {
    const text = fc.uint8Array({ maxLength: 80 }).map((raw) => raw.filter((byte) => byte >= 0x20));
    fc.assert(
      fc.property(text, (each) => {
        const { messages, faults } = extractBlocks(frameBlock(each, check), check, 1_000);
        expect(faults).toEqual([]);
        expect(messages.map((message) => spell(message.text))).toEqual([spell(each)]);
      }),
      { seed: 5, numRuns: 200 },
    );
  });

  test('control characters that would end it are left out of what we write', () => {
    expect(spell(frameBlock(unspell('a<ETX>b<STX>c'), 'none'))).toBe('<STX>abc<ETX>');
  });

  test.each(['xorBehind', 'sumBefore', 'sumMarked'] as const)('one bit wrong is no message with %s', (check) => {
    const raw = frameBlock(bytes('D 0042 7.1'), check);
    for (let at = 1; at < raw.length - (check === 'xorBehind' ? 0 : 1); at += 1) {
      const broken = raw.map((byte, index) => (index === at ? byte ^ 0x40 : byte));
      const { messages } = extractBlocks(broken, check, 100);
      // a hex digit in the other case is the same digit
      const complete = messages.filter((each) => each.complete && spell(each.text) !== 'D 0042 7.1');
      expect(complete, `byte ${at}`).toEqual([]);
    }
  });

  test('bytes without any framing are one text', () => {
    expect(extractBlocks(bytes('D 01'), 'sumBefore', 100).messages).toMatchObject([{ complete: true, span: [0, 4] }]);
    expect(extractBlocks(unspell('<ENQ><ACK><CR>'), 'none', 100).messages).toEqual([]);
  });

  test('noise, a broken block and one over the ceiling are told and are no messages', () => {
    const raw = unspell('xx<STX>ab<STX>cd<ETX><STX>far too long<ETX><STX>open');
    const { messages, faults } = extractBlocks(raw, 'none', 8);
    expect(messages.map((each) => [each.complete, spell(each.text)])).toEqual([
      [true, 'cd'],
      [false, 'open'],
    ]);
    expect(faults.map((each) => each.code)).toEqual([
      'LINK_NOISE',
      'LINK_BROKEN_FRAME',
      'LINK_OVERSIZE',
      'LINK_UNFINISHED',
    ]);
  });
});

describe('receiving', () => {
  test('a record is acknowledged once it is on disk', () => {
    const play = openPlay();
    play.hears('<STX>D 01<ETX>');
    expect([play.texts(), play.written]).toEqual([[[true, 'D 01']], []]);
    play.commits();
    expect(play.written).toEqual(['<ACK>']);
    play.commits();
    expect(play.written).toEqual(['<ACK>']);
  });

  test('a refused record and a wrong sum are answered NAK', () => {
    const play = openPlay({ check: 'sumBefore' });
    play.hears('<STX>D 01C5<ETX>');
    play.refuses();
    play.hears('<STX>D 01C6<ETX>');
    expect([play.texts().length, play.written, play.faults]).toEqual([
      1,
      ['<NAK>', '<NAK>'],
      ['LINK_CHECKSUM_MISMATCH'],
    ]);
  });

  test('what waits behind a record is looked at when that is on disk', () => {
    const play = openPlay();
    play.hears('<STX>a<ETX><STX>b<ETX>');
    expect(play.texts()).toEqual([[true, 'a']]);
    play.commits();
    expect(play.texts()).toEqual([
      [true, 'a'],
      [true, 'b'],
    ]);
  });

  test('marks and ENQ are acknowledged at once', () => {
    const play = openPlay();
    play.hears('<ENQ><STX>begin<ETX>');
    expect([play.written, play.texts()]).toEqual([['<ACK>', '<ACK>'], []]);
  });

  test('a control character that ends it makes a block nothing, and the next is read', () => {
    const play = openPlay();
    play.hears('<STX>half<STX>D 01<ETX>');
    expect([play.texts(), play.faults]).toEqual([[[true, 'D 01']], ['LINK_BROKEN_FRAME']]);
  });

  test('a block that does not end is shown as not whole', () => {
    const play = openPlay();
    play.hears('<STX>half');
    play.runsOut('receiver');
    expect([play.texts(), play.faults, play.kept()]).toEqual([[[false, 'half']], ['LINK_TIMEOUT'], 0]);
    play.hears('<STX>D 01<ETX>');
    expect(play.texts().at(-1)).toEqual([true, 'D 01']);
  });

  test('a block that may have one more byte is taken after a moment', () => {
    const play = openPlay({ check: 'sumMarked' });
    play.hears('<STX>D 01<GS>e2<LF>');
    expect([play.texts(), [...play.timers.keys()]]).toEqual([[], ['tail']]);
    play.runsOut('tail');
    expect(play.texts()).toEqual([[true, 'D 01']]);
    play.commits();
    play.hears('<STX>D 01<GS>e2<LF><ETX>');
    expect(play.texts().length).toBe(2);
  });

  test.each(checks)('a block over the ceiling is not kept (%s), and the next is read', (check) => {
    const play = openPlay({ check, maxBlock: 100 });
    for (let count = 0; count < 500; count += 1) play.hears(count === 0 ? '<STX>' : 'far too long ');
    expect(play.kept()).toBeLessThan(200);
    play.hears('<ETX>');
    if (check === 'xorBehind') play.hears('z');
    play.takes(frameBlock(bytes('D 01'), check));
    expect(play.texts()).toEqual([[true, 'D 01']]);
    expect(play.faults).toContain('LINK_OVERSIZE');
  });

  test('noise is told once and does not pile up', () => {
    const play = openPlay();
    play.hears('what is this<CR>and this');
    expect([play.faults, play.kept()]).toEqual([['LINK_NOISE'], 0]);
  });

  test('an analyzer that does not wait for answers does not fill the memory', () => {
    const play = openPlay({ maxBlock: 100 });
    for (let count = 0; count < 500; count += 1) play.hears('<STX>D 01<ETX>');
    expect(play.kept()).toBeLessThan(500);
    expect(play.faults).toContain('LINK_OVERSIZE');
  });

  test('thanks stand behind the ACK of a record where the analyzer wants them', () => {
    const play = openPlay({ thanks: bytes('yes') });
    play.hears('<STX>D 01<ETX>');
    play.commits();
    expect(play.written).toEqual(['<ACK>', '<STX>yes<ETX>']);
    play.hears('<ACK><STX>D 02<ETX>');
    expect(play.texts().length).toBe(2);
  });
});

describe('orders', () => {
  test('the answer to a query goes at once and counts when it is taken', () => {
    const play = openPlay();
    play.hears('<STX>Q 01<ETX>');
    play.commits();
    play.sends('1', 'S 01');
    expect([play.written, play.outcomes]).toEqual([['<ACK>', '<STX>S 01<ETX>'], []]);
    play.hears('<ACK>');
    expect(play.outcomes).toEqual(['sent 1']);
  });

  test('it is said again on NAK, a few times', () => {
    const play = openPlay({ maxTries: 3 });
    play.hears('<STX>Q 01<ETX>');
    play.commits();
    play.sends('1', 'S 01');
    play.hears('<NAK><NAK><NAK>');
    expect(play.written.filter((each) => each === '<STX>S 01<ETX>').length).toBe(3);
    expect(play.outcomes).toEqual(['sendFailed 1 LINK_REFUSED']);
  });

  test('silence and a broken line end it, and nothing is sent again by itself', () => {
    const play = openPlay();
    play.hears('<STX>Q 01<ETX>');
    play.commits();
    play.sends('1', 'S 01');
    play.runsOut('ack');
    play.hears('<STX>Q 02<ETX>');
    play.commits();
    play.sends('2', 'S 02');
    play.disconnects();
    expect(play.outcomes).toEqual(['sendFailed 1 LINK_TIMEOUT', 'sendFailed 2 LINK_DISCONNECTED']);
    expect(play.timers.size).toBe(0);
  });

  test('an analyzer that speaks in place of its ACK is heard', () => {
    const play = openPlay();
    play.hears('<STX>Q 01<ETX>');
    play.commits();
    play.sends('1', 'S 01');
    play.hears('<STX>D 01<ETX>');
    expect([play.outcomes, play.texts().at(-1)]).toEqual([['sendFailed 1 LINK_CONTENTION'], [true, 'D 01']]);
  });

  test('several blocks go one after the other', () => {
    const play = openPlay();
    play.hears('<STX>Q 01<ETX>');
    play.commits();
    play.sends('1', 'S 01', 'S 02');
    play.hears('<ACK>');
    expect([play.written.at(-1), play.outcomes]).toEqual(['<STX>S 02<ETX>', []]);
    play.hears('<ACK>');
    expect(play.outcomes).toEqual(['sent 1']);
  });

  test('where nobody asked, there is no way to the analyzer', () => {
    const play = openPlay();
    play.sends('1', 'S 01');
    expect(play.outcomes).toEqual(['sendFailed 1 LINK_ONE_WAY']);
    play.hears('<STX>Q 01<ETX>');
    play.commits();
    play.runsOut('reply');
    play.sends('2', 'S 01');
    expect(play.outcomes).toEqual(['sendFailed 1 LINK_ONE_WAY', 'sendFailed 2 LINK_ONE_WAY']);
  });

  test('a poll is answered by the order that waits, or by the word that none does', () => {
    const play = openPlay({ nothing: bytes('none') });
    play.sends('1', 'S 01');
    expect(play.written).toEqual([]);
    play.hears('<STX>idle<ETX>');
    expect(play.written).toEqual(['<ACK>', '<STX>none<ETX>']);
    play.hears('<ACK><STX>poll<ETX>');
    expect(play.written.slice(2)).toEqual(['<ACK>', '<STX>S 01<ETX>']);
    play.hears('<ACK>');
    expect(play.outcomes).toEqual(['sent 1']);
    play.hears('<STX>poll<ETX>');
    expect(play.written.at(-1)).toBe('<STX>none<ETX>');
  });

  test('what answers the query goes at once, another order waits for its poll', () => {
    const answers = (query: string, text: string): boolean => text.endsWith(query.slice(1));
    const play = openPlay({ nothing: bytes('none'), answers });
    play.hears('<STX>Q 01<ETX>');
    play.commits();
    play.sends('1', 'S 02');
    play.sends('2', 'S 01');
    play.hears('<ACK>');
    expect([play.written.at(-1), play.outcomes]).toEqual(['<STX>S 01<ETX>', ['sent 2']]);
  });

  test('the analyzer has the last word on an order', () => {
    const play = openPlay({ nothing: bytes('none'), confirmsOrders: true });
    play.sends('1', 'S 01');
    play.sends('2', 'S 02');
    play.hears('<STX>poll<ETX><ACK>');
    expect(play.outcomes).toEqual([]);
    play.hears('<STX>yes<ETX><STX>poll<ETX><ACK><STX>no<ETX>');
    expect(play.outcomes).toEqual(['sent 1', 'sendFailed 2 LINK_ORDERS_REFUSED']);
    play.sends('3', 'S 03');
    play.hears('<STX>poll<ETX><ACK>');
    play.runsOut('reply');
    expect(play.outcomes.at(-1)).toBe('sendFailed 3 LINK_TIMEOUT');
    play.hears('<STX>poll<ETX><ACK>');
    expect(play.timers.has('reply')).toBe(false);
  });

  test('orders that wait for a poll are given back when the line breaks', () => {
    const play = openPlay({ nothing: bytes('none') });
    play.sends('1', 'S 01');
    play.disconnects();
    expect(play.outcomes).toEqual(['sendFailed 1 LINK_DISCONNECTED']);
  });
});

const vectors = catalogue.flatMap((driver) =>
  driver.blocks === undefined
    ? []
    : [...readVectors(driver.id)].map(([name, vector]) => ({ title: `${driver.id} ${name}`, driver, vector })),
);

describe.each(vectors)('$title', ({ driver, vector }) => {
  const raw = bytesOf(vector, 'analyzer');
  const rules = driver.blocks ?? { check: 'none', role, confirmsOrders: false, answers: () => true };

  /** Texts a line delivers that hears `pieces` and has each at once on disk. */
  function heard(pieces: readonly Uint8Array[]): readonly (readonly [boolean, string])[] {
    const play = openPlay(rules);
    for (const piece of pieces) {
      play.takes(piece);
      for (let count = 0; count < 40; count += 1) play.commits();
    }
    if (play.timers.has('tail')) play.runsOut('tail');
    return play.texts();
  }

  const whole = heard([raw]);

  test('comes to the same cut in two at any place, and byte by byte', () => {
    for (let at = 1; at < raw.length; at += 1) {
      expect(heard([raw.subarray(0, at), raw.subarray(at)]), `cut at ${at}`).toEqual(whole);
    }
    expect(heard(Array.from(raw, (byte) => Uint8Array.of(byte)))).toEqual(whole);
  });

  test('delivers of any prefix only what came whole', () => {
    for (let length = 0; length < raw.length; length += 1) {
      const texts = heard([raw.subarray(0, length)]);
      expect(whole.slice(0, texts.length)).toEqual(texts);
    }
  });

  test('is the same for the decoder of a capture', () => {
    const { messages } = extractBlocks(raw, rules.check, 64_000);
    const kept = messages.filter(
      (each) => each.complete && /^(record|query)$/.test(rules.role(Buffer.from(each.text).toString('latin1'))),
    );
    expect(kept.map((each) => [true, spell(each.text)])).toEqual(whole);
  });
});

test('no bytes, however cut, make the link throw or keep more than its ceilings', () => {
  const seeds = vectors.map(({ vector }) => bytesOf(vector, 'analyzer'));
  const piece = fc.oneof(
    fc
      .constantFrom(...seeds)
      .chain((seed) =>
        fc
          .tuple(fc.nat(seed.length), fc.nat(seed.length))
          .map(([a, b]) => seed.subarray(Math.min(a, b), Math.max(a, b))),
      ),
    fc.uint8Array({ maxLength: 40 }),
    fc.constantFrom('<STX>', '<ETX>', '<ENQ>', '<ACK>', '<NAK>', '<GS>', '<EOT>').map(unspell),
  );
  const act = fc.oneof(
    { weight: 5, arbitrary: piece },
    { weight: 2, arbitrary: fc.constantFrom('commit', 'refuse', 'send', 'receiver', 'tail', 'ack', 'reply') },
  );
  fc.assert(
    fc.property(fc.constantFrom(...checks), fc.array(act, { maxLength: 40 }), (check, acts) => {
      const play = openPlay({
        check,
        maxBlock: 300,
        nothing: bytes('none'),
        thanks: bytes('yes'),
        confirmsOrders: true,
      });
      for (const each of acts) {
        if (typeof each !== 'string') play.takes(each);
        else if (each === 'commit') play.commits();
        else if (each === 'refuse') play.refuses();
        else if (each === 'send') play.sends('1', 'S 01');
        else play.fires(each);
        expect(play.kept()).toBeLessThanOrEqual(1_200 + 8);
      }
      play.disconnects();
      expect(play.kept()).toBe(0);
      extractBlocks(concat(acts.filter((each) => typeof each !== 'string')), check, 300);
    }),
    { seed: 11, numRuns: 600 },
  );
});
