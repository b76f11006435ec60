import { createInterface } from 'node:readline';
import { type Command, InvalidArgumentError } from 'commander';
import { appendAudit } from '../acts/audit.ts';
import { newPassword } from '../api/auth/secrets.ts';
import { changeUser, createUser, listUsers, setPassword } from '../api/auth/users.ts';
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

/** `user add`, `user set`, `user set-password`, `user list`: people, also while `serve` runs. */
export function userCommand(program: Command): void {
  const user = program.command('user').description('people who sign in');
  onStore(user.command('add <name>').description('add a person; prints a generated password once'))
    .requiredOption('--role <role>', `one of ${roles.join(', ')}`, roleFlag)
    .option('--sections <codes>', sectionWords, sectionsFlag)
    .option('--password-stdin', 'read the password from the first line of standard input')
    .action((name: string, options: PasswordOptions & { role: Role; sections?: readonly string[] }) =>
      withLab(options, async (lab) => {
        const { password, told } = await passwordOf(options);
        const { role, sections } = options;
        const added = await createUser(lab, { username: name, password, role, sections });
        const after = { role: added.role, sections: added.sections ?? [] };
        await appendAudit(lab, { actor: 'cli', action: 'user-add', subject: added._id, after });
        process.stdout.write(told ? `${added._id}: password ${password} (shown this once)\n` : `${added._id} added\n`);
      }),
    );
  onStore(user.command('set <name>').description('say for which sections of the laboratory a person decides'))
    .requiredOption('--sections <codes>', sectionWords, sectionsFlag)
    .action((name: string, options: StoreOptions & { sections: readonly string[] }) =>
      withLab(options, async (lab) => {
        const { before, after } = await changeUser(lab, name, { sections: options.sections });
        await appendAudit(lab, {
          actor: 'cli',
          action: 'user-change',
          subject: after._id,
          before: { sections: before.sections ?? [] },
          after: { sections: after.sections ?? [] },
        });
        process.stdout.write(`${after._id}: ${after.sections?.join(', ') ?? 'all sections'}\n`);
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
  onStore(user.command('list').description('people, their roles and sections')).action((options: StoreOptions) =>
    withLab(options, async (lab) => {
      for (const each of await listUsers(lab)) {
        process.stdout.write(
          `${each._id}\t${each.role}${each.disabled === true ? '\tdisabled' : ''}${each.sections === undefined ? '' : `\t${each.sections.join(',')}`}\n`,
        );
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

const sectionWords = 'codes of the sections the person decides for, with commas; all: every one';

function sectionsFlag(text: string): readonly string[] {
  const codes = text.split(',').map((each) => each.trim());
  if (codes.includes('')) throw new InvalidArgumentError('codes of sections with commas between, or all');
  return codes.length === 1 && codes[0] === 'all' ? [] : codes;
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
