import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { Command } from 'commander';
import { startingCatalogue } from '../acts/starting-catalogue.ts';
import { LisError } from '../errors.ts';
import { readCapture } from '../kit/capture/read-capture.ts';
import { writeDriverFolder } from '../kit/folder.ts';
import { type Proposal, proposeDriver } from '../kit/proposal.ts';
import { openDriverCatalogue, siteDriverFolder } from '../laboratory/drivers.ts';
import type { AnalyteDoc } from '../store/documents.ts';
import { resolveConfig } from './open-lab.ts';

interface KitFlags {
  readonly vendor?: string;
  readonly model?: string;
  readonly out?: string;
  readonly replace?: boolean;
}

/** `kit CAPTURE`: proposes a driver from a capture, writes its folder, and says what it found and what it did not know. */
export function kitCommand(program: Command): void {
  program
    .command('kit')
    .argument('<capture>', 'what an analyzer sent, as `record` keeps it')
    .description('propose a driver from a capture: into the data folder, or with --out into a folder')
    .option('--vendor <name>', 'maker of the analyzer')
    .option('--model <name>', 'its model')
    .option('--out <dir>', 'write <dir>/<vendor>/<model>/ instead of the data folder')
    .option('--replace', 'replace a driver of this name that was written before')
    .action((capture: string, flags: KitFlags) => kit(capture, flags));
}

function kit(capture: string, flags: KitFlags): void {
  const begun = performance.now();
  const { raw, form } = readCapture(read(capture));
  const { dataFolder } = resolveConfig({});
  const catalogue = openDriverCatalogue(dataFolder);
  const proposal = proposeDriver(raw, {
    vendor: flags.vendor,
    model: flags.model,
    captureName: basename(capture),
    form,
    drivers: catalogue.all(),
    analytes: startingCatalogue().filter((entry): entry is AnalyteDoc => entry.kind === 'analyte'),
  });
  const root = flags.out ?? siteDriverFolder(dataFolder);
  const { id } = proposal.driver;
  const taken = existsSync(join(root, ...id.split('/'), 'driver.json'));
  const ships = flags.out === undefined && taken === false && catalogue.byId(id) !== undefined;
  if (ships || (taken && flags.replace !== true)) throw new LisError('DRIVER_EXISTS', { driver: id });
  const folder = writeDriverFolder(root, proposal, raw);
  const took = Math.round(performance.now() - begun);
  process.stdout.write(`${reportOf(proposal)}\nwritten to ${folder} in ${took} ms\n`);
  const named = flags.out === undefined ? id : folder;
  const bytes = form === null ? capture : keepWire(capture, raw);
  process.stdout.write(`npx --no-install cuvette decode ${quoted(bytes)} --driver ${quoted(named)}\n`);
}

/** What the log or dump holds, as it was on the wire, beside it: that is what can be decoded. */
function keepWire(capture: string, raw: Uint8Array): string {
  const file = `${capture}.wire`;
  try {
    writeFileSync(file, raw, { mode: 0o600 });
  } catch (thrown) {
    throw new LisError('FILE_UNWRITABLE', { file, detail: thrown instanceof Error ? thrown.message : '' }, thrown);
  }
  return file;
}

function read(file: string): Uint8Array {
  try {
    return readFileSync(file);
  } catch (thrown) {
    throw new LisError('FILE_UNREADABLE', { file, detail: thrown instanceof Error ? thrown.message : '' }, thrown);
  }
}

const quoted = (text: string): string => (/^[\w./:-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`);

function reportOf({ driver, found, unknown, codes, account }: Proposal): string {
  const rows = codes.map(({ code, mapping, why }) =>
    [
      `  ${code.hostCode}`.padEnd(18),
      (code.units.join(', ') || '-').padEnd(12),
      (mapping?.analyte ?? 'not mapped').padEnd(12),
      (mapping?.loinc ?? '').padEnd(9),
      why,
    ].join(' '),
  );
  return [
    `${driver.id} (${driver.vendor} ${driver.model}), ${driver.section}`,
    'found:',
    ...found.map((line) => `  ${line}`),
    'codes:',
    ...rows,
    'not known:',
    ...unknown.map((line) => `  ${line}`),
    `${account.rows} rows with a value: ${account.observations} observations, ${account.attachments} attachments, ${account.held} held`,
  ].join('\n');
}
