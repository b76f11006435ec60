import { createInterface } from 'node:readline';
import { type Command, InvalidArgumentError } from 'commander';
import { appendAudit } from '../acts/audit.ts';
import { newPassword } from '../api/auth/secrets.ts';
import { createUser, listUsers, setPassword } from '../api/auth/users.ts';
import { type Role, roles } from '../domain/ids.ts';
import { LisError } from '../errors.ts';
import type { Laboratory } from '../laboratory/context.ts';
import { openCommandLaboratory } from './open-lab.ts';

interface StoreOptions {
  readonly config?: string;
  readonly data?: string;
}
interface PasswordOptions extends StoreOptions {
  readonly passwordStdin?: boolean;
}

/** `user add`, `user set-password`, `user list`: people, also while `serve` runs. */
export function userCommand(program: Command): void {
  const user = program.command('user').description('people who sign in');
  onStore(user.command('add <name>').description('add a person; prints a generated password once'))
    .requiredOption('--role <role>', `one of ${roles.join(', ')}`, roleFlag)
    .option('--password-stdin', 'read the password from the first line of standard input')
    .action((name: string, options: PasswordOptions & { role: Role }) =>
      withLab(options, async (lab) => {
        const { password, told } = await passwordOf(options);
        const added = await createUser(lab, { username: name, password, role: options.role });
        await appendAudit(lab, { actor: 'cli', action: 'user-add', subject: added._id, after: { role: added.role } });
        process.stdout.write(told ? `${added._id}: password ${password} (shown this once)\n` : `${added._id} added\n`);
      }),
    );
  onStore(user.command('set-password <name>').description('give a person a new password and end his sessions'))
    .option('--password-stdin', 'read the password from the first line of standard input')
    .action((name: string, options: PasswordOptions) =>
      withLab(options, async (lab) => {
        const { password, told } = await passwordOf(options);
        await setPassword(lab, name, password);
        await appendAudit(lab, { actor: 'cli', action: 'user-password', subject: name.trim().toLowerCase() });
        process.stdout.write(told ? `${name}: password ${password} (shown this once)\n` : `${name}: password set\n`);
      }),
    );
  onStore(user.command('list').description('people and their roles')).action((options: StoreOptions) =>
    withLab(options, async (lab) => {
      for (const each of await listUsers(lab)) {
        process.stdout.write(`${each._id}\t${each.role}${each.disabled === true ? '\tdisabled' : ''}\n`);
      }
    }),
  );
}

/** The flags that say which store. */
export function onStore(command: Command): Command {
  return command.option('--config <lab.yaml>', 'configuration').option('--data <folder>', 'data folder');
}

/** Open the store beside a running `serve`, work, close. */
export async function withLab(options: StoreOptions, work: (lab: Laboratory) => Promise<void>): Promise<void> {
  const opened = await openCommandLaboratory(options);
  try {
    await work(opened.lab);
  } finally {
    await opened.close();
  }
}

function roleFlag(text: string): Role {
  const role = roles.find((each) => each === text);
  if (role === undefined) throw new InvalidArgumentError(`one of ${roles.join(', ')}`);
  return role;
}

async function passwordOf(options: PasswordOptions): Promise<{ password: string; told: boolean }> {
  if (options.passwordStdin !== true) return { password: newPassword(), told: true };
  const lines = createInterface({ input: process.stdin });
  for await (const line of lines) {
    lines.close();
    return { password: line, told: false };
  }
  throw new LisError('USAGE', { detail: 'no password on standard input' });
}
