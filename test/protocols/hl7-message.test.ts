import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { unspell } from '../../protocols/control.ts';
import { acknowledge, acknowledgementMode, asksFor, readAcknowledgement } from '../../protocols/hl7v2/acknowledge.ts';
import { extractBlocks } from '../../protocols/hl7v2/extract.ts';
import { charsetOf, type Hl7Message, parseMessage } from '../../protocols/hl7v2/message.ts';
import { composeMessage, type Hl7FieldOut, type Hl7SegmentOut } from '../../protocols/hl7v2/write.ts';

const utf8 = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);

function parse(spelled: string, decode = utf8): Hl7Message {
  const text = unspell(spelled);
  return parseMessage({ text, pieces: [{ text: 0, raw: 0 }], span: [0, text.length], complete: true }, decode);
}

const head = 'MSH|^~\\&|BC-5380|Mindray|LIS|Lab|20260312081500||ORU^R01|42|P|2.3.1||||||UNICODE<CR>';

describe('a message', () => {
  test('has its fields by their printed numbers, MSH-1 and MSH-2 among them', () => {
    const message = parse(`${head}OBX|1|NM|6690-2^WBC^LN||7.10|10*9/L|4.0-10.0|N|||F<CR>`);
    const msh = message.header;
    expect(msh?.field(1).text).toBe('|');
    expect(msh?.field(2).text).toBe('^~\\&');
    expect(msh?.field(3).text).toBe('BC-5380');
    expect([message.type, message.trigger, message.controlId]).toEqual(['ORU', 'R01', '42']);
    const obx = message.segment('OBX');
    expect(obx?.field(3).component(2).text).toBe('WBC');
    expect(obx?.field(5).text).toBe('7.10');
    expect(obx?.field(40).text).toBe('');
    expect(message.segment('ZZZ')).toBeUndefined();
  });

  test('is cut by its own delimiters', () => {
    const message = parse('MSH#*@!%#A<CR>OBX#1#NM#a*b%c##1@2<CR>');
    expect(message.segment('OBX')?.field(3).component(2).subcomponent(2).text).toBe('c');
    expect(
      message
        .segment('OBX')
        ?.field(5)
        .repeats.map((each) => each.text),
    ).toEqual(['1', '2']);
  });

  test('may have its delimiters two fields late (Rayto)', () => {
    const message = parse('MSH|||^~\\&|RAYTO|||||ORU^R01|7<CR>OBX|1|NM|a^b<CR>');
    expect(message.segment('OBX')?.field(3).component(2).text).toBe('b');
  });

  test.each(['<CR>', '<LF>', '<CR><LF>'])('ends segments with %s', (end) => {
    const message = parse(`${head.replace('<CR>', end)}PID|1${end}OBX|1|NM|a${end}`);
    expect(message.segments.map((each) => each.name)).toEqual(['MSH', 'PID', 'OBX']);
    expect(message.segment('OBX')?.field(3).text).toBe('a');
  });

  test('tells the null "" from an empty field', () => {
    const pid = parse(`${head}PID|1||""||<CR>`).segment('PID');
    expect([pid?.field(3).isNull, pid?.field(4).isNull]).toEqual([true, false]);
  });

  test('knows where each field stands', () => {
    const text = `${head}OBX|1|NM|6690-2^WBC^LN||7.10|10*9/L<CR>`;
    const raw = unspell(`<VT>${text}<FS><CR>`);
    const [block] = extractBlocks(raw).messages;
    if (block === undefined) throw new Error('no message');
    const obx = parseMessage(block, utf8).segment('OBX');
    const [start, end] = obx?.field(5).span ?? [0, 0];
    expect(utf8(raw.subarray(start, end))).toBe('7.10');
    const [codeStart, codeEnd] = obx?.field(3).component(2).span ?? [0, 0];
    expect(utf8(raw.subarray(codeStart, codeEnd))).toBe('WBC');
  });
});

