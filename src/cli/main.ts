import { Command, CommanderError } from 'commander';
import { errorTable } from '../error-table.ts';
import { isLisError, LisError } from '../errors.ts';
import { version } from '../version.ts';

/** Where each command lives. Only the one that is named is loaded: `check` need not wait for the whole laboratory. */
const commands: Readonly<Record<string, () => Promise<(program: Command) => void>>> = {
  serve: async () => (await import('./serve.ts')).serveCommand,
  decode: async () => (await import('./decode.ts')).decodeCommand,
  simulate: async () => (await import('./simulate.ts')).simulateCommand,
  analyzers: async () => (await import('./analyzers.ts')).analyzersCommand,
  check: async () => (await import('./check.ts')).checkCommand,
  user: async () => (await import('./user.ts')).userCommand,
  token: async () => (await import('./token.ts')).tokenCommand,
  client: async () => (await import('./client.ts')).clientCommand,
  recipient: async () => (await import('./recipient.ts')).recipientCommand,
  kit: async () => (await import('./kit.ts')).kitCommand,
  record: async () => (await import('./record.ts')).recordCommand,
  replay: async () => (await import('./replay.ts')).replayCommand,
  verify: async () => (await import('./verify.ts')).verifyCommand,
  import: async () => (await import('./import.ts')).importCommand,
  demo: async () => (await import('./demo.ts')).demoCommand,
};

/** The command line. Exit 0 when done, 1 with one clear line on stderr, 2 when the command was misused. */
export async function main(argv: readonly string[]): Promise<void> {
  const program = new Command('cuvette');
  program
    .description('An open laboratory information system')
    .version(version, '--version', 'print the version')
    .showHelpAfterError(false)
    .exitOverride()
    .configureOutput({ writeErr: () => undefined });
  const named = commands[argv[2] ?? ''];
  for (const load of named === undefined ? Object.values(commands) : [named]) (await load())(program);
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
      thrown.code === 'commander.help'
        ? 'name a command; see --help'
        : thrown.message.replace(/^error: /, '').replaceAll(/\s*\n\s*/g, ' ');
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
