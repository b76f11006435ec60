import { describe, expect, test } from 'vitest';
import { detectFraming, extractMessages } from '../../protocols/astm/extract.ts';
import { type AstmRecord, parseRecords } from '../../protocols/astm/records.ts';
import { encodeMessage } from '../../protocols/astm/write.ts';
import { spell, unspell } from '../../protocols/control.ts';
import { frame } from './astm-play.ts';

const latin1 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('latin1');

/** Records of a bare message, spelled. */
function records(spelled: string): AstmRecord[] {
  const { messages } = extractMessages(unspell(spelled));
  return messages.flatMap((message) => parseRecords(message, latin1));
}

describe('fields', () => {
  test('are numbered as printed, from the record letter on', () => {
    const [, , result] = records('H|\\^&<CR>P|1<CR>R|1|^^^687/1/0|4.10|mmol/L<CR>L|1|N<CR>');
    expect(result?.field(1).text).toBe('R');
    expect(result?.field(3).component(4).text).toBe('687/1/0');
    expect(result?.field(4).text).toBe('4.10');
    expect(result?.field(5).text).toBe('mmol/L');
    expect(result?.field(99).text).toBe('');
    expect(result?.fieldCount).toBe(5);
  });

  test('are cut by the delimiters of the header, whatever they are (GeneXpert: H|@^\\)', () => {
    const [header, result] = records('H|@^\\|a<CR>R|1|^^^TST|a@b^c<CR>L|1|N<CR>');
    expect(header?.field(2).text).toBe('@^\\');
    expect(header?.field(3).text).toBe('a');
    expect(result?.field(4).repeats.map((each) => each.text)).toEqual(['a', 'b^c']);
    expect(result?.field(4).repeats[1]?.component(2).text).toBe('c');
  });

  test('with a field delimiter other than the bar', () => {
    const [, result] = records('H!\\^&<CR>R!1!^^^K!4.1<CR>L!1!N<CR>');
    expect(result?.field(3).component(4).text).toBe('K');
    expect(result?.field(4).text).toBe('4.1');
  });

  test('repeat', () => {
    const [, order] = records('H|\\^&<CR>O|1|A1||^^^K\\^^^NA\\^^^CL<CR>L|1|N<CR>');
    expect(order?.field(5).repeats.map((each) => each.component(4).text)).toEqual(['K', 'NA', 'CL']);
    expect(order?.field(5).component(4).text).toBe('K');
  });

  test('of unknown records are kept', () => {
    expect(records('H|\\^&<CR>M|1|RR^BM<CR>Z|1<CR>L|1|N<CR>').map((each) => each.type)).toEqual(['H', 'M', 'Z', 'L']);
  });

  test('keep empty components, and a field that was not sent is empty', () => {
    const [, patient] = records('H|\\^&<CR>P|1||^^x^^<CR>L|1|N<CR>');
    expect(patient?.field(4).components.map((each) => each.text)).toEqual(['', '', 'x', '', '']);
    expect(patient?.field(9).components.map((each) => each.text)).toEqual(['']);
  });
});

describe('escapes', () => {
  const decode = (spelled: string): string =>
    records(`H|\\^&<CR>C|1|I|${spelled}<CR>L|1|N<CR>`)[1]?.field(4).text ?? '';

  test.each([
    ['&F&', '|'],
    ['&S&', '^'],
    ['&R&', '\\'],
    ['&E&', '&'],
    ['a&F&b&S&c', 'a|b^c'],
    ['&X41&', 'A'],
    ['&X4142&', 'AB'],
    ['&H&on&N&', 'on'],
    ['&Zlocal&', 'local'],
  ])('%s means %s', (sent, meant) => expect(decode(sent)).toBe(meant));

  test.each(['&', 'a & b', 'R&D', '&unknown&', '&X4&', '&&', 'M&M and R&', '&Z with blanks&'])(
    '%s stands as sent',
    (sent) => expect(decode(sent)).toBe(sent),
  );

  test('leave the raw text as it was', () => {
    const field = records('H|\\^&<CR>C|1|I|a&F&b<CR>L|1|N<CR>')[1]?.field(4);
    expect([field?.raw, field?.text]).toEqual(['a&F&b', 'a|b']);
  });

  test('are written for delimiters and control characters, so that no text can break a frame', () => {
    const written = spell(encodeMessage([['H'], ['C', '1', 'I', 'a|b^c\\d&e\r\u0003\u0005']]));
    expect(written).toBe('H|\\^&<CR>C|1|I|a&F&b&S&c&R&d&E&e&X0D&&X03&&X05&<CR>');
  });
});

