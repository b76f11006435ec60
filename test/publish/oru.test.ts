import fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import { extractBlocks } from '../../protocols/hl7v2/extract.ts';
import { type Hl7Message, parseMessage } from '../../protocols/hl7v2/message.ts';
import { frameBlock } from '../../protocols/hl7v2/write.ts';
import { encodeMessage } from '../../src/publish/hl7/charset.ts';
import { escapeHl7, truncateEscaped } from '../../src/publish/hl7/compose.ts';
import { composeOru } from '../../src/publish/hl7/oru.ts';
import type { OruContext } from '../../src/publish/hl7/oru-fields.ts';
import type { ReportDoc } from '../../src/store/documents.ts';
import { openTestLaboratory } from '../laboratory.ts';
import { fixtures, observed, report } from './report-fixtures.ts';

const laboratory = await openTestLaboratory({ lab: { id: '24001', name: 'Khoa Xét nghiệm' } });
afterAll(() => laboratory.close());

const context: OruContext = {
  config: laboratory.lab.config,
  catalogue: laboratory.lab.catalogue,
  recipient: 'his',
  controlId: 'CTRL0001',
  now: '2026-11-24T02:31:00.250Z',
  settings: {},
};

/** Composed by hl7-standard, read back by our own decoder from the bytes on the wire. */
function sent(version: ReportDoc | undefined, settings: OruContext['settings'] = {}): Hl7Message {
  if (version === undefined) throw new Error('no such fixture');
  const bytes = encodeMessage(composeOru(version, { ...context, settings }), settings.charset);
  const [first] = extractBlocks(frameBlock(bytes)).messages;
  if (first === undefined) throw new Error('no message in the block');
  const decoder = new TextDecoder(settings.charset === undefined ? 'utf-8' : 'latin1');
  return parseMessage(first, (each) => decoder.decode(each));
}

const all = (message: Hl7Message, name: string) => message.segments.filter((segment) => segment.name === name);
const texts = (message: Hl7Message, name: string, field: number): string[] =>
  all(message, name).map((segment) => segment.field(field).raw);
const components = (message: Hl7Message, name: string, field: number, count: number, nth = 0): string[] => {
  const found = all(message, name)[nth]?.field(field);
  return Array.from({ length: count }, (_, n) => found?.component(n + 1).text ?? '');
};

