import type { Command } from 'commander';
import type { Driver } from '../../drivers/driver.ts';
import { openDriverCatalogue } from '../laboratory/drivers.ts';
import { resolveConfig } from './open-lab.ts';

/** `analyzers`: the driver catalogue as a table, or with `--json` as one array. */
export function analyzersCommand(program: Command): void {
  program
    .command('analyzers')
    .description('list the analyzers that have a driver, those of the data folder too')
    .option('--json', 'one JSON array')
    .action((flags: { readonly json?: boolean }) => {
      const catalogue = openDriverCatalogue(resolveConfig({}).dataFolder).all();
      const output = flags.json === true ? JSON.stringify(catalogue.map(printDriver), null, 2) : table(catalogue);
      process.stdout.write(`${output}\n`);
    });
}

/** The shape of contract.md. */
export function printDriver(driver: Driver): Record<string, unknown> {
  const { id, vendor, model, section, protocol, transports, evidence, capabilities, sources } = driver;
  return { driver: id, vendor, model, section, protocol, transports, evidence, capabilities, sources };
}

function table(drivers: readonly Driver[]): string {
  const rows = [
    ['DRIVER', 'MODEL', 'SECTION', 'PROTOCOL', 'TRANSPORTS', 'EVIDENCE', 'CAPABILITIES'],
    ...drivers.map((driver) => [
      driver.id,
      `${driver.vendor} ${driver.model}`,
      driver.section,
      driver.protocol,
      driver.transports.join(', '),
      driver.evidence,
      driver.capabilities.join(', '),
    ]),
  ];
  const widths = rows[0]?.map((_title, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0))) ?? [];
  return rows
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}