describe('spans', () => {
  test('point at the bytes of the field in the raw bytes', () => {
    const raw = unspell(`<ENQ>${frame(1, 'H|\\^&<CR>R|1|^^^K|4.10|mmol/L<CR>L|1|N<CR>')}<EOT>`);
    const [message] = extractMessages(raw).messages;
    if (message === undefined) throw new Error('no message');
    const [, result] = parseRecords(message, latin1);
    const [start, end] = result?.field(4).span ?? [0, 0];
    expect(latin1(raw.subarray(start, end))).toBe('4.10');
    const [codeStart, codeEnd] = result?.field(3).component(4).span ?? [0, 0];
    expect(latin1(raw.subarray(codeStart, codeEnd))).toBe('K');
  });

  test('hold the framing between their ends where a frame cuts the value', () => {
    const raw = unspell(`<ENQ>${frame(1, 'H|\\^&<CR>R|1|^^^K|4', 'ETB')}${frame(2, '.61|mmol/L<CR>L|1|N<CR>')}<EOT>`);
    const [message] = extractMessages(raw).messages;
    if (message === undefined) throw new Error('no message');
    const value = parseRecords(message, latin1)[1]?.field(4);
    const [start, end] = value?.span ?? [0, 0];
    expect(value?.text).toBe('4.61');
    expect(spell(raw.subarray(start, end))).toMatch(/^4<ETB>[0-9A-F]{2}<CR><LF><STX>2\.61$/);
  });
});

describe('extraction', () => {
  const texts = (spelled: string): [boolean, string][] =>
    extractMessages(unspell(spelled)).messages.map((each) => [each.complete, spell(each.text)]);

  test('takes bare records with CR, LF or CRLF, and blanks before a record', () => {
    expect(records('H|\\^&<LF> R|1|^^^K|4.1<CR><LF>L|1|N').map((each) => each.type)).toEqual(['H', 'R', 'L']);
  });

  test('tells framing from the bytes', () => {
    expect(detectFraming(unspell(frame(1, 'H|\\^&<CR>')))).toBe('e1381');
    expect(detectFraming(unspell('<ENQ><STX>H|\\^&<CR>L|1|N<CR><ETX><EOT>'))).toBe('simplified');
    expect(detectFraming(unspell('H|\\^&<CR>L|1|N<CR>'))).toBe('none');
  });

  test('a resent frame counts once, a damaged one not at all', () => {
    const damaged = frame(2, 'R|1|^^^K|9.9<CR>', 'ETB').replace('9.9', '9.8');
    expect(
      texts(
        `<ENQ>${frame(1, 'H|\\^&<CR>', 'ETB')}${damaged}${frame(2, 'R|1|^^^K|9.9<CR>', 'ETB')}${frame(2, 'R|1|^^^K|9.9<CR>', 'ETB')}${frame(3, 'L|1|N<CR>')}<EOT>`,
      ),
    ).toEqual([[true, 'H|\\^&<CR>R|1|^^^K|9.9<CR>L|1|N<CR>']]);
  });

  test('a missing frame makes the message one to be shown, never filed', () => {
    const { messages, faults } = extractMessages(
      unspell(`<ENQ>${frame(1, 'H|\\^&<CR>', 'ETB')}${frame(3, 'L|1|N<CR>')}<EOT>`),
    );
    expect(messages.map((each) => each.complete)).toEqual([false]);
    expect(faults.map((each) => each.code)).toContain('LINK_FRAME_OUT_OF_SEQUENCE');
  });

  test('a second message of a session whose first frame came damaged and was resent is whole', () => {
    const second = frame(2, 'H|\\^&<CR>R|1|^^^K|4.1<CR>L|1|N<CR>');
    const { messages } = extractMessages(unspell(`${second.replace('4.1', '4.2')}${second}<EOT>`));
    expect(messages.map((each) => [each.complete, spell(each.text)])).toEqual([
      [true, 'H|\\^&<CR>R|1|^^^K|4.1<CR>L|1|N<CR>'],
    ]);
  });

  test('several headers under one terminator: all but the last are to be shown', () => {
    expect(texts('H|\\^&|||1<CR>P|1<CR>H|\\^&|||2<CR>L|1|N<CR>')).toEqual([
      [false, 'H|\\^&|||1<CR>P|1<CR>'],
      [true, 'H|\\^&|||2<CR>L|1|N<CR>'],
    ]);
  });
});
