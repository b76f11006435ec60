import { expect, test } from 'vitest';
import { catalogue, driverById } from '../../drivers/catalogue.ts';
import { bytesOf, readVectors } from '../../drivers/vector.ts';
import { unspell } from '../../protocols/control.ts';
import { deIdentify } from '../../src/kit/de-identify.ts';
import { frame } from '../protocols/astm-play.ts';

const key = new Uint8Array(32).fill(7);

test('a frame cut inside a name keeps its frames and right checksums', () => {
  const raw = unspell(
    '<ENQ><STX>1H|\\^&<CR>P|1||P77||Nguyen^Va<ETB>2F<CR><LF><STX>2n An||19700101|M<CR>O|1|26031299<CR>R|1|^^^K|4.1|mmol/L<CR>L|1|N<CR><ETX>70<CR><LF><EOT>',
  );
  const out = Buffer.from(deIdentify(raw, key)).toString('latin1');
  expect(out).toHaveLength(raw.length);
  expect(out).not.toMatch(/Nguyen|n An|19700101|26031299|P77/);
  expect(out).toContain('R|1|^^^K|4.1|mmol/L');
});

const clean = (raw: Uint8Array): string => Buffer.from(deIdentify(raw, key)).toString('latin1');
const people = /Nguyen|Thi |Lan\b|PT7781|1985|0912345678|2603120771|Bac\b|Hoang|Le Loi|Khoa Noi/;

test('comments, qualitative results and fields of the ward name nobody, and say the rest', () => {
  const out = clean(
    unspell(
      [
        'H|\\^&|||QX^1|||||||P|1|20260312081500',
        'P|1|PT7781|LAB-PT7781||Nguyen^Thi Lan||19850402|F||79 Le Loi^Hue||0912345678|BS Hoang||||||||||||Khoa Noi',
        'C|1|I|Nguyen Thi Lan born 02/04/1985 tel 0912345678|G',
        'O|1|2603120771^R1^5|2603120771|^^^GLU|R|||||||||||BS Hoang',
        'R|1|^^^GLU|5.60|mmol/L||N||F||Tran Van Bac||20260312081500',
        'C|1|I|50^Result below measuring range, seen by Tran Van Bac, sample of PT7781 hemolysed|G',
        'R|2|^^^COM|clotted, NGUYEN THI LAN called|||A',
        'R|3|^^^PLT|250000|/uL||N',
        'L|1|N',
      ].join('<CR>') + '<CR>',
    ),
  );
  expect(out).not.toMatch(people);
  expect(out).not.toContain('NGUYEN');
  expect(out).toContain('50^Result below measuring range, seen by');
  expect(out).toContain('|5.60|mmol/L||N||F|');
  expect(out).toContain('clotted, ');
  expect(out).toContain('|250000|');
  expect(out).toContain('20260312081500');
});

test('notes, text results and segments of the maker of HL7 name nobody', () => {
  const out = clean(
    unspell(
      `<VT>${[
        'MSH|^~\\&|QX|Lab|||20260312081500||ORU^R01|7|P|2.3.1',
        'PID|1|PT7781|PT7781^^^^MR||Nguyen^Thi Lan||19850402|F|||79 Le Loi||0912345678',
        'NTE|1||Nguyen Thi Lan 0912345678',
        'PV1|1||Khoa Noi^2^1|||BS Hoang|BS Hoang',
        'OBR|1|2603120771|2603120771|CBC|||20260312080000|||Tran Van Bac',
        'OBX|1|NM|WBC^WBC||7.10|10*9/L||N|||F|||20260312081500||Tran Van Bac',
        'OBX|2|ST|COM^Comment||Nguyen Thi Lan, born 02.04.1985, hemolysis||||||F',
        'OBX|3|ST|PLT^PLT||1250000|/uL|||||F',
        'NTE|1||seen by Tran Van Bac',
        'ZPI|1|Nguyen Thi Lan|PT7781',
      ].join('<CR>')}<CR><FS><CR>`,
    ),
  );
  expect(out).not.toMatch(people);
  for (const stays of ['|7.10|10*9/L||N|', 'hemolysis', '|1250000|', 'seen by ', 'ORU^R01'])
    expect(out).toContain(stays);
});

test('a frame that was refused and came again names nobody either', () => {
  const bad = '<STX>2P|1||PT7781||Nguyen^Thi Lan||19850402|F<CR><ETB>00<CR><LF>';
  const raw = unspell(
    `<ENQ>${frame(1, 'H|\\^&|||QX<CR>', 'ETB')}${bad}${frame(2, 'P|1||PT7781||Nguyen^Thi Lan||19850402|F<CR>', 'ETB')}${frame(3, 'O|1|2603120771<CR>L|1|N<CR>')}<EOT>`,
  );
  expect(clean(raw)).not.toMatch(people);
});

test.each(
  catalogue.flatMap((driver) =>
    [...readVectors(driver.id)].map(([name, vector]) => [`${driver.id} ${name}`, driver, vector] as const),
  ),
)('%s without persons says the same of its values', (_title, driver, vector) => {
  const raw = bytesOf(vector, 'analyzer');
  const clean = deIdentify(raw, key);
  const values = (bytes: Uint8Array) =>
    driver
      .decode(bytes)
      .messages.map((message) => [
        message.kind,
        message.observations.map(({ hostCode, value, unit, flags }) => [hostCode, value, unit, flags]),
      ]);
  expect(clean).toHaveLength(raw.length);
  expect(values(clean)).toEqual(values(raw));
  expect(driver.decode(clean).faults.map((fault) => fault.code)).toEqual(
    driver.decode(raw).faults.map((fault) => fault.code),
  );
  const before = new Set(driver.decode(raw).messages.flatMap((message) => message.accession ?? []));
  const after = driver.decode(clean).messages.flatMap((message) => message.accession ?? []);
  expect(new Set(after).size).toBe(before.size);
});

test('a capture of blocks names nobody, and its sums are right again', () => {
  const raw = unspell(
    '<STX>R<FS>*<FS>P0971<FS>2603120061<FS>1<FS><FS>0<FS>281107120326<FS>1<FS>1<FS>1<FS>GLUC<FS>108<FS>mg/dL<FS><FS>7F<ETX>',
  );
  const sum = [...raw.subarray(1, -3)].reduce((before, byte) => before + byte, 0) % 256;
  raw.set(Buffer.from(sum.toString(16).toUpperCase().padStart(2, '0'), 'latin1'), raw.length - 3);
  const clean = deIdentify(raw, key);
  expect(Buffer.from(clean).toString('latin1')).not.toMatch(/P0971|2603120061/);
  const decoded = driverById('siemens/dimension')?.decode(clean);
  expect([decoded?.faults, decoded?.messages[0]?.observations[0]?.value]).toEqual([[], '108']);
});