describe('ORU^R01 read back by our own decoder', () => {
  test('segments stand in the order of the grammar', () => {
    expect(sent(fixtures.corrected).segments.map((segment) => segment.name)).toEqual([
      'MSH',
      'PID',
      'PV1',
      'ORC',
      'OBR',
      'NTE',
      'OBX',
      'NTE',
      'SPM',
      'ORC',
      'OBR',
      'OBX',
      'SPM',
    ]);
  });

  test('header: type, version, charset, control id, times with offset', () => {
    const message = sent(fixtures.final);
    expect(components(message, 'MSH', 9, 3)).toEqual(['ORU', 'R01', 'ORU_R01']);
    expect(texts(message, 'MSH', 10)).toEqual(['CTRL0001']);
    expect(texts(message, 'MSH', 12)).toEqual(['2.5.1']);
    expect(texts(message, 'MSH', 18)).toEqual(['UNICODE UTF-8']);
    expect(texts(message, 'MSH', 7)).toEqual(['20261124093100.250+0700']);
    expect([texts(message, 'MSH', 15), texts(message, 'MSH', 16)]).toEqual([[''], ['']]);
    expect(texts(sent(fixtures.final, { acknowledgement: 'enhanced' }), 'MSH', 15)).toEqual(['AL']);
  });

  test('patient: id with authority, the whole Vietnamese name, birth date and sex', () => {
    const message = sent(fixtures.final);
    expect(components(message, 'PID', 3, 5)).toEqual(['BN001', '', '', '24001', 'MR']);
    expect(components(message, 'PID', 5, 2)).toEqual(['Nguyễn', 'Thị Đào']);
    expect([texts(message, 'PID', 7), texts(message, 'PID', 8)]).toEqual([['19800517'], ['F']]);
    expect(texts(message, 'PV1', 2)).toEqual(['U']);
  });

  test('order: placer as sent, filler the same in every version, release rising, collection', () => {
    const second = { ...(fixtures.final ?? fail()), version: 2, issued: '2026-11-24T02:30:01.001Z' };
    const [one, two] = [sent(fixtures.final), sent(second)];
    expect(components(one, 'OBR', 3, 2)).toEqual(['F1-GLU', '24001']);
    expect(components(two, 'OBR', 3, 2)).toEqual(['F1-GLU', '24001']);
    expect(texts(one, 'ORC', 3)).toEqual(texts(one, 'OBR', 3));
    expect(texts(one, 'OBR', 2)).toEqual(['HIS-F1-1']);
    expect(texts(one, 'OBR', 22)).toEqual(['20261124093001.000+0700']);
    expect((texts(two, 'OBR', 22)[0] ?? '') > (texts(one, 'OBR', 22)[0] ?? '')).toBe(true);
    expect(texts(one, 'OBR', 7)).toEqual(['20261124083000+0700']);
    expect(texts(one, 'SPM', 2)).toEqual(['F1']);
  });

  test('value: digits, unit, range, flag, status, times, who verified, analyzer, laboratory', () => {
    const message = sent(fixtures.final);
    expect(texts(message, 'OBX', 2)).toEqual(['NM']);
    expect(components(message, 'OBX', 3, 6)).toEqual(['14749-6', 'Xét nghiệm GLU', 'LN', 'GLU', 'Xét nghiệm GLU', 'L']);
    expect(texts(message, 'OBX', 5)).toEqual(['7.10']);
    expect(components(message, 'OBX', 6, 3)).toEqual(['mmol/L', 'mmol/L', 'UCUM']);
    expect([texts(message, 'OBX', 7), texts(message, 'OBX', 8), texts(message, 'OBX', 11)]).toEqual([
      ['3.90-6.40'],
      ['H'],
      ['F'],
    ]);
    expect(texts(message, 'OBX', 14)).toEqual(['20261124083000+0700']);
    expect(texts(message, 'OBX', 19)).toEqual(['20261124091005+0700']);
    expect([texts(message, 'OBX', 16), texts(message, 'OBX', 18), texts(message, 'OBX', 23)]).toEqual([
      ['lan'],
      ['c311-1'],
      ['Khoa Xét nghiệm'],
    ]);
  });

  test('a test that was referred out names who performed it, with the facility code; the method goes along', () => {
    const performer = { code: '01001', name: 'Bệnh viện Bạch Mai' };
    const away = observed({ analyte: 'TSH', value: '1.20', section: 'immunology', method: 'ECLIA', performer });
    const message = sent(report('P1', 1, 'final', [away, observed({ analyte: 'GLU', value: '5.0' })]));
    expect(components(message, 'OBX', 23, 10)).toEqual([performer.name, ...Array(8).fill(''), '01001']);
    expect(components(message, 'OBX', 23, 10, 1)).toEqual(['Khoa Xét nghiệm', ...Array(9).fill('')]);
    expect([components(message, 'OBX', 17, 2), components(message, 'OBX', 17, 2, 1)]).toEqual([
      ['', 'ECLIA'],
      ['', ''],
    ]);
    expect(texts(message, 'OBR', 24)).toEqual(['IMM', 'CH']);
    expect(components(message, 'SPM', 4, 6)).toEqual(['SER', 'Huyết thanh', 'HL70487', 'serum', 'Huyết thanh', 'L']);
    expect(texts(message, 'SPM', 30)).toEqual(['P1', 'P1']);
  });

  test('a code without LOINC is the local one alone, never an empty triplet', () => {
    const message = sent(fixtures.digits);
    expect(components(message, 'OBX', 3, 6)).toEqual(['PH', 'Xét nghiệm PH', 'L', '', '', '']);
    expect(texts(message, 'OBX', 5)).toEqual(['7.0', '-2.50', '0.00', '065.88']);
  });

  test('comparators, titers, intervals, findings and texts have their types', () => {
    const comparators = sent(fixtures.comparators);
    expect(texts(comparators, 'OBX', 2)).toEqual(['SN', 'SN', 'SN', 'SN']);
    expect(texts(comparators, 'OBX', 5)).toEqual(['<^0.010', '>^1000', '<=^5', '>=^150']);
    const words = sent(fixtures.words);
    expect(texts(words, 'OBX', 2)).toEqual(['SN', 'SN', 'SN', 'ST', 'CWE', 'FT']);
    expect(texts(words, 'OBX', 5).slice(0, 4)).toEqual(['^1^:^128', '>^1^:^640', '^5^-^10', '2+']);
    expect(components(words, 'OBX', 5, 6, 4)).toEqual(['260385009', 'Âm tính', 'SCT', 'Âm tính', 'Âm tính', 'L']);
    expect(texts(words, 'OBX', 5)[5]).toBe('Hồng cầu đẳng sắc.\\.br\\Tiểu cầu bình thường.');
  });

  test.each([
    ['final', ['F'], ['F']],
    ['pending', ['P'], ['F']],
    ['corrected', ['C', 'C'], ['C', 'F']],
    ['withdrawn', ['C'], ['W']],
    ['cancelled', ['X'], ['X']],
    ['merged', ['C'], ['F']],
  ])('%s: OBR-25 %j, OBX-11 %j', (name, order, values) => {
    const message = sent(fixtures[name]);
    expect(texts(message, 'OBR', 25)).toEqual(order);
    expect(texts(message, 'OBX', 11)).toEqual(values);
  });

  test('a correction tells the old value and the reason', () => {
    expect(all(sent(fixtures.corrected), 'NTE').map((segment) => segment.field(3).text)).toEqual([
      'Nhầm ống | đo lại & xác nhận',
      'Trước sửa: 7.10 mmol/L. Lý do: Nhầm ống | đo lại & xác nhận',
    ]);
  });

  test('a cancelled order without any value still says so', () => {
    const message = sent({ ...(fixtures.cancelled ?? fail()), observations: [] });
    expect(texts(message, 'OBR', 25)).toEqual(['X']);
    expect(components(message, 'OBR', 3, 1)).toEqual(['F4-GLU']);
  });

  test('every text field survives delimiters and Vietnamese', () => {
    const hostile = fc.string({
      unit: fc.constantFrom(...'|^~\\&ắỂđ', ' ', 'a', '\n', '\u000b', '\u001c', '\r'),
      minLength: 1,
      maxLength: 12,
    });
    fc.assert(
      fc.property(hostile, (text) => {
        const [clean] = [text.normalize('NFC')];
        const message = sent(
          report(
            'H1',
            1,
            'final',
            [
              observed({
                analyte: 'X',
                value: '1',
                name: { vi: `n${text}n`, en: '' },
                unit: `u${text}u`,
                comments: [`c${text}c`],
                verifiedBy: `v${text}v`,
                analyzer: `a${text}a`,
                referenceRange: { text: `r${text}r`, reason: '' },
              }),
            ],
            {
              comment: `k${text}k`,
              patient: { id: `p${text}p`, name: 'Lê', sex: 'other', birthDate: '' },
              specimen: {
                collectedAt: '2026-11-24T01:30:00.000Z',
                collectedAtSource: 'given',
                ward: `w${text}w`,
                requester: `q${text}q`,
              },
            },
          ),
        );
        const broken = (value: string): string => value.replaceAll(/\r\n|\r|\n/g, '\n');
        const read = (value: string | undefined): string => broken(value ?? '');
        expect(read(components(message, 'OBX', 3, 2)[1])).toBe(broken(`n${clean}n`));
        expect(read(components(message, 'OBX', 6, 1)[0])).toBe(broken(`u${clean}u`));
        expect(read(all(message, 'NTE')[0]?.field(3).text)).toBe(broken(`k${clean}k`));
        expect(read(all(message, 'NTE')[1]?.field(3).text)).toBe(broken(`c${clean}c`));
        expect(read(components(message, 'OBX', 16, 1)[0])).toBe(broken(`v${clean}v`));
        expect(read(components(message, 'OBX', 18, 1)[0])).toBe(broken(`a${clean}a`));
        expect(read(all(message, 'OBX')[0]?.field(7).text)).toBe(broken(`r${clean}r`));
        expect(read(components(message, 'PID', 3, 1)[0])).toBe(broken(`p${clean}p`));
        expect(read(components(message, 'OBR', 16, 2)[1])).toBe(broken(`q${clean}q`));
        expect(read(components(message, 'PV1', 3, 1)[0])).toBe(broken(`w${clean}w`));
        expect(message.segments.map((segment) => segment.name)).toEqual([
          'MSH',
          'PID',
          'PV1',
          'ORC',
          'OBR',
          'NTE',
          'OBX',
          'NTE',
          'SPM',
        ]);
      }),
      { numRuns: 300, seed: 20261125 },
    );
  });
});

