import { Command, CommanderError } from 'commander';
import { errorTable } from '../error-table.ts';
import { isLisError, LisError } from '../errors.ts';
import { analyzersCommand } from './analyzers.ts';
import { checkCommand } from './check.ts';
import { decodeCommand } from './decode.ts';
import { demoCommand } from './demo.ts';
import { kitCommand } from './kit.ts';
import { recordCommand } from './record.ts';
import { replayCommand } from './replay.ts';
import { serveCommand } from './serve.ts';
import { simulateCommand } from './simulate.ts';
import { tokenCommand } from './token.ts';
import { userCommand } from './user.ts';

/** The command line. Exit 0 when done, 1 with one clear line on stderr, 2 when the command was misused. */
export async function main(argv: readonly string[]): Promise<void> {
  const program = new Command('cuvette');
  program
    .description('An open laboratory information system')
    .showHelpAfterError(false)
    .exitOverride()
    .configureOutput({ writeErr: () => undefined });
  for (const add of [
    serveCommand,
    decodeCommand,
    simulateCommand,
    analyzersCommand,
    checkCommand,
    userCommand,
    tokenCommand,
    kitCommand,
    recordCommand,
    replayCommand,
    demoCommand,
  ]) {
    add(program);
  }
  for (const command of everyCommand(program)) {
    command.exitOverride().configureOutput({ writeErr: () => undefined });
  }
  if (argv.length <= 2) {
    process.stdout.write(program.helpInformation());
    process.exitCode = 2;
    return;
  }
  try {
    await program.parseAsync([...argv]);
  } catch (thrown) {
    fail(thrown);
  }
}

function everyCommand(command: Command): Command[] {
  return command.commands.flatMap((each) => [each, ...everyCommand(each)]);
}

function fail(thrown: unknown): void {
  if (thrown instanceof CommanderError) {
    if (thrown.exitCode === 0) return;
    const words =
      thrown.code === 'commander.help' ? 'name a command; see --help' : thrown.message.replace(/^error: /, '');
    process.stderr.write(`cuvette: ${words}\n`);
    process.exitCode = 2;
    return;
  }
  if (isLisError(thrown)) {
    process.stderr.write(`cuvette: ${thrown.message}. ${errorTable[thrown.code].action}. [${thrown.code}]\n`);
    process.exitCode = thrown instanceof LisError && thrown.code === 'USAGE' ? 2 : 1;
    return;
  }
  const words = thrown instanceof Error ? (thrown.message.split('\n')[0] ?? 'unknown') : 'unknown';
  process.stderr.write(`cuvette: ${words} [INTERNAL]\n`);
  if (process.env.CUVETTE_LOG === 'debug' && thrown instanceof Error) process.stderr.write(`${thrown.stack ?? ''}\n`);
  process.exitCode = 1;
}
