import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, test } from 'vitest';
import { catalogue } from '../../drivers/catalogue.ts';
import { findDriver } from '../../drivers/load.ts';
import { bytesOf, readVectors } from '../../drivers/vector.ts';
import { unspell } from '../../protocols/control.ts';
import { startingCatalogue } from '../../src/acts/starting-catalogue.ts';
import { isLisError } from '../../src/errors.ts';
import { writeDriverFolder } from '../../src/kit/folder.ts';
import { type Proposal, proposeDriver } from '../../src/kit/proposal.ts';
import { openDriverCatalogue } from '../../src/laboratory/drivers.ts';
import type { AnalyteDoc } from '../../src/store/documents.ts';

const analytes = startingCatalogue().filter((entry): entry is AnalyteDoc => entry.kind === 'analyte');
const folder = mkdtempSync(join(tmpdir(), 'cuvette-kit-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const propose = (raw: Uint8Array, model = 'probe'): Proposal =>
  proposeDriver(raw, { vendor: 'Maker', model, captureName: 'capture', drivers: catalogue, analytes });

/** An analyzer no driver knows: code in component 2, specimen number in O.4, `!` between components. */
const stranger = unspell(
  [
    'H|\\!&|||Quantix 9!SN42|||||||P|1<CR>',
    'P|1||PT-7781||Tran!Thi Bich||19850402|F<CR>',
    'O|1||2603120771!X|||R|20260312080000<CR>',
    'R|1|!GLU!Glucose|5.60|mmol/L||N||F||||20260312081500<CR>',
    'R|2|!KALI!Potassium|<<2.10|mmol/L||L||F||||20260312081500<CR>',
    'R|3|!QX7!Quantixin|12.0|QU/mL||||F||||20260312081500<CR>',
    'L|1|N<CR>',
  ]
    .join('')
    .replace('<<', '<'),
);

describe('a driver proposed from a capture', () => {
  test('finds code, value, unit and specimen number where this analyzer has them', () => {
    const { driver, decoded, account } = propose(stranger);
    expect(driver.id).toBe('maker/probe');
    expect(account).toEqual({ rows: 3, observations: 3, attachments: 0, held: 0 });
    const [message] = decoded.messages;
    expect(message?.accession).toBe('2603120771');
    expect(
      message?.observations.map(({ hostCode, value, unit, comparator }) => [hostCode, value, unit, comparator]),
    ).toEqual([
      ['GLU', '5.60', 'mmol/L', undefined],
      ['KALI', '2.10', 'mmol/L', '<'],
      ['QX7', '12.0', 'QU/mL', undefined],
    ]);
  });

  test('proposes analytes it knows by code or name and says plainly which code it does not know', () => {
    const { codes, unknown } = propose(stranger);
    expect(codes.map(({ code, mapping }) => [code.hostCode, mapping?.analyte])).toEqual([
      ['GLU', 'GLU'],
      ['KALI', 'K'],
      ['QX7', undefined],
    ]);
    expect(unknown.join('\n')).toContain('code QX7');
    expect(unknown.join('\n')).toContain('the capture holds no query');
  });

  test('does not take a name for an analyte whose unit it does not fit', () => {
    const raw = unspell('H|\\^&|||Other<CR>P|1<CR>O|1|260312077<CR>R|1|^^^GLU|5.6|s<CR>L|1|N<CR>');
    const [first] = propose(raw).codes;
    expect(first?.mapping).toBeNull();
    expect(first?.why).toContain('does not convert');
  });

  test('is written as a folder that decodes at once, with a README and a vector without persons', () => {
    const written = writeDriverFolder(folder, propose(stranger, 'written'), stranger);
    expect(existsSync(join(written, 'README.md'))).toBe(true);
    const driver = findDriver(written);
    expect(driver?.decode(stranger).messages[0]?.observations).toHaveLength(3);
    const [vector] = readVectors('maker/written', written).values();
    const text = JSON.stringify(vector);
    for (const person of ['Bich', 'PT-7781', '19850402', '2603120771']) expect(text).not.toContain(person);
    expect(vector?.expect.observations.map((each) => each.hostCode)).toEqual(['GLU', 'KALI', 'QX7']);
  });

  test('is in the catalogue of the laboratory whose data folder holds it, and a broken one is named', () => {
    writeDriverFolder(join(folder, 'data', 'drivers'), propose(stranger, 'sited'), stranger);
    const opened = openDriverCatalogue(join(folder, 'data'));
    expect(opened.byId('maker/sited')?.evidence).toBe('capture');
    expect(opened.problems).toEqual([]);
  });

  test('reads a printed report line by line', () => {
    const raw = unspell(
      'LYTE-3 REPORT 12/03/2026 09:41<CR><LF>Sample ID: 2603120099<CR><LF>Na   141.2 mmol/L<CR><LF>K    4.10  mmol/L<CR><LF>Cl   ---   mmol/L<CR><LF>END<CR><LF>',
    );
    const { decoded, account } = propose(raw, 'lyte');
    expect(account.rows).toBe(3);
    expect(decoded.messages[0]?.accession).toBe('2603120099');
    expect(decoded.messages[0]?.observations.map(({ hostCode, value, flags }) => [hostCode, value, flags])).toEqual([
      ['Na', '141.2', []],
      ['K', '4.10', []],
      ['Cl', '', ['---']],
    ]);
  });

  test.each([
    ['nothing', ''],
    ['blanks', ' <CR><LF> '],
    ['a query alone', 'H|\\^&<CR>Q|1|^123||ALL<CR>L|1|N<CR>'],
  ])('is refused for %s', (_title, text) => {
    expect(() => propose(unspell(text))).toThrowError(/No driver can be proposed/);
  });
});

test.each(catalogue.map((driver) => [driver.id, driver] as const))(
  'from a vector of %s: every value the shipped driver reads is accounted for',
  (id, driver) => {
    for (const vector of readVectors(id).values()) {
      const raw = bytesOf(vector, 'analyzer');
      const shipped = driver.decode(raw).messages.flatMap((message) => message.observations);
      let proposal: Proposal;
      try {
        proposal = propose(raw, 'again');
      } catch (thrown) {
        expect(isLisError(thrown, 'CAPTURE_UNREADABLE')).toBe(true);
        continue;
      }
      const { account } = proposal;
      if (driver.protocol !== 'delimited' && driver.protocol !== 'blocks') {
        expect(account.observations + account.attachments + account.held).toBeGreaterThanOrEqual(shipped.length);
      }
    }
  },
);

const corpus = fileURLToPath(new URL('../../../shared/corpus', import.meta.url));

describe.skipIf(!existsSync(corpus))('the corpus', () => {
  const captures = readdirSync(corpus, { recursive: true, encoding: 'utf8' }).filter(
    (file) => /\.(astm|hl7|txt)$/.test(file) && !file.startsWith('emr/') && statSync(join(corpus, file)).isFile(),
  );

  test('gives a proposal or a plain refusal for every capture, and loses no row', () => {
    let proposed = 0;
    for (const file of captures) {
      try {
        const { account } = propose(readFileSync(join(corpus, file)), 'corpus');
        proposed += 1;
        expect(account.observations + account.attachments + account.held, file).toBeGreaterThanOrEqual(account.rows);
      } catch (thrown) {
        if (!isLisError(thrown, 'CAPTURE_UNREADABLE')) throw thrown;
      }
    }
    expect(proposed).toBeGreaterThan(100);
  });
});
