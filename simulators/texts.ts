import type { Driver } from '../drivers/driver.ts';
import { extractMessages } from '../protocols/astm/extract.ts';
import { extractBlocks as extractTextBlocks } from '../protocols/blocks/extract.ts';
import { extractReports } from '../protocols/delimited/reports.ts';
import { extractBlocks } from '../protocols/hl7v2/extract.ts';

/** The whole messages of what an analyzer sends, out of their framing: the simulator frames them itself. */
export function wholeTexts(driver: Driver, raw: Uint8Array): readonly Uint8Array[] {
  if (driver.protocol === 'delimited' && driver.report?.talk === undefined) return [raw];
  return extract(driver, raw)
    .filter((message) => message.complete)
    .map((message) => message.text);
}

function extract(
  driver: Driver,
  raw: Uint8Array,
): readonly { readonly text: Uint8Array; readonly complete: boolean }[] {
  if (driver.protocol === 'astm') return extractMessages(raw).messages;
  const { blocks, report } = driver;
  if (report !== undefined) return extractReports(raw, report).messages;
  return blocks === undefined ? extractBlocks(raw).messages : extractTextBlocks(raw, blocks.check, raw.length).messages;
}
