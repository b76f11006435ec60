import { describe, expect, test } from 'vitest';
import { spell, unspell } from '../../protocols/control.ts';
import { readCapture } from '../../src/kit/capture/read-capture.ts';
import { frame } from '../protocols/astm-play.ts';

const head = 'H|\\^&|||Quantix 9^SN42|||||||P|1<CR>';
const row = (n: number, code: string, value: string): string => `R|${n}|^^^${code}|${value}|mmol/L||N||F<CR>`;
const frames = [
  frame(1, `${head}P|1||PT-7781||Tran^Bich<CR>`, 'ETB'),
  frame(2, `O|1|2603120771||^^^ALL|R<CR>${row(1, 'GLU', '5.60')}`, 'ETB'),
  frame(3, `${row(2, 'K', '<2.10')}L|1|N<CR>`),
];
const spelled = `<ENQ>${frames.join('')}<EOT>`;
const wire = unspell(spelled);
const hl7 =
  'MSH|^~\\&|QX|Lab|||20260312081500||ORU^R01|7|P|2.3.1<CR>PID|1||PT-7781<CR>OBR|1||2603120771|CBC<CR>OBX|1|NM|WBC^WBC||7.10|10*9/L||N|||F<CR>';

const file = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, 'utf8'));
const read = (text: string): string => spell(readCapture(file(text)).raw);
const hex = (bytes: Uint8Array): string[] => [...bytes].map((byte) => byte.toString(16).padStart(2, '0'));

/** Rows of 16 as a dump prints them. */
function rows(bytes: Uint8Array, print: (offset: number, row: string[], characters: string) => string): string {
  const out: string[] = [];
  for (let from = 0; from < bytes.length; from += 16) {
    const part = bytes.subarray(from, from + 16);
    const characters = [...part].map((byte) => (byte > 31 && byte < 127 ? String.fromCharCode(byte) : '.')).join('');
    out.push(print(from, hex(part), characters));
  }
  return `${out.join('\n')}\n`;
}

const offset = (at: number, digits: number): string => at.toString(16).padStart(digits, '0');

test('the bytes of the wire are taken as they are, and so is bare text', () => {
  for (const raw of [wire, unspell(`<VT>${hl7}<FS><CR>`), unspell(hl7), unspell(`${head}L|1|N<CR>`)])
    expect(readCapture(raw)).toEqual({ raw, form: null });
  const printed = file('LYTE-3 REPORT 12/03/2026 09:41\nSample ID: 2603120099\nNa 141.2 mmol/L\n12 34 56\nEND\n');
  expect(readCapture(printed)).toEqual({ raw: printed, form: null });
});

describe('a hex dump', () => {
  const canonical = (at: number, row: string[], characters: string): string =>
    `${offset(at, 8)}  ${row.slice(0, 8).join(' ')}  ${row.slice(8).join(' ')}  |${characters}|`;
  const xxd = (at: number, row: string[], characters: string): string =>
    `${offset(at, 8)}: ${row.join('').replaceAll(/(.{4})/g, '$1 ')} ${characters}`;
  test.each([
    ['hexdump -C', rows(wire, canonical)],
    ['xxd', rows(wire, xxd)],
    ['pairs with blanks', hex(wire).join(' ')],
    ['pairs in rows', rows(wire, (_at, row) => row.join(' ').toUpperCase())],
    ['pairs without blanks', rows(wire, (_at, row) => row.join(''))],
    [
      'pairs with 0x and commas',
      hex(wire)
        .map((each) => `0x${each}`)
        .join(', '),
    ],
    ['pairs with colons', rows(wire, (_at, row) => row.join(':'))],
  ])('%s', (_name, text) => {
    expect(read(text)).toBe(spelled);
  });

  test('of both sides, by the marks of the log', () => {
    const text = [
      '2026-03-12 08:15:00.100 RX: 05',
      '2026-03-12 08:15:00.101 TX: 06',
      ...frames.flatMap((each) => [
        `2026-03-12 08:15:00.200 RX: ${hex(unspell(each)).join(' ')}`,
        '2026-03-12 08:15:00.201 TX: 06',
      ]),
      '2026-03-12 08:15:00.300 RX: 04',
    ].join('\r\n');
    expect(read(text)).toBe(spelled);
  });

  test('of a stream that Wireshark followed: the other side is indented', () => {
    const said = rows(wire, (at, row, characters) => `${offset(at, 8)}  ${row.join(' ')}   ${characters}`);
    const answers = '    00000000  06                                                .\n';
    expect(read(answers + said + answers)).toBe(spelled);
  });

  test('of packets, from the IP header on', () => {
    const packet = (payload: Uint8Array): Uint8Array => {
      const total = 40 + payload.length;
      const ip = [0x45, 0, total >> 8, total & 255, 0, 1, 0x40, 0, 64, 6, 0, 0, 10, 0, 0, 7, 10, 0, 0, 2];
      const tcp = [0x13, 0xec, 0x17, 0x71, 0, 0, 0, 1, 0, 0, 0, 1, 0x50, 0x18, 1, 0, 0, 0, 0, 0];
      return Uint8Array.from([...ip, ...tcp, ...payload]);
    };
    const printed = (from: string, to: string, payload: Uint8Array): string =>
      `08:15:00.1 IP ${from} > ${to}: Flags [P.], length ${payload.length}\n${rows(packet(payload), (at, row, characters) => `\t0x${offset(at, 4)}:  ${row.join('').replaceAll(/(.{4})/g, '$1 ')} ${characters}`)}`;
    const text = [unspell('<ENQ>'), ...frames.map(unspell), unspell('<EOT>')]
      .map(
        (each) =>
          printed('10.0.0.7.5100', '10.0.0.2.6001', each) + printed('10.0.0.2.6001', '10.0.0.7.5100', unspell('<ACK>')),
      )
      .join('');
    expect(read(text)).toBe(spelled);
  });
});

