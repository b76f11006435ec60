import { describe, expect, test } from 'vitest';
import { unspell } from '../../protocols/control.ts';
import { openPlay } from './astm-play.ts';

/** Checksums written out, worked out by hand and not by the product. */
const literal = {
  upper: '<STX>1H|\\^&<CR>L|1|N<CR><ETX>B5<CR><LF>',
  header: '<STX>1H|\\^&<CR><ETB>F9<CR><LF>',
  terminatorLower: '<STX>2L|1|N<CR><ETX>05<CR><LF>',
};

describe('sending', () => {
  test('bids, sends frame by frame on ACK, and ends with EOT', () => {
    const line = openPlay();
    expect(line.sends('1', 'H|\\^&<CR>L|1|N<CR>')).toBe('<ENQ>');
    expect(line.timers.get('ack')).toBe(15_000);
    expect(line.hears('<ACK>')).toBe(literal.upper);
    expect(line.hears('<ACK>')).toBe('<EOT>');
    expect(line.outcomes).toEqual(['sent 1']);
    expect(line.timers.has('ack')).toBe(false);
  });

  test('cuts at 240 characters of text, ETB until the last, numbers going on over messages', () => {
    const line = openPlay();
    const text = `H|\\^&<CR>C|1|${'x'.repeat(470)}<CR>L|1|N<CR>`;
    line.sends('1', text, 'H|\\^&<CR>L|1|N<CR>');
    const frames = [line.hears('<ACK>'), line.hears('<ACK>'), line.hears('<ACK>'), line.hears('<ACK>')];
    expect(frames.map((each) => each.slice(0, 6))).toEqual(['<STX>1', '<STX>2', '<STX>3', '<STX>4']);
    expect(frames.map((each) => each.includes('<ETB>'))).toEqual([true, true, false, false]);
    const [first = ''] = frames;
    const body = first.slice('<STX>1'.length, first.indexOf('<ETB>'));
    expect(unspell(body).length).toBe(240);
    expect(line.hears('<ACK>')).toBe('<EOT>');
  });

  test('sends a frame six times, then ends the session and says so', () => {
    const line = openPlay();
    line.sends('1', 'H|\\^&<CR>L|1|N<CR>');
    expect(line.hears('<ACK>')).toBe(literal.upper);
    for (let tries = 2; tries <= 6; tries += 1) expect(line.hears('<NAK>'), `try ${tries}`).toBe(literal.upper);
    expect(line.hears('<NAK>')).toBe('<EOT>');
    expect(line.outcomes).toEqual(['sendFailed 1 LINK_REFUSED']);
  });

  test('takes any other answer for NAK, but line ends for nothing', () => {
    const line = openPlay();
    line.sends('1', 'H|\\^&<CR>L|1|N<CR>');
    line.hears('<ACK>');
    expect(line.hears('<CR><LF>')).toBe('');
    expect(line.hears('?')).toBe(literal.upper);
  });

  test('gives up after 15 s without an answer to ENQ or a frame', () => {
    const bidding = openPlay();
    bidding.sends('1', 'H|\\^&<CR>L|1|N<CR>');
    expect(bidding.runsOut('ack')).toBe('<EOT>');
    const sending = openPlay();
    sending.sends('1', 'H|\\^&<CR>L|1|N<CR>');
    sending.hears('<ACK>');
    expect(sending.timers.get('ack')).toBe(15_000);
    expect(sending.runsOut('ack')).toBe('<EOT>');
    expect([...bidding.outcomes, ...sending.outcomes]).toEqual([
      'sendFailed 1 LINK_TIMEOUT',
      'sendFailed 1 LINK_TIMEOUT',
    ]);
  });

  test('waits 10 s after NAK to its ENQ, and hears the analyzer meanwhile', () => {
    const line = openPlay();
    line.sends('1', 'H|\\^&<CR>L|1|N<CR>');
    expect(line.hears('<NAK>')).toBe('');
    expect(line.timers.get('busy')).toBe(10_000);
    expect(line.hears('<ENQ>')).toBe('<ACK>');
    line.hears(literal.upper);
    expect(line.commits()).toBe('<ACK>');
    expect(line.hears('<EOT>')).toBe('');
    expect(line.runsOut('busy')).toBe('<ENQ>');
    expect(line.hears('<ACK>')).toBe(literal.upper);
  });

  test('yields when ENQ meets ENQ: sends nothing until the analyzer bids, then waits for its turn', () => {
    const line = openPlay();
    line.sends('1', 'H|\\^&<CR>L|1|N<CR>');
    expect(line.hears('<ENQ>')).toBe('');
    expect(line.faults).toEqual(['LINK_CONTENTION']);
    expect(line.timers.get('contention')).toBe(20_000);
    expect(line.timers.has('ack')).toBe(false);
    expect(line.hears('<ENQ>')).toBe('<ACK>');
    expect(line.timers.has('contention')).toBe(false);
    line.hears(literal.upper);
    expect(line.commits()).toBe('<ACK>');
    expect(line.hears('<EOT>')).toBe('<ENQ>');
    expect(line.hears('<ACK>')).toBe(literal.upper);
  });

  test('bids again 20 s after contention when the analyzer stays silent', () => {
    const line = openPlay();
    line.sends('1', 'H|\\^&<CR>L|1|N<CR>');
    line.hears('<ENQ>');
    expect(line.runsOut('contention')).toBe('<ENQ>');
  });

  test('answers an EOT as interrupt: the frame counts as taken, the rest goes out, then the line is left for 15 s', () => {
    const line = openPlay();
    line.sends('1', 'H|\\^&<CR>L|1|N<CR>');
    line.sends('2', 'H|\\^&<CR>L|1|N<CR>');
    line.hears('<ACK>');
    expect(line.hears('<EOT>')).toBe('<EOT>');
    expect(line.outcomes).toEqual(['sent 1']);
    expect(line.timers.get('contention')).toBe(15_000);
    expect(line.hears('<ENQ>')).toBe('<ACK>');
    line.hears('<EOT>');
    expect(line.hears('<ACK>')).toBe(literal.upper);
  });

  test('waits for the end of a session of the analyzer', () => {
    const line = openPlay();
    line.hears('<ENQ>');
    expect(line.sends('1', 'H|\\^&<CR>L|1|N<CR>')).toBe('');
    line.hears(literal.upper);
    line.commits();
    expect(line.hears('<EOT>')).toBe('<ENQ>');
  });

  test('gives what waits back when the connection goes', () => {
    const line = openPlay();
    line.sends('1', 'H|\\^&<CR>L|1|N<CR>');
    line.sends('2', 'H|\\^&<CR>L|1|N<CR>');
    line.hears('<ACK>');
    line.disconnects();
    expect(line.outcomes).toEqual(['sendFailed 1 LINK_DISCONNECTED', 'sendFailed 2 LINK_DISCONNECTED']);
    expect(line.timers.size).toBe(0);
  });

  test('obeys the timers of the driver', () => {
    const line = openPlay({ ackTimeoutMs: 1_000, busyRetryMs: 2_000, contentionMs: 3_000, receiverTimeoutMs: 4_000 });
    line.sends('1', 'H|\\^&<CR>L|1|N<CR>');
    expect(line.timers.get('ack')).toBe(1_000);
    line.hears('<NAK>');
    expect(line.timers.get('busy')).toBe(2_000);
    line.runsOut('busy');
    line.hears('<ENQ>');
    expect(line.timers.get('contention')).toBe(3_000);
    line.hears('<ENQ>');
    expect(line.timers.get('receiver')).toBe(4_000);
  });
});
