import { describe, expect, test } from 'vitest';
import { extractMessages } from '../../protocols/astm/extract.ts';
import { defaultLinkSettings } from '../../protocols/astm/link.ts';
import { spell, unspell } from '../../protocols/control.ts';
import { frame, openPlay, whole } from './astm-play.ts';

/** Checksums written out, worked out by hand and not by the product. */
const literal = {
  upper: '<STX>1H|\\^&<CR>L|1|N<CR><ETX>B5<CR><LF>',
  header: '<STX>1H|\\^&<CR><ETB>F9<CR><LF>',
  terminatorLower: '<STX>2L|1|N<CR><ETX>05<CR><LF>',
};

describe('a session of the analyzer', () => {
  test('is answered ACK, frame by frame, and the last frame only after the commit', () => {
    const line = openPlay();
    expect(line.hears('<ENQ>')).toBe('<ACK>');
    expect(line.hears(literal.header)).toBe('<ACK>');
    expect(line.hears(literal.terminatorLower)).toBe('');
    expect(line.deliveries).toHaveLength(1);
    expect(line.deliveries[0]).toMatchObject({ complete: true, faults: [] });
    expect(spell(line.deliveries[0]?.text ?? new Uint8Array())).toBe('H|\\^&<CR>L|1|N<CR>');
    expect(line.commits()).toBe('<ACK>');
    expect(line.hears('<EOT>')).toBe('');
    expect(line.state.phase).toBe('idle');
    expect(line.faults).toEqual([]);
  });

  test('keeps the wire bytes of the message as they came', () => {
    const line = openPlay();
    line.hears('<ENQ>');
    line.hears(literal.upper);
    expect(spell(line.deliveries[0]?.raw ?? new Uint8Array())).toBe(`<ENQ>${literal.upper}`);
  });

  test('takes checksums in lower case', () => {
    const line = openPlay();
    line.hears('<ENQ>');
    expect(line.hears('<STX>1H|\\^&<CR>L|1|N<CR><ETX>b5<CR><LF>')).toBe('');
    expect(line.commits()).toBe('<ACK>');
  });

  test('takes a frame without CR LF once silence has settled it', () => {
    const line = openPlay();
    line.hears('<ENQ>');
    expect(line.hears('<STX>1H|\\^&<CR>L|1|N<CR><ETX>B5')).toBe('');
    expect(line.deliveries).toHaveLength(0);
    line.runsOut('frameTail');
    expect(line.deliveries).toHaveLength(1);
    expect(line.commits()).toBe('<ACK>');
  });

  test('takes a frame without LF when the next byte shows it has ended', () => {
    const line = openPlay();
    line.hears('<ENQ>');
    line.hears('<STX>1H|\\^&<CR>L|1|N<CR><ETX>B5<CR>');
    line.runsOut('frameTail');
    expect(line.commits()).toBe('<ACK>');
  });

  test('numbers frames 1 to 7, then 0, then 1', () => {
    const line = openPlay();
    line.hears('<ENQ>');
    const numbers = [1, 2, 3, 4, 5, 6, 7, 0, 1, 2];
    for (const [index, number] of numbers.entries()) {
      const text = index === 0 ? 'H|\\^&<CR>' : `C|${index}|I|text<CR>`;
      expect(line.hears(frame(number, text, 'ETB')), `frame ${index}`).toBe('<ACK>');
    }
    line.hears(frame(3, 'L|1|N<CR>'));
    expect(line.deliveries[0]?.complete).toBe(true);
    expect(line.commits()).toBe('<ACK>');
  });

  test('goes on with frame numbers over the messages of one session', () => {
    const line = openPlay();
    line.hears('<ENQ>');
    line.hears(frame(1, whole));
    expect(line.commits()).toBe('<ACK>');
    line.hears(frame(2, whole));
    expect(line.commits()).toBe('<ACK>');
    expect(line.deliveries.filter((each) => each.complete)).toHaveLength(2);
    line.hears('<EOT>');
    expect(line.deliveries).toHaveLength(2);
  });

  test('takes records and even values cut by frame boundaries', () => {
    const line = openPlay();
    line.hears('<ENQ>');
    line.hears(frame(1, 'H|\\^&<CR>R|1|^^^K|4', 'ETB'));
    line.hears(frame(2, '.61|mmol/L<CR>L|1|N<CR>'));
    expect(spell(line.deliveries[0]?.text ?? new Uint8Array())).toBe('H|\\^&<CR>R|1|^^^K|4.61|mmol/L<CR>L|1|N<CR>');
  });
});

