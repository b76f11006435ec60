import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readCsv, writeCsv } from './csv.ts';

describe('CSV', () => {
  it('property: what is written is read back, whatever the text', () => {
    const cell = fc.string({ maxLength: 12 }).map((text) => `x${text.replaceAll('\r', '')}`);
    fc.assert(
      fc.property(fc.array(fc.array(cell, { minLength: 3, maxLength: 3 }), { maxLength: 6 }), (rows) => {
        const text = writeCsv({ name: 't', columns: ['a', 'b', 'c'], rows });
        expect(readCsv(text)).toEqual([['a', 'b', 'c'], ...rows]);
      }),
    );
  });

  it('keeps formulas out of spreadsheets and numbers as numbers', () => {
    const text = writeCsv({
      name: 't',
      columns: ['key', 'n'],
      rows: [
        ['=1+1', 12.5],
        ['-3', -3],
        ['@x', null],
      ],
    });
    expect(text).toBe("key,n\r\n'=1+1,12.5\r\n-3,-3\r\n'@x,\r\n");
    expect(readCsv(text)[1]).toEqual(['=1+1', '12.5']);
  });

  it('reads what Vietnamese spreadsheets save: a byte order mark and semicolons', () => {
    expect(readCsv('\uFEFFcode;name.vi\nK;"Kali; máu"\n')).toEqual([
      ['code', 'name.vi'],
      ['K', 'Kali; máu'],
    ]);
  });
});
