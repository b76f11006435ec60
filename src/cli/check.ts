import type { Command } from 'commander';
import type { LabConfig } from '../laboratory/config.ts';
import { openDriverCatalogue } from '../laboratory/drivers.ts';
import { checkTls, type TlsFinding } from './check-tls.ts';
import { type ConfigProblem, type ConfigReading, readConfigFile } from './config-file.ts';
import { dataFolderOf } from './open-lab.ts';

/** `check lab.yaml`: says what is wrong and where, and warns of what is allowed but unwise. */
export function checkCommand(program: Command): void {
  program
    .command('check')
    .description('validate a configuration and say what is wrong, where')
    .argument('<lab.yaml>')
    .action((file: string) => {
      const reading = readConfigFile(file);
      const tls = reading.config === null ? [] : checkTls(reading.config, new Date());
      const problems =
        reading.config === null ? reading.problems : [...unknownDrivers(reading), ...unusableTls(reading, tls)];
      for (const problem of problems)
        process.stderr.write(
          `${file}${problem.line === undefined ? '' : `:${problem.line}`}: ${problem.key}: ${problem.detail}\n`,
        );
      if (reading.config !== null)
        for (const warning of warnings(reading.config, tls)) process.stdout.write(`warning: ${warning}\n`);
      if (problems.length > 0) process.exitCode = 1;
      else process.stdout.write(`${file}: fine, analyzers: ${reading.config?.analyzers.length ?? 0}\n`);
    });
}

/** What the schema can't see: drivers that neither ship nor lie in the data folder. */
function unknownDrivers(reading: Extract<ConfigReading, { problems: readonly [] }>): ConfigProblem[] {
  const drivers = openDriverCatalogue(dataFolderOf(reading.config));
  return reading.config.analyzers.flatMap(({ driver }, position): ConfigProblem[] => {
    if (drivers.byId(driver) !== undefined) return [];
    const line = reading.lineOf(['analyzers', position, 'driver']);
    const detail = `${driver} is not in the catalogue; see cuvette analyzers`;
    return [{ key: `analyzers[${position}].driver`, detail, ...(line === undefined ? {} : { line }) }];
  });
}

/** Files the schema only knows the names of. */
function unusableTls(
  reading: Extract<ConfigReading, { problems: readonly [] }>,
  found: readonly TlsFinding[],
): ConfigProblem[] {
  return found
    .filter(({ onlyWarns }) => !onlyWarns)
    .map(({ path, key, detail }): ConfigProblem => {
      const line = reading.lineOf(path);
      return { key, detail, ...(line === undefined ? {} : { line }) };
    });
}

function warnings(config: LabConfig, tls: readonly TlsFinding[]): string[] {
  const open = (host: string): boolean => host === '0.0.0.0' || host === '::';
  const found = tls.filter(({ onlyWarns }) => onlyWarns).map(({ key, detail }) => `${key}: ${detail}`);
  for (const line of config.analyzers) {
    if (line.tcp !== undefined && 'listen' in line.tcp && open(line.tcp.host) && line.tcp.from === undefined) {
      found.push(
        `analyzers ${line.id}: anyone on the network may connect to port ${line.tcp.listen}; say who with from: [address]`,
      );
    }
  }
  const drivers = openDriverCatalogue(dataFolderOf(config));
  for (const { id, driver, pushOrders } of config.analyzers) {
    if (pushOrders === true && drivers.byId(driver)?.download === undefined)
      found.push(`analyzers ${id}: pushOrders has no effect; ${driver} takes orders only in answer to a query`);
  }
  const orders = config.orders?.hl7;
  const known = orders?.from !== undefined || orders?.tls?.clientCa !== undefined;
  if (orders !== undefined && open(orders.host) && !known) {
    found.push(
      `orders.hl7: anyone on the network may send orders to port ${orders.listen}; say who with from: [address]`,
    );
  }
  if (open(config.http.host) && config.http.tls === undefined) {
    found.push('http: the workbench is open to the network without TLS; passwords travel in clear text');
  }
  return found;
}
