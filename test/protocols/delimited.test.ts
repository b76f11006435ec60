import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { driverById } from '../../drivers/catalogue.ts';
import { bytesOf, readVectors } from '../../drivers/vector.ts';
import { concat } from '../../protocols/bytes.ts';
import { unspell } from '../../protocols/control.ts';
import { createDelimited, type DelimitedInput, type DelimitedState, step } from '../../protocols/delimited/link.ts';
import { extractReports, linesOf, type ReportBounds } from '../../protocols/delimited/reports.ts';
import { openLinePlay } from './line-play.ts';

const bounds: ReportBounds = { begins: (line) => line.startsWith('--- '), ends: (line) => line === '======' };
/** As delivered: the LF behind the last CR belongs to nobody. */
const whole = '--- 348 ---<CR><LF>pH 7.400<CR><LF>======<CR>';
const report = `${whole}<LF>`;

function openPlay(of: ReportBounds = bounds, options: { maxReport?: number } = {}) {
  const { feed, state, ...play } = openLinePlay<DelimitedState, DelimitedInput, 'receiver' | 'quiet'>(
    createDelimited(of, options),
    step,
  );
  return {
    ...play,
    commits: () => feed({ type: 'committed' }),
    refuses: () => feed({ type: 'refused' }),
    // the session runs this one, not the machine
    isQuiet: () => feed({ type: 'timer', name: 'quiet' }),
    kept: () => state().inbox.length,
  };
}

describe('lines', () => {
  test('end with CR, LF or CRLF, and the last may be without an end', () => {
    expect(linesOf(unspell('a<CR>b<LF>c<CR><LF><CR><LF>d')).map((each) => each.text)).toEqual(['a', 'b', 'c', '', 'd']);
    // Reports may stand back to back: an ETX ends its line.
    expect(linesOf(unspell('a<ETX>b<ETX><CR><LF>c')).map((each) => [each.text, each.whole])).toEqual([
      ['a\u0003', true],
      ['b\u0003', true],
      ['c', false],
    ]);
  });
});

describe('a report', () => {
  test('is delivered when its last line has come, and the next waits for the commit', () => {
    const line = openPlay();
    line.hears(`${report}--- 348 ---<CR><LF>`);
    expect(line.texts()).toEqual([[true, whole]]);
    line.commits();
    line.hears('pH 7.1<CR><LF>======<CR><LF>');
    expect(line.texts()).toHaveLength(2);
  });

  test('that stops short is shown after 30 s', () => {
    const line = openPlay();
    line.hears('--- 348 ---<CR><LF>pH 7.4');
    expect(line.timers.get('receiver')).toBe(30_000);
    line.runsOut('receiver');
    expect(line.texts()).toEqual([[false, '--- 348 ---<CR><LF>pH 7.4']]);
    expect(line.faults).toEqual(['LINK_TIMEOUT']);
    line.hears(report);
    expect(line.texts().at(-1)).toEqual([true, whole]);
  });

  test('that begins inside a report ends that one, and nothing of it joins', () => {
    const line = openPlay();
    line.hears(`--- 348 ---<CR><LF>pH 9.999<CR><LF>${report}`);
    expect(line.texts()).toEqual([
      [false, '--- 348 ---<CR><LF>pH 9.999<CR><LF>'],
      [true, whole],
    ]);
  });

  test('over the ceiling is told and let go, and the next is taken', () => {
    const line = openPlay(bounds, { maxReport: 500 });
    line.hears('--- 348 ---<CR><LF>');
    for (let count = 0; count < 50; count += 1) line.hears(`${'x'.repeat(50)}<CR><LF>`);
    expect(line.faults).toContain('LINK_OVERSIZE');
    expect(line.kept()).toBeLessThan(600);
    line.hears(report);
    expect(line.texts().at(-1)).toEqual([true, whole]);
  });

  test('what waits behind a commit is not lost when the line goes', () => {
    const line = openPlay();
    line.hears(`${report}${report}--- 348 ---<CR><LF>pH`);
    line.disconnects();
    expect(line.texts()).toEqual([
      [true, whole],
      [true, whole],
      [false, '--- 348 ---<CR><LF>pH'],
    ]);
  });
});

describe('noise', () => {
  test('between reports is passed over and not kept', () => {
    const line = openPlay();
    line.hears('noise<CR><LF>more<CR><LF>');
    expect(line.kept()).toBe(0);
    line.hears(report);
    expect(line.texts()).toEqual([[true, whole]]);
  });

  test('without a line end does not swallow the report that comes after a pause', () => {
    const line = openPlay();
    line.hears('@@#');
    line.isQuiet();
    expect(line.faults).toEqual(['LINK_NOISE']);
    line.hears(report);
    expect(line.texts()).toEqual([[true, whole]]);
  });

  test('a pause within a report changes nothing', () => {
    const line = openPlay();
    line.hears('--- 348 ---<CR><LF>pH 7');
    line.isQuiet();
    line.hears('.400<CR><LF>======<CR><LF>');
    expect(line.texts()).toEqual([[true, whole]]);
    expect(line.faults).toEqual([]);
  });
});