describe('a frame that is not right', () => {
  test('with a wrong checksum is answered NAK, and taken once when it comes again', () => {
    const line = openPlay();
    line.hears('<ENQ>');
    expect(line.hears('<STX>1H|\\^&<CR>L|1|N<CR><ETX>00<CR><LF>')).toBe('<NAK>');
    expect(line.faults).toEqual(['LINK_CHECKSUM_MISMATCH']);
    expect(line.hears(literal.upper)).toBe('');
    expect(line.commits()).toBe('<ACK>');
    expect(spell(line.deliveries[0]?.text ?? new Uint8Array())).toBe('H|\\^&<CR>L|1|N<CR>');
  });

  test('with a checksum that is no hex is answered NAK', () => {
    const line = openPlay();
    line.hears('<ENQ>');
    expect(line.hears('<STX>1H|\\^&<CR>L|1|N<CR><ETX>ZZ<CR><LF>')).toBe('<NAK>');
  });

  test('under a number that does not follow is answered NAK and adds nothing', () => {
    const line = openPlay();
    line.hears('<ENQ>');
    line.hears(frame(1, 'H|\\^&<CR>', 'ETB'));
    expect(line.hears(frame(3, 'R|1|^^^K|9.9<CR>', 'ETB'))).toBe('<NAK>');
    expect(line.faults).toEqual(['LINK_FRAME_OUT_OF_SEQUENCE']);
    expect(line.hears(frame(2, 'L|1|N<CR>'))).toBe('');
    expect(spell(line.deliveries[0]?.text ?? new Uint8Array())).toBe('H|\\^&<CR>L|1|N<CR>');
  });

  test('that was taken already is answered ACK and dropped', () => {
    const line = openPlay();
    line.hears('<ENQ>');
    line.hears(frame(1, 'H|\\^&<CR>', 'ETB'));
    expect(line.hears(frame(1, 'H|\\^&<CR>', 'ETB'))).toBe('<ACK>');
    line.hears(frame(2, 'L|1|N<CR>'));
    expect(spell(line.deliveries[0]?.text ?? new Uint8Array())).toBe('H|\\^&<CR>L|1|N<CR>');
    expect(line.faults).toEqual([]);
  });

  test('the last one again after the commit is answered ACK and gives no second message', () => {
    const line = openPlay();
    line.hears('<ENQ>');
    line.hears(frame(1, whole));
    expect(line.commits()).toBe('<ACK>');
    expect(line.hears(frame(1, whole))).toBe('<ACK>');
    line.hears('<EOT>');
    expect(line.deliveries).toHaveLength(1);
  });

  test('with the number of the one before and another text is answered NAK', () => {
    const line = openPlay();
    line.hears('<ENQ>');
    line.hears(frame(1, 'H|\\^&<CR>', 'ETB'));
    expect(line.hears(frame(1, 'P|1||other<CR>', 'ETB'))).toBe('<NAK>');
    expect(line.faults).toEqual(['LINK_FRAME_OUT_OF_SEQUENCE']);
    // Sent rightly after that, nothing is missing.
    expect(line.hears(frame(2, 'P|1||other<CR>', 'ETB'))).toBe('<ACK>');
    line.hears(frame(3, 'L|1|N<CR>'));
    expect(line.deliveries[0]?.faults.map((fault) => fault.code)).toEqual(['LINK_FRAME_OUT_OF_SEQUENCE']);
    expect(extractMessages(line.deliveries[0]?.raw ?? new Uint8Array()).messages[0]?.complete).toBe(true);
  });

  test('refused for its number and never sent rightly leaves a hole in the message that can be seen', () => {
    for (const number of [1, 4]) {
      const line = openPlay();
      line.hears('<ENQ>');
      line.hears(frame(1, 'H|\\^&<CR>O|1|A1<CR>', 'ETB'));
      expect(line.hears(frame(number, 'R|1|^^^K|4.1<CR>', 'ETB'))).toBe('<NAK>');
      // The analyzer does not heed the NAK.
      line.hears(frame(2, 'R|2|^^^NA|140<CR>', 'ETB'));
      line.hears(frame(3, 'L|1|N<CR>'));
      const [delivery] = line.deliveries;
      expect(delivery?.faults.map((fault) => fault.code)).toEqual(['LINK_FRAME_OUT_OF_SEQUENCE', 'LINK_GAP']);
      const [read] = extractMessages(delivery?.raw ?? new Uint8Array()).messages;
      if (number === 1) expect(read?.leftOut).toHaveLength(1);
      else expect(read?.complete).toBe(false);
    }
  });

  test('that was taken longer ago is answered NAK and leaves no hole', () => {
    const line = openPlay();
    line.hears('<ENQ>');
    line.hears(frame(1, 'H|\\^&<CR>', 'ETB'));
    line.hears(frame(2, 'O|1|A1<CR>', 'ETB'));
    expect(line.hears(frame(1, 'H|\\^&<CR>', 'ETB'))).toBe('<NAK>');
    line.hears(frame(3, 'L|1|N<CR>'));
    const { messages, faults } = extractMessages(line.deliveries[0]?.raw ?? new Uint8Array());
    expect([messages.map((each) => each.complete), faults]).toEqual([[true], []]);
  });

  test('before the first of a message is shown by itself, and the message is whole without it', () => {
    const line = openPlay();
    line.hears('<ENQ>');
    expect(line.hears(frame(5, 'R|1|^^^K|4.1<CR>', 'ETB'))).toBe('<NAK>');
    line.hears(frame(1, 'H|\\^&<CR>L|1|N<CR>'));
    expect(line.deliveries.map((each) => [each.complete, spell(each.text)])).toEqual([
      [false, ''],
      [true, 'H|\\^&<CR>L|1|N<CR>'],
    ]);
  });

  test('over the ceiling is answered NAK, nothing of it is kept, and the line goes on', () => {
    const line = openPlay({ maxFrame: 50 });
    line.hears('<ENQ>');
    expect(line.hears(frame(1, `H|\\^&|${'x'.repeat(60)}<CR>`, 'ETB'))).toBe('<NAK>');
    expect(line.faults).toEqual(['LINK_OVERSIZE']);
    expect(line.hears(literal.upper)).toBe('');
    expect(line.commits()).toBe('<ACK>');
    expect(spell(line.deliveries[0]?.text ?? new Uint8Array())).toBe('H|\\^&<CR>L|1|N<CR>');
  });

  test('without end keeps no more than the ceiling in memory', () => {
    const line = openPlay({ maxFrame: 1_000 });
    line.hears('<ENQ><STX>1');
    for (let count = 0; count < 200; count += 1) line.hears('x'.repeat(500));
    expect(line.state.inbox.length).toBeLessThan(2_000);
    line.hears('<ENQ>');
    expect(line.runsOut('frameTail')).toBe('<ACK>');
    line.hears(literal.upper);
    expect(line.commits()).toBe('<ACK>');
  });

  test('64,000 characters are within the usual ceiling', () => {
    expect(defaultLinkSettings.maxFrame).toBe(64_000);
    const line = openPlay();
    line.hears('<ENQ>');
    const text = `H|\\^&<CR>C|1|I|${'x'.repeat(64_000 - 19)}<CR>L|1|N<CR>`;
    expect(unspell(text).length).toBe(64_000);
    expect(line.hears(frame(1, text))).toBe('');
    expect(line.deliveries[0]?.complete).toBe(true);
    const over = openPlay();
    over.hears('<ENQ>');
    expect(over.hears(frame(1, text.replace('x', 'xx')))).toBe('<NAK>');
  });
});

