import type { Command } from 'commander';
import type { LabConfig } from '../laboratory/config.ts';
import { type DriverCatalogue, openDriverCatalogue } from '../laboratory/drivers.ts';
import { type ConfigProblem, readConfigFile } from './config-file.ts';
import { dataFolderOf } from './open-lab.ts';

/** `check lab.yaml`: says what is wrong and where, and warns of what is allowed but unwise. */
export function checkCommand(program: Command): void {
  program
    .command('check')
    .description('validate a configuration and say what is wrong, where')
    .argument('<lab.yaml>')
    .action((file: string) => {
      const reading = readConfigFile(file);
      const problems =
        reading.config === null
          ? [...reading.problems]
          : crossCheck(reading.config, openDriverCatalogue(dataFolderOf(reading.config)));
      for (const problem of problems)
        process.stderr.write(
          `${file}${problem.line === undefined ? '' : `:${problem.line}`}: ${problem.key}: ${problem.detail}\n`,
        );
      if (reading.config !== null)
        for (const warning of warnings(reading.config)) process.stdout.write(`warning: ${warning}\n`);
      if (problems.length > 0) process.exitCode = 1;
      else process.stdout.write(`${file}: fine, ${reading.config?.analyzers.length ?? 0} analyzers\n`);
    });
}

/** What the schema alone can't see: drivers that do not exist, one port or path used twice. */
export function crossCheck(config: LabConfig, drivers: DriverCatalogue): ConfigProblem[] {
  const problems: ConfigProblem[] = [];
  const taken = new Map<string, string>();
  const take = (place: string, key: string): void => {
    const other = taken.get(place);
    if (other !== undefined) problems.push({ key, detail: `${place} is used by ${other} already` });
    else taken.set(place, key);
  };
  if (config.http.port !== 0) take(`port ${config.http.port}`, 'http.port');
  for (const [position, line] of config.analyzers.entries()) {
    const key = `analyzers[${position}]`;
    if (drivers.byId(line.driver) === undefined) {
      problems.push({ key: `${key}.driver`, detail: `${line.driver} is not in the catalogue; see cuvette analyzers` });
    }
    if (line.tcp !== undefined && 'listen' in line.tcp && line.tcp.listen !== 0)
      take(`port ${line.tcp.listen}`, `${key}.tcp.listen`);
    if (line.serial !== undefined) take(line.serial.path, `${key}.serial.path`);
  }
  const orders = config.orders?.hl7;
  if (orders !== undefined && orders.listen !== 0) take(`port ${orders.listen}`, 'orders.hl7.listen');
  return problems;
}

function warnings(config: LabConfig): string[] {
  const open = (host: string): boolean => host === '0.0.0.0' || host === '::';
  const found: string[] = [];
  for (const line of config.analyzers) {
    if (line.tcp !== undefined && 'listen' in line.tcp && open(line.tcp.host) && line.tcp.from === undefined) {
      found.push(
        `analyzers ${line.id}: anyone on the network may connect to port ${line.tcp.listen}; say who with from: [address]`,
      );
    }
  }
  const orders = config.orders?.hl7;
  if (orders !== undefined && open(orders.host) && orders.from === undefined) {
    found.push(
      `orders.hl7: anyone on the network may send orders to port ${orders.listen}; say who with from: [address]`,
    );
  }
  if (open(config.http.host) && config.http.tls === undefined) {
    found.push('http: the workbench is open to the network without TLS; passwords travel in clear text');
  }
  return found;
}
