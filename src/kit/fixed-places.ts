import type { Driver } from '../../drivers/driver.ts';
import { type BlockCheck, frameBlock, scanBlock, tailText } from '../../protocols/blocks/block.ts';
import { control } from '../../protocols/control.ts';
import { extractReports } from '../../protocols/delimited/reports.ts';
import type { Span } from '../../protocols/wire.ts';
import { literal } from './literal.ts';

/** Shorter numbers name nobody, and may stand anywhere among the values. */
const leastNumber = 4;

/**
 * Where persons and specimens stand in a capture whose fields have places of the driver's own: what its decoder finds is
 * looked for in all bytes, those of refused blocks among them.
 */
export function decodedSpans(driver: Driver, raw: Uint8Array): Span[] {
  const texts = new Set<string>();
  for (const { accession, patient, queries } of driver.decode(raw).messages) {
    const numbers = [accession, patient?.id, ...(queries ?? []).map((query) => query.accession)];
    for (const number of numbers) if (number !== undefined && number.length >= leastNumber) texts.add(number);
    if (patient?.name !== undefined) texts.add(patient.name);
  }
  const plain = Buffer.from(raw).toString('latin1');
  return [...texts].flatMap((text) => {
    const words = text.split(' ').map(literal);
    return [...plain.matchAll(new RegExp(words.join('[ ^]+'), 'g'))].map(
      (match): Span => [match.index, match.index + match[0].length],
    );
  });
}

/** Sums that were right are right again. */
export function sumFixedAnew(driver: Driver, raw: Uint8Array, out: Uint8Array): void {
  if (driver.blocks !== undefined) sumBlocks(driver.blocks.check, raw, out);
  const { report } = driver;
  if (report?.talk === undefined) return;
  for (const { complete, span } of extractReports(raw, report).messages) {
    const sealed = report.talk.seal(out.slice(...span));
    if (complete && sealed.length === span[1] - span[0]) out.set(sealed, span[0]);
  }
}

function sumBlocks(check: BlockCheck, raw: Uint8Array, out: Uint8Array): void {
  for (let start = raw.indexOf(control.STX); start >= 0; start = raw.indexOf(control.STX, start + 1)) {
    const found = scanBlock(raw, start, check);
    const whole = found.type === 'tail' || (found.type === 'block' && found.good);
    if (!whole || check === 'none') continue;
    const [from, to] = found.type === 'tail' ? tailText(raw, start) : found.text;
    if (check === 'xorBehind') {
      let changed = 0;
      for (let at = from; at < to; at += 1) changed ^= (raw[at] ?? 0) ^ (out[at] ?? 0);
      out[found.end - 1] = (out[found.end - 1] ?? 0) ^ changed;
    } else {
      const digits = frameBlock(out.subarray(from, to), check).slice(-3, -1);
      out.set(digits, check === 'sumMarked' ? to + 1 : to);
    }
  }
}