describe.each(['ENQ', 'EOT', 'STX'])('%s inside a frame', (name) => {
  test('ends it: nothing of it joins what follows, and the next good message is taken', () => {
    const line = openPlay();
    line.hears('<ENQ>');
    line.hears(`<STX>1H|\\^&<CR>R|1|^^^K|9.9<${name}>`);
    if (name !== 'STX') line.runsOut('frameTail');
    line.hears('<ENQ>');
    if (line.timers.has('frameTail')) line.runsOut('frameTail');
    line.hears(literal.upper);
    expect(line.commits()).toBe('<ACK>');
    const complete = line.deliveries.filter((each) => each.complete);
    expect(complete.map((each) => spell(each.text))).toEqual(['H|\\^&<CR>L|1|N<CR>']);
    expect(line.faults).toContain('LINK_BROKEN_FRAME');
  });

  test('within text that goes on refuses the frame, also under a checksum that fits', () => {
    const line = openPlay();
    line.hears('<ENQ>');
    const broken = frame(1, `H|\\^&<CR>R|1|^^^K|9.<${name}>9<CR>L|1|N<CR>`);
    const answer = line.hears(broken) + (line.timers.has('frameTail') ? line.runsOut('frameTail') : '');
    expect(answer).toBe('<NAK>');
    expect(line.deliveries.filter((each) => each.complete)).toEqual([]);
    expect(line.hears(literal.upper)).toBe('');
    expect(line.commits()).toBe('<ACK>');
  });
});

