import { expect, test } from 'vitest';
import { recordsOf } from '../../../../api/message-records.ts';
import { controlName, framesOf, fromBase64, shape, spanFinder } from './bytes.ts';
import { litSpan, selectionAt, selectionOf, stepField, stepRecord } from './selection.ts';

const frame = (number: number, text: string, end: '\x03' | '\x17'): string => {
  const covered = `${number}${text}${end}`;
  const sum = [...covered].reduce((total, each) => (total + each.charCodeAt(0)) & 0xff, 0);
  return `\x02${covered}${sum.toString(16).toUpperCase().padStart(2, '0')}\r\n`;
};
const astm = Buffer.from(
  `\x05${frame(1, 'H|\\^&|||XN\rO|1||2411\rR|1|^^^^WBC^1|11', '\x17')}${frame(2, '.80|10*3/uL||H\rL|1|N\r', '\x03')}\x04`,
  'latin1',
);
const text = (span: readonly [number, number]): string => astm.subarray(span[0], span[1]).toString('latin1');

test('a field that a frame boundary cuts is one field, its span holds the framing between its ends', () => {
  const records = recordsOf(astm, 'astm', 'latin1');
  expect(records.map((record) => record.type)).toEqual(['H', 'O', 'R', 'L']);
  const value = records[2]?.fields.find((field) => field.name === 'R-4');
  expect(records[2]?.text.slice(...(value?.at ?? [0, 0]))).toBe('11.80');
  expect(text(value?.span ?? [0, 0])).toMatch(/^11\x17..\r\n\x022\.80$/);
});

test('fields are numbered as printed, empty ones counted and left out', () => {
  const hl7 = Buffer.from('\x0bMSH|^~\\&|BC||LIS\rOBX|3|NM|718-7^HGB||61|g/L\r\x1c\r', 'latin1');
  const names = recordsOf(hl7, 'hl7v2', 'utf8').map((record) => record.fields.map((field) => field.name));
  expect(names[0]).toEqual(['MSH-1', 'MSH-2', 'MSH-3', 'MSH-5']);
  expect(names[1]).toEqual(['OBX-0', 'OBX-1', 'OBX-2', 'OBX-3', 'OBX-5', 'OBX-6']);
});

test('letters of several bytes keep text and bytes apart', () => {
  const hl7 = Buffer.from('MSH|^~\\&|Máy đo|x\r', 'utf8');
  const field = recordsOf(hl7, 'hl7v2', 'utf8')[0]?.fields.find((each) => each.name === 'MSH-4');
  expect(hl7.subarray(...(field?.span ?? [0, 0])).toString('utf8')).toBe('x');
  expect(field?.at).toEqual([16, 17]);
});

test('a value leads to its field, a byte to its record, and framing to none', () => {
  const records = recordsOf(astm, 'astm', 'latin1');
  const span = records[2]?.fields.find((field) => field.name === 'R-4')?.span ?? [0, 0];
  const chosen = selectionOf(records, span);
  expect(chosen?.record).toBe(2);
  expect(litSpan(records, chosen)).toEqual(span);
  expect(selectionAt(records, span[0])).toEqual(chosen);
  expect(selectionAt(records, 0)).toBeUndefined();
});

test('the arrows stop at the ends, and a step back from the record itself leaves the message', () => {
  const records = recordsOf(astm, 'astm', 'latin1');
  expect(stepRecord(records, undefined, 1)).toEqual({ record: 0, field: undefined });
  expect(stepRecord(records, { record: 3, field: 1 }, 1)).toEqual({ record: 3, field: undefined });
  expect(stepField(records, { record: 1, field: undefined }, 1)).toEqual({ record: 1, field: 0 });
  expect(stepField(records, { record: 1, field: 0 }, -1)).toEqual({ record: 1, field: undefined });
  expect(stepField(records, { record: 1, field: undefined }, -1)).toBeUndefined();
});

test('a field is found among many values by its place', () => {
  const isValue = spanFinder([
    [30, 34],
    [10, 12],
    [20, 20],
  ]);
  expect(
    [
      [10, 12],
      [11, 31],
      [12, 20],
      [33, 40],
      [0, 10],
    ].map(([from = 0, to = 0]) => isValue([from, to])),
  ).toEqual([true, true, false, true, false]);
});

test('frames are told with their checksum, right or wrong', () => {
  expect(framesOf(astm).map((each) => [each.number, each.right])).toEqual([
    ['1', true],
    ['2', true],
  ]);
  const damaged = Buffer.from(astm);
  damaged[10] = 0x41;
  expect(framesOf(damaged).map((each) => each.right)).toEqual([false, true]);
  expect(framesOf(Buffer.from('\x0bMSH|'))).toEqual([]);
});

test('bytes have names where they have no shape', () => {
  expect([...fromBase64('AgNB')]).toEqual([2, 3, 65]);
  expect(controlName(0x17)).toBe('ETB');
  expect(controlName(0x41)).toBeUndefined();
  expect(controlName(0x11)).toBe('11');
  expect(shape(0xe9)).toBe('·');
});
