import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, test } from 'vitest';
import { catalogue } from '../../drivers/catalogue.ts';
import { findDriver } from '../../drivers/load.ts';
import { bytesOf, readVectors } from '../../drivers/vector.ts';
import { unspell } from '../../protocols/control.ts';
import { templatesOf } from '../../simulators/template.ts';
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

  const numberIn = (...records: string[]): { accession: string | undefined; doubts: string } => {
    const raw = unspell(`H|\\^&|||QX^1<CR>${records.join('<CR>')}<CR>R|1|^^^GLU|5.6|mmol/L<CR>L|1|N<CR>`);
    const { decoded, unknown } = propose(raw);
    return {
      accession: decoded.messages[0]?.accession,
      doubts: unknown.filter((each) => each.includes('on the tube')).join(),
    };
  };

  test.each([
    ['typed letters in the standard place', ['P|1||PT77', 'O|1|llkkkk|524^0^1|^^^ALL'], 'llkkkk'],
    ['a short number in the standard place', ['P|1||A966112', 'O|1|31||^^^ALL'], '31'],
    ['beside the number of the patient in the order', ['P|1|||0279070002', 'O|1|0279070002^M^1|25134|^^^ALL'], '25134'],
    ['padded, behind rack and position', ['P|1', 'O|1||000123^5^                27^B|^^^ALL'], '27'],
  ])('the number on the tube: %s', (_title, records, accession) => {
    expect(numberIn(...records).accession).toBe(accession);
  });

  test('the number of a patient is taken for that of a tube only where no order has one, and it is said', () => {
    const { accession, doubts } = numberIn('P|1||3643', 'O|1||5|^^^HbA1c');
    expect(accession).toBe('3643');
    expect(doubts).toContain('P.4.1, the number of the patient');
    expect(numberIn('P|1|BU24R554', 'O|1||660^0090|^^^ALL').doubts).toContain('P.3.1 may be it');
  });

  test('guesses the charset and says so', () => {
    const message = (name: string): string =>
      `MSH|^~\\&|QX|1|||20260312||ORU^R01|1|P|2.3.1\rPID|1||7||${name}\rOBR|1||2603120771\rOBX|1|NM|GLU^${name}||5.6|mmol/L\r`;
    const gbk = Uint8Array.from(
      [...message('#')].flatMap((each) => (each === '#' ? [0xcd, 0xf5, 0xd0, 0xa1] : [each.charCodeAt(0)])),
    );
    const chinese = propose(gbk);
    expect(chinese.driver.charset).toBe('gbk');
    expect(chinese.decoded.messages[0]?.patient?.name).toBe('\u738b\u5c0f');
    expect(chinese.unknown.join()).toContain('gbk is a guess');
    const western = propose(Uint8Array.from([...message('M\u00fcller \u00b5')].map((each) => each.charCodeAt(0))));
    expect(western.driver.charset).toBe('latin1');
    expect(western.decoded.messages[0]?.patient?.name).toBe('M\u00fcller \u00b5');
  });

  test('names the codes of a capture that did not come whole, and files nothing of it', () => {
    const broken = unspell('<ENQ><STX>1H|\\^&|||QX^1<CR>O|1|2603120771<CR>R|1|^^^GLU|5.6|mmol/L<CR><ETB>00<CR><LF>');
    const { codes, decoded, unknown } = propose(broken);
    expect(codes.map((each) => each.code.hostCode)).toEqual(['GLU']);
    expect(decoded.messages.flatMap((each) => each.observations)).toEqual([]);
    expect(unknown.join()).toContain('no message of the capture is whole');
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

  test('is what a simulator sends: its vector is a scenario', () => {
    const proposal = propose(stranger, 'played');
    const written = writeDriverFolder(folder, proposal, stranger);
    const [template] = templatesOf(proposal.driver, written);
    expect(template?.kind).toBe('results');
    expect(template?.decoded[0]?.observations.map((each) => each.hostCode)).toEqual(['GLU', 'KALI', 'QX7']);
    expect(templatesOf(proposal.driver)).toEqual([]);
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

  test('reads reports between STX and ETX that stand back to back, with the mark behind the unit', () => {
    const report = (n: number, k: string): string =>
      `<STX>LYTE<CR><LF>ID: 26031207${n}<CR><LF>Na+  141,2 mmol/L<CR><LF>K+   ${k} mmol/L H<CR><LF><ETX>`;
    const { decoded, account } = propose(unspell(report(71, '6,10') + report(72, '7,20')), 'lyte-plus');
    expect(account).toMatchObject({ rows: 4, observations: 4 });
    expect(decoded.messages.map(({ accession, observations }) => [accession, observations[1]?.value])).toEqual([
      ['2603120771', '6.10'],
      ['2603120772', '7.20'],
    ]);
    expect(decoded.messages[0]?.observations[1]).toMatchObject({ hostCode: 'K+', unit: 'mmol/L', flags: ['H'] });
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