describe('a message that does not come whole', () => {
  test('is dropped after 30 s without a frame, shown, and the next ENQ is answered', () => {
    const line = openPlay();
    line.hears('<ENQ>');
    line.hears(frame(1, 'H|\\^&<CR>', 'ETB'));
    expect(line.timers.get('receiver')).toBe(30_000);
    expect(line.runsOut('receiver')).toBe('');
    expect(line.faults).toEqual(['LINK_TIMEOUT']);
    expect(line.deliveries).toMatchObject([
      { complete: false, faults: [{ code: 'LINK_TIMEOUT' }, { code: 'LINK_UNFINISHED' }] },
    ]);
    expect(line.hears('<ENQ>')).toBe('<ACK>');
    line.hears(literal.upper);
    expect(line.commits()).toBe('<ACK>');
    expect(spell(line.deliveries[1]?.text ?? new Uint8Array())).toBe('H|\\^&<CR>L|1|N<CR>');
  });

  test('is shown when the analyzer ends its session early', () => {
    const line = openPlay();
    line.hears('<ENQ>');
    line.hears(frame(1, 'H|\\^&<CR>P|1<CR>', 'ETB'));
    line.hears('<EOT>');
    expect(line.deliveries).toMatchObject([{ complete: false }]);
  });

  test('is shown when the analyzer begins anew, and joins nothing', () => {
    const line = openPlay();
    line.hears('<ENQ>');
    line.hears(frame(1, 'H|\\^&<CR>R|1|^^^K|9.9<CR>', 'ETB'));
    expect(line.hears('<ENQ>')).toBe('<ACK>');
    line.hears(literal.upper);
    expect(line.deliveries.map((each) => [each.complete, spell(each.text)])).toEqual([
      [false, 'H|\\^&<CR>R|1|^^^K|9.9<CR>'],
      [true, 'H|\\^&<CR>L|1|N<CR>'],
    ]);
  });

  test('is shown when the connection goes, and nothing of it is left behind', () => {
    const line = openPlay();
    line.hears('<ENQ>');
    line.hears(frame(1, 'H|\\^&<CR>', 'ETB'));
    line.hears('<STX>2P|1');
    line.disconnects();
    expect(line.deliveries).toHaveLength(1);
    expect(spell(line.deliveries[0]?.raw ?? new Uint8Array())).toContain('<STX>2P|1');
    expect(line.timers.size).toBe(0);
    expect(line.hears('<ENQ>')).toBe('<ACK>');
  });

  test('noise of a line at the wrong speed is told, and leaves nothing to show', () => {
    const line = openPlay();
    for (const noise of ['<STX><93><81><ETX>a<FF>', '<STX><80>q<B1><E1><90><99>z<A0><EOT>', '<STX><F3>2<80><90>']) {
      line.hears('<ENQ>');
      line.hears(noise);
      if (line.timers.has('frameTail')) line.runsOut('frameTail');
    }
    line.runsOut('receiver');
    expect(line.deliveries).toEqual([]);
    expect(line.faults.length).toBeGreaterThan(0);
    expect(line.hears('<ENQ>')).toBe('<ACK>');
    line.hears(literal.upper);
    expect(line.commits()).toBe('<ACK>');
  });

  test('an empty session leaves nothing to show', () => {
    const line = openPlay();
    line.hears('<ENQ>');
    line.hears('<EOT>');
    expect(line.deliveries).toEqual([]);
  });
});

