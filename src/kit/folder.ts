import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { recogniseDriver } from '../../drivers/recognise.ts';
import { bytesOf, readVectors, type Vector, vectorSchema } from '../../drivers/vector.ts';
import { control, spell } from '../../protocols/control.ts';
import { LisError } from '../errors.ts';
import { deIdentify } from './de-identify.ts';
import type { Proposal } from './proposal.ts';

/** Characters a vector may have: what a person can still read. */
const mostVectorBytes = 60_000;

/**
 * Write the proposal as a driver's folder below `root`: `driver.json`, `README.md`, `vectors/capture.json` with the
 * capture's first messages, de-identified. What was written is read back and checked like any driver of the catalogue.
 * Returns the folder. Throws FILE_UNWRITABLE, CAPTURE_UNREADABLE where the check fails.
 */
export function writeDriverFolder(root: string, proposal: Proposal, raw: Uint8Array): string {
  const folder = join(root, ...proposal.driver.id.split('/'));
  const vector = vectorOf(proposal, raw);
  try {
    mkdirSync(join(folder, 'vectors'), { recursive: true });
    writeFileSync(join(folder, 'driver.json'), `${JSON.stringify(proposal.definition, null, 2)}\n`);
    writeFileSync(join(folder, 'README.md'), readmeOf(proposal));
    writeFileSync(join(folder, 'vectors', 'capture.json'), `${JSON.stringify(vector, null, 2)}\n`);
  } catch (thrown) {
    const detail = thrown instanceof Error ? thrown.message : 'unknown';
    throw new LisError('FILE_UNWRITABLE', { file: folder, detail }, thrown);
  }
  checkFolder(folder, proposal);
  return folder;
}

/** What the first messages of the capture say, as a vector of the driver. */
function vectorOf(proposal: Proposal, raw: Uint8Array): Vector {
  const end = proposal.decoded.messages
    .map((message) => message.span[1])
    .filter((each) => each <= mostVectorBytes)
    .at(-1);
  const bytes = deIdentify(raw.subarray(0, end ?? raw.length));
  const { driver } = proposal;
  const decoded = driver.decode(bytes);
  const messages = decoded.messages;
  const vector: Vector = {
    description: 'the first messages of the capture the driver was proposed from, without persons',
    origin: 'capture',
    spec: `${driver.protocol}, proposed by the kit`,
    exchange: [{ analyzer: spell(bytes) }],
    expect: {
      messages: messages.length,
      kinds: messages.map((message) => message.kind),
      accessions: messages.flatMap((message) => (message.accession === undefined ? [] : [message.accession])),
      observations: messages.flatMap((message) =>
        message.observations.map(({ hostCode, value, flags, unit, comparator }) => ({
          hostCode,
          value,
          flags: [...flags],
          ...(unit === undefined ? {} : { unit }),
          ...(comparator === undefined ? {} : { comparator }),
        })),
      ),
      held: messages.flatMap((message) => message.held.map((each) => each.reason)),
      faults: decoded.faults.map((fault) => fault.code),
    },
  };
  return vectorSchema.parse(vector);
}

/** The checks of the catalogue on the folder: the vector decodes as it says, and no cut of it gives a value too early. */
function checkFolder(folder: string, { driver }: Proposal): void {
  for (const [name, vector] of readVectors(driver.id, folder)) {
    const bytes = bytesOf(vector, 'analyzer');
    const whole = driver.decode(bytes).messages.flatMap((message) => message.observations);
    const expected = vector.expect.observations.map(({ hostCode, value }) => `${hostCode}=${value}`).join();
    if (whole.map(({ hostCode, value }) => `${hostCode}=${value}`).join() !== expected) {
      throw new LisError('CAPTURE_UNREADABLE', { detail: `${name} does not decode as it was written` });
    }
    // Bare HL7 has no mark of its end: on a line it comes in blocks.
    const framed = driver.protocol !== 'hl7v2' || bytes.includes(control.VT);
    for (const cut of framed ? cuts(bytes.length) : []) {
      const early = driver.decode(bytes.subarray(0, cut)).messages.flatMap((message) => message.observations);
      if (!expected.startsWith(early.map(({ hostCode, value }) => `${hostCode}=${value}`).join()))
        throw new LisError('CAPTURE_UNREADABLE', { detail: `${name} cut at ${cut} gives a value that was not sent` });
    }
    if (recogniseDriver(bytes, [driver]) === null) {
      throw new LisError('CAPTURE_UNREADABLE', { detail: 'the driver does not recognise its own capture' });
    }
  }
}

/** Lengths at which a capture is cut, as a line may be. */
function cuts(length: number): number[] {
  const step = Math.max(1, Math.floor(length / 50));
  return Array.from({ length: Math.floor(length / step) }, (_each, index) => index * step);
}

const bullets = (lines: readonly string[]): string => lines.map((line) => `- ${line}`).join('\n');

function readmeOf({ driver, codes, found, unknown, account }: Proposal): string {
  const rows = codes.map(({ code, mapping, why }) => {
    const names = [
      code.hostCode,
      code.name ?? '',
      code.units.join(', '),
      mapping?.analyte ?? 'not mapped',
      mapping?.loinc ?? '',
      why,
    ];
    return `| ${names.map((text) => text.replaceAll('|', '\\|')).join(' | ')} |`;
  });
  return `# ${driver.vendor} ${driver.model}

Proposed by \`cuvette kit\` from a capture. No manual was read: confirm on the bench before you rely on it.

- Section: ${driver.section}. Protocol: ${driver.protocol}. Charset: ${driver.charset}.
- Evidence: capture: one recording was decoded.
- Does: ${driver.capabilities.join(', ')}.
- Rows with a value in the capture: ${account.rows}; as observations ${account.observations}, attachments ${account.attachments}, held ${account.held}.

## What was found

${bullets(found)}

## What is not known

${bullets(unknown)}

## Codes

| Code | Name | Unit | Analyte | LOINC | Why |
| --- | --- | --- | --- | --- | --- |
${rows.join('\n')}

## Vectors

- \`vectors/capture.json\`: the first messages of the capture, with names and numbers of persons and specimens replaced. It is also
  what \`cuvette simulate\` sends.
`;
}