describe('escapes', () => {
  const decode = (sent: string): string => parse(`${head}NTE|1|L|${sent}<CR>`).segment('NTE')?.field(3).text ?? '';

  test.each([
    ['\\F\\', '|'],
    ['\\S\\', '^'],
    ['\\T\\', '&'],
    ['\\R\\', '~'],
    ['\\E\\', '\\'],
    ['a\\.br\\b', 'a\nb'],
    ['\\X41\\', 'A'],
    ['\\XC2B5\\g', '\u00b5g'],
    ['\\H\\loud\\N\\', 'loud'],
    ['\\Z03BC\\mol', '\u03bcmol'],
  ])('%s means %s', (sent, meant) => expect(decode(sent)).toBe(meant));

  test.each(['\\', 'a\\b', '\\unknown\\', '\\X4\\', 'C:\\images\\x.png'])('%s stands as sent', (sent) =>
    expect(decode(sent)).toBe(sent),
  );

  test('are decoded after splitting, so that an escaped delimiter cuts nothing', () => {
    const field = parse(`${head}NTE|1|L|a\\S\\b^c<CR>`).segment('NTE')?.field(3);
    expect([field?.component(1).text, field?.component(2).text]).toEqual(['a^b', 'c']);
  });
});

describe('MSH-18', () => {
  test.each([
    ['UNICODE', 'utf8'],
    ['UNICODE UTF-8', 'utf8'],
    ['UTF-8', 'utf8'],
    ['8859/1', 'latin1'],
    ['ASCII', 'latin1'],
    ['GB18030', 'gb18030'],
    ['ASCII~GBK', 'latin1'],
    ['', undefined],
    ['x', undefined],
  ])('%s is %s', (named, charset) => {
    expect(charsetOf(parse(`MSH|^~\\&|A||||||ORU^R01|1|P|2.3.1||||||${named}<CR>`))).toBe(charset);
  });

  test('a two-byte character whose second byte looks like a delimiter does not cut', () => {
    // GBK 0x8D 0x7C: the second byte is the bar.
    const text = Uint8Array.from([...unspell(`${head}NTE|1|L|`), 0x8d, 0x7c, 0x7c, 0x61, 0x0d]);
    const lead = (byte: number): boolean => byte >= 0x81 && byte <= 0xfe;
    const message = parseMessage(
      { text, pieces: [{ text: 0, raw: 0 }], span: [0, text.length], complete: true },
      (bytes) => Buffer.from(bytes).toString('latin1'),
      lead,
    );
    expect(message.segment('NTE')?.field(4).text).toBe('a');
  });
});

describe('files', () => {
  const types = (spelled: string): string[] =>
    extractBlocks(unspell(spelled)).messages.map((each) => parseMessage(each, utf8).controlId);

  test('without framing are cut at each MSH', () => {
    expect(types(`${head}OBX|1<CR>${head.replace('|42|', '|43|')}OBX|1<CR>`)).toEqual(['42', '43']);
  });

  test('batch headers and trailers are no part of a message', () => {
    const { messages } = extractBlocks(
      unspell(`FHS|^~\\&|A<CR>BHS|^~\\&|A<CR>${head}OBX|1<CR>${head}OBX|1<CR>BTS|2<CR>FTS|1<CR>`),
    );
    expect(messages.map((each) => parseMessage(each, utf8).segments.map((segment) => segment.name))).toEqual([
      ['MSH', 'OBX'],
      ['MSH', 'OBX'],
    ]);
  });

  test('a block cut by the next, or by the end, is shown and not complete', () => {
    const { messages, faults } = extractBlocks(unspell(`<VT>${head}<VT>${head}<FS><CR><VT>${head}`));
    expect(messages.map((each) => each.complete)).toEqual([false, true, false]);
    expect(faults.map((each) => each.code)).toEqual(['LINK_BROKEN_FRAME', 'LINK_UNFINISHED']);
  });
});