describe('the store', () => {
  test('refuses: NAK, and the same frame again is a new try, not a repeat', () => {
    const line = openPlay();
    line.hears('<ENQ>');
    line.hears(frame(1, 'H|\\^&<CR>', 'ETB'));
    line.hears(frame(2, 'L|1|N<CR>'));
    expect(line.refuses()).toBe('<NAK>');
    expect(line.hears(frame(2, 'L|1|N<CR>'))).toBe('');
    expect(line.commits()).toBe('<ACK>');
    const texts = line.deliveries.map((each) => spell(each.text));
    expect(texts).toEqual(['H|\\^&<CR>L|1|N<CR>', 'H|\\^&<CR>L|1|N<CR>']);
  });

  test('is slow: no ACK before it has spoken, and none after the analyzer stopped waiting', () => {
    const line = openPlay();
    line.hears('<ENQ>');
    line.hears(frame(1, whole));
    expect(line.timers.get('reply')).toBe(13_500);
    expect(line.runsOut('reply')).toBe('');
    expect(line.commits()).toBe('');
    // The analyzer gives up and sends it whole again.
    line.hears('<EOT>');
    expect(line.hears('<ENQ>')).toBe('<ACK>');
    line.hears(frame(1, whole));
    expect(line.commits()).toBe('<ACK>');
  });

  test('speaks of an earlier delivery: passed over', () => {
    const line = openPlay();
    line.hears('<ENQ>');
    line.hears(frame(1, whole));
    expect(line.state.phase).toBe('committing');
    line.disconnects();
    expect(line.commits()).toBe('');
    expect(line.state.phase).toBe('idle');
  });
});