describe('a log with control characters spelled', () => {
  const spellings: readonly (readonly [string, (text: string) => string])[] = [
    ['<STX>', (text) => text],
    ['[STX]', (text) => text.replaceAll(/<([A-Z]+)>/g, '[$1]')],
    ['{STX}', (text) => text.replaceAll(/<([A-Z]+)>/g, '{$1}')],
    ['\\x02', (text) => text.replaceAll(/<([A-Z]+)>/g, (name) => `\\x${hex(unspell(name)).join('')}`)],
    ['[0x02]', (text) => text.replaceAll(/<([A-Z]+)>/g, (name) => `[0x${hex(unspell(name)).join('')}]`)],
    [
      '\u2402',
      (text) => text.replaceAll(/<([A-Z]+)>/g, (name) => String.fromCharCode(0x2400 + (unspell(name)[0] ?? 0))),
    ],
  ];

  test.each(spellings)('as %s, in one run', (_name, write) => {
    expect(read(write(spelled))).toBe(spelled);
  });

  test.each(spellings)('as %s, with times and directions', (_name, write) => {
    const lines = ['<ENQ>', ...frames, '<EOT>'].flatMap((each) => [
      `[2026-03-12 08:15:00,123] INFO Received: ${write(each)}`,
      `[2026-03-12 08:15:00,124] INFO Sent: ${write('<ACK>')}`,
    ]);
    expect(read(lines.join('\n'))).toBe(spelled);
  });

  test('in caret notation, beside carets that separate components', () => {
    const carets = ['<ENQ>', ...frames, '<EOT>']
      .join('')
      .replaceAll('<CR><LF>', '^M\n')
      .replaceAll('<CR>', '\n')
      .replaceAll(
        /<(ENQ|STX|ETX|ETB|EOT)>/g,
        (_whole, name: string) => `^${{ ENQ: 'E', STX: 'B', ETX: 'C', ETB: 'W', EOT: 'D' }[name]}`,
      );
    expect(read(carets)).toBe(spelled.replaceAll('<CR><LF>', '<CR>'));
  });

  test('where record ends are line ends, as the checksums tell', () => {
    const text = spelled.replaceAll('<CR><LF>', '').replaceAll('<CR>', '\n');
    expect(read(text)).toBe(spelled.replaceAll('<CR><LF>', ''));
  });

  test('the one with the results is the analyzer, whoever wrote the log', () => {
    const lines = ['<ENQ>', ...frames, '<EOT>'].flatMap((each) => [`08:15:00 TX -> ${each}`, '08:15:00 RX <- <ACK>']);
    expect(read(lines.join('\n'))).toBe(spelled);
    const named = ['<ENQ>', ...frames, '<EOT>'].flatMap((each) => [
      `Analyzer -> Host: ${each}`,
      'Host -> Analyzer: <ACK>',
    ]);
    expect(read(named.join('\n'))).toBe(spelled);
  });

  test('in blocks of HL7', () => {
    const block = `<SB>${hl7}<EB><CR>`;
    expect(
      read(`12/03/2026 08:15:00 IN: ${block}\n12/03/2026 08:15:01 OUT: <SB>MSH|^~\\&|LIS<CR>MSA|AA|7<CR><EB><CR>\n`),
    ).toBe(`<VT>${hl7}<FS><CR>`);
  });
});

describe('a log with something before each record', () => {
  test('bare records of ASTM', () => {
    const records = spelled
      .replaceAll(/<STX>\d|<ET[XB]>[0-9A-F]{2}<CR><LF>|<ENQ>|<EOT>/g, '')
      .split('<CR>')
      .slice(0, -1);
    const text = records.map((each, at) => `2026-03-12 08:15:0${at % 10} [4711] DEBUG data: ${each}`).join('\r\n');
    expect(read(text)).toBe(records.map((each) => `${each}<CR>`).join(''));
  });

  test('a message of HL7 on one line or one segment a line, with the answers', () => {
    const segments = hl7.split('<CR>').slice(0, -1);
    const whole = segments.map((each) => `${each}<CR>`).join('');
    const lines = segments.map((each) => `Mar 12 08:15:00 recv ${each}`);
    expect(read([...lines, 'Mar 12 08:15:00 send MSH|^~\\&|LIS', 'Mar 12 08:15:00 send MSA|AA|7'].join('\n'))).toBe(
      whole,
    );
    expect(read(`08:15:00.000 Received "${segments.join('\\r')}\\r"\n`)).toBe(whole);
  });
});

test('a line of hex without end holds nobody up', () => {
  const bytes = Array.from({ length: 60_000 }, (_each, at) => (at === 0 ? '05' : '41'));
  const began = performance.now();
  expect(readCapture(file(`${bytes.join('')}\n`)).raw).toHaveLength(bytes.length);
  expect(performance.now() - began).toBeLessThan(3_000);
});