describe('an acknowledgement', () => {
  test('in original mode is due once, after processing', () => {
    const mode = acknowledgementMode(parse(head));
    expect(mode).toEqual({ enhanced: false, accept: 'NE', application: 'AL' });
  });

  test('in enhanced mode is what MSH-15 and MSH-16 ask for', () => {
    const mode = acknowledgementMode(parse('MSH|^~\\&|A||||||OUL^R22|1|P|2.5.1|||AL|NE<CR>'));
    expect(mode).toEqual({ enhanced: true, accept: 'AL', application: 'NE' });
    expect(asksFor('AL', false)).toBe(true);
    expect(asksFor('NE', true)).toBe(false);
    expect([asksFor('SU', true), asksFor('SU', false)]).toEqual([true, false]);
    expect([asksFor('ER', true), asksFor('ER', false)]).toEqual([false, true]);
  });

  test('swaps sender and receiver, names the message in MSA-2 and keeps MSH-11, MSH-12 and the delimiters', () => {
    const answer = acknowledge(parse(head), { code: 'AA', controlId: 'X1', time: '20260312081501' });
    expect(answer).toBe(
      'MSH|^~\\&|LIS|Lab|BC-5380|Mindray|20260312081501||ACK^R01|X1|P|2.3.1||||||UNICODE\rMSA|AA|42\r',
    );
    const other = acknowledge(parse('MSH#*@!%#A#B#C#D###ORU*R01#9#P#2.3.1<CR>'), {
      code: 'AR',
      controlId: '1',
      time: '1',
      text: 'no*way',
    });
    expect(other).toBe('MSH#*@!%#C#D#A#B#1##ACK*R01#1#P#2.3.1\rMSA#AR#9#no!S!way\r');
  });

  test('is read back: code, whose answer it is, words, error', () => {
    expect(
      readAcknowledgement(
        parse(`${head}MSA|AE|77|not known<CR>ERR|||207^Application error^HL70357|E||||bad value<CR>`),
      ),
    ).toEqual({
      code: 'AE',
      controlId: '77',
      text: 'not known',
      error: 'Application error bad value',
    });
    expect(readAcknowledgement(parse(head))).toBeNull();
    expect(readAcknowledgement(parse(`${head}MSA|XX|77<CR>`))).toBeNull();
  });
});

describe('whatever is written', () => {
  const text = fc.string({ unit: fc.constantFrom(...'ab Z09.,|\\^&~\u00e9\u1ec7'), maxLength: 10 });
  const field: fc.Arbitrary<Hl7FieldOut> = fc.oneof(text, fc.array(text, { minLength: 1, maxLength: 4 }));
  const segment = fc.array(field, { maxLength: 8 }).map((fields): Hl7SegmentOut => ['ZZZ', ...fields]);

  test('is read back, field by field', () => {
    fc.assert(
      fc.property(fc.array(segment, { maxLength: 4 }), (segments) => {
        const written = composeMessage([
          ['MSH', 'A', '', '', '', '', '', ['ORU', 'R01'], '1', 'P', '2.5.1'],
          ...segments,
        ]);
        const bytes = new TextEncoder().encode(written);
        const message = parseMessage(
          { text: bytes, pieces: [{ text: 0, raw: 0 }], span: [0, bytes.length], complete: true },
          utf8,
        );
        expect(message.segments).toHaveLength(segments.length + 1);
        for (const [index, [, ...fields]] of segments.entries()) {
          for (const [at, value] of fields.entries()) {
            const read = message.segments[index + 1]?.field(at + 1);
            for (const [number, part] of (typeof value === 'string'
              ? [value]
              : 'repeats' in value
                ? []
                : value
            ).entries()) {
              expect(read?.component(number + 1).text).toBe(part);
            }
          }
        }
      }),
      { numRuns: 500, seed: 31 },
    );
  });

  test('and whatever bytes come, nothing throws', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 500 }), (bytes) => {
        const raw = Uint8Array.from([...unspell('MSH|^~\\&|<CR>'), ...bytes]);
        for (const block of [...extractBlocks(raw).messages, ...extractBlocks(bytes).messages]) {
          const message = parseMessage(block, utf8);
          for (const each of message.segments)
            for (let number = 0; number < 12; number += 1) each.field(number).component(2).text.at(0);
          acknowledge(message, { code: 'AA', controlId: '1', time: '' });
          expect(readAcknowledgement(message) === null || message.segment('MSA') !== undefined).toBe(true);
          charsetOf(message);
        }
      }),
      { numRuns: 1_000, seed: 32 },
    );
  });
});