describe('noise', () => {
  test('before ENQ is told once and passed over', () => {
    const line = openPlay();
    expect(line.hears('garbage')).toBe('');
    expect(line.hears(' and more<00><LF>')).toBe('');
    expect(line.hears('<ENQ>')).toBe('<ACK>');
    expect(line.faults).toEqual(['LINK_NOISE']);
  });

  test('between frames is told, kept with the message and changes nothing', () => {
    const line = openPlay();
    line.hears('<ENQ>');
    line.hears(frame(1, 'H|\\^&<CR>', 'ETB'));
    line.hears('?!');
    line.hears(frame(2, 'L|1|N<CR>'));
    expect(spell(line.deliveries[0]?.text ?? new Uint8Array())).toBe('H|\\^&<CR>L|1|N<CR>');
    expect(line.deliveries[0]?.faults).toMatchObject([{ code: 'LINK_NOISE' }]);
    expect(spell(line.deliveries[0]?.raw ?? new Uint8Array())).toContain('?!');
  });

  test('without end is one fault and no memory', () => {
    const line = openPlay({ maxMessage: 10_000 });
    line.hears('<ENQ>');
    for (let count = 0; count < 1_000; count += 1) line.hears('x'.repeat(1_000));
    expect(line.faults).toEqual(['LINK_NOISE']);
    expect(line.state.raw.length + line.state.inbox.length).toBeLessThan(20_000);
  });

  test('stray acknowledgements, line ends and fill bytes are no trouble', () => {
    const line = openPlay();
    line.hears('<ACK><NAK><NUL><CR><LF><ENQ>');
    line.hears(`<CR><LF>${literal.upper}`);
    line.commits();
    line.hears('<ACK><EOT>');
    expect(line.faults).toEqual([]);
  });
});

describe('simplified framing (no digit, no checksum)', () => {
  test('takes and answers STX text ETX and the EOT', () => {
    const line = openPlay({ framing: 'simplified' });
    expect(line.hears('<ENQ>')).toBe('<ACK>');
    expect(line.hears('<STX>H|\\^&<CR>P|1<CR>L|1|N<CR><ETX>')).toBe('');
    expect(line.commits()).toBe('<ACK>');
    expect(line.hears('<EOT>')).toBe('<ACK>');
    expect(spell(line.deliveries[0]?.text ?? new Uint8Array())).toBe('H|\\^&<CR>P|1<CR>L|1|N<CR>');
  });

  test('sends in the same form', () => {
    const line = openPlay({ framing: 'simplified' });
    expect(line.sends('1', 'H|\\^&<CR>L|1|N<CR>')).toBe('<ENQ>');
    expect(line.hears('<ACK>')).toBe('<STX>H|\\^&<CR>L|1|N<CR><ETX>');
    expect(line.hears('<ACK>')).toBe('<EOT>');
    expect(line.outcomes).toEqual(['sent 1']);
    line.hears('<ACK>');
    expect(line.faults).toEqual([]);
  });
});

describe('bare records', () => {
  test('make a message from header to terminator, and nothing is answered', () => {
    const line = openPlay({ framing: 'none' });
    expect(line.hears('H|\\^&<CR><LF>P|1<CR><LF>R|1|^^^K|4.1<CR><LF>L|1|N<CR><LF>')).toBe('');
    expect(line.deliveries).toMatchObject([{ complete: true }]);
    expect(line.commits()).toBe('');
    line.hears('H|\\^&<CR>L|1|N<CR>');
    expect(line.deliveries).toHaveLength(2);
  });

  test('a header inside a message ends the one before, which is shown', () => {
    const line = openPlay({ framing: 'none' });
    line.hears('H|\\^&<CR>R|1|^^^K|9.9<CR>H|\\^&<CR>L|1|N<CR>');
    expect(line.deliveries.map((each) => [each.complete, spell(each.text)])).toEqual([
      [false, 'H|\\^&<CR>R|1|^^^K|9.9<CR>'],
      [true, 'H|\\^&<CR>L|1|N<CR>'],
    ]);
  });

  test('what came while a message was committed is not lost when the connection goes', () => {
    const line = openPlay({ framing: 'none' });
    line.hears('H|\\^&|||1<CR>L|1|N<CR>H|\\^&|||2<CR>L|1|N<CR>H|\\^&|||3<CR>P|1<CR>');
    expect(line.deliveries).toHaveLength(1);
    line.disconnects();
    expect(line.deliveries.map((each) => [each.complete, spell(each.text)])).toEqual([
      [true, 'H|\\^&|||1<CR>L|1|N<CR>'],
      [true, 'H|\\^&|||2<CR>L|1|N<CR>'],
      [false, 'H|\\^&|||3<CR>P|1<CR>'],
    ]);
  });
});