describe('an analyzer that waits for words', () => {
  const emerald = driverById('abbott/cell-dyn-emerald')?.report ?? bounds;
  const sent = (file: string): Uint8Array => {
    const vector = readVectors('abbott/cell-dyn-emerald').get(file);
    if (vector === undefined) throw new Error(file);
    return bytesOf(vector, 'analyzer');
  };

  test('is told each time, its report once it is on disk', () => {
    const line = openPlay(emerald);
    line.takes(sent('conversation.json'));
    expect(line.written).toEqual(['ACK_CONNECT;9<CR>', 'ACK_RESULT_READY<CR>']);
    expect([line.texts().length, [...line.timers.keys()]]).toEqual([1, []]);
    line.commits();
    expect(line.written.at(-1)).toBe('ACK_RESULT;OK<CR>');
    line.commits();
    expect([line.written.length, line.faults, line.kept()]).toEqual([3, [], 0]);
  });

  test('is told that its report was refused, or came damaged', () => {
    const line = openPlay(emerald);
    line.takes(sent('results.json'));
    line.refuses();
    line.takes(sent('wrong-sum.json'));
    line.commits();
    expect(line.written).toEqual(['ACK_RESULT;ERROR<CR>', 'ACK_RESULT;CRC_ERROR<CR>', 'ACK_RESULT;OK<CR>']);
    expect([line.faults, line.texts().length]).toEqual([['LINK_CHECKSUM_MISMATCH'], 2]);
  });

  test('is told the lot of its calibration', () => {
    const line = openPlay(emerald);
    line.takes(sent('calibration.json'));
    line.commits();
    expect(line.written).toEqual(['ACK_CALI;C2603;OK<CR>']);
  });

  test('hears the same words however its lines are cut', () => {
    const raw = sent('conversation.json');
    for (let at = 1; at < raw.length; at += 1) {
      const line = openPlay(emerald);
      line.takes(raw.subarray(0, at));
      line.takes(raw.subarray(at));
      line.commits();
      expect([line.written, line.texts().length], `cut at ${at}`).toEqual([
        ['ACK_CONNECT;9<CR>', 'ACK_RESULT_READY<CR>', 'ACK_RESULT;OK<CR>'],
        1,
      ]);
    }
  });
});

describe.each(['siemens/rapidlab-348', 'abbott/cell-dyn-emerald'])('pieces of %s', (id) => {
  const driver = driverById(id);
  const vectors = [...readVectors(id)].map(([name, vector]) => ({
    name,
    raw: bytesOf(vector, 'analyzer'),
  }));
  const own = driver?.report ?? bounds;

  function hear(pieces: readonly Uint8Array[]): unknown {
    const line = openPlay(own);
    for (const piece of pieces) line.takes(piece);
    for (let count = 0; count < 20; count += 1) line.commits();
    line.disconnects();
    return line.texts();
  }

  test.each(vectors)('$name: split at every offset and byte by byte gives the same', ({ raw }) => {
    const expected = hear([raw]);
    expect(hear([...raw].map((byte) => Uint8Array.of(byte)))).toEqual(expected);
    for (let at = 1; at < raw.length; at += 7) {
      expect(hear([raw.subarray(0, at), raw.subarray(at)]), `split at ${at}`).toEqual(expected);
    }
  });

  test.each(vectors)('$name: cut at every prefix gives one report to be shown, never a whole one', ({ raw }) => {
    const { messages } = extractReports(raw, own);
    // a LF behind the CR that ends the last line is nobody's
    const ends = messages
      .filter((each) => each.complete)
      .map(({ span: [, end] }) => (raw[end - 1] === 0x0a ? end - 1 : end));
    for (let length = 0; length < raw.length; length += 3) {
      const texts = hear([raw.subarray(0, length)]) as [boolean, string][];
      expect(texts.filter(([complete]) => complete).length, `cut at ${length}`).toBe(
        ends.filter((end) => end <= length).length,
      );
    }
  });

  test('any bytes never throw, a good report behind them and a pause is taken, ceilings hold', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 80 }), { maxLength: 8 }), (pieces) => {
        const line = openPlay(bounds, { maxReport: 300 });
        for (const piece of pieces) line.takes(piece);
        line.commits();
        line.isQuiet();
        if (line.kept() > 0) line.runsOut('receiver');
        line.hears(report);
        expect(line.texts().at(-1)).toEqual([true, whole]);
        expect(line.kept()).toBeLessThan(2);
        extractReports(concat(pieces), bounds);
      }),
      { numRuns: 500, seed: 41 },
    );
  });
});
