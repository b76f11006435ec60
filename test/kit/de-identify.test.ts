import { expect, test } from 'vitest';
import { catalogue } from '../../drivers/catalogue.ts';
import { bytesOf, readVectors } from '../../drivers/vector.ts';
import { unspell } from '../../protocols/control.ts';
import { deIdentify } from '../../src/kit/de-identify.ts';

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