describe('what a receiver wants otherwise', () => {
  test('statuses, units and lengths are its own', () => {
    const message = sent(fixtures.cancelled, { statuses: { X: 'C' } });
    expect([texts(message, 'OBR', 25), texts(message, 'OBX', 11)]).toEqual([['C'], ['C']]);
    const renamed = sent(fixtures.final, {
      units: { 'mmol/L': 'mM' },
      lengths: { 'OBX-23': 6, 'OBX-3.2': 9, 'NTE-3': 5 },
    });
    expect(components(renamed, 'OBX', 6, 3)).toEqual(['mM', 'mM', 'L']);
    expect(components(renamed, 'OBX', 23, 1)).toEqual(['Khoa X']);
    expect(components(renamed, 'OBX', 3, 2)[1]).toBe('Xét nghiệ');
  });

  test('lengths count after escaping and cut no escape', () => {
    expect(truncateEscaped('a&b', 5)).toBe('a&b');
    expect(truncateEscaped('a&b', 4)).toBe('a&');
    expect(truncateEscaped('a&b', 3)).toBe('a');
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom('a', '&', '|', 'ế', '😀') }),
        fc.integer({ min: 0, max: 20 }),
        (text, most) => {
          const cut = truncateEscaped(text, most);
          return escapeHl7(cut).length <= most && text.startsWith(cut);
        },
      ),
    );
  });

  test('a charset without a letter gets it without its marks', () => {
    const message = sent(fixtures.final, { charset: '8859/1' });
    expect(texts(message, 'MSH', 18)).toEqual(['8859/1']);
    expect(components(message, 'PID', 5, 2)).toEqual(['Nguyen', 'Thi Dào']);
    expect([...encodeMessage('café µ đ ≥ 中', 'ASCII')].map((byte) => String.fromCharCode(byte)).join('')).toBe(
      'cafe u d >= ?',
    );
  });
});

function fail(): never {
  throw new Error('no such fixture');
}
