import type { Command } from 'commander';
import { appendAudit } from '../acts/audit.ts';
import { addToken, listTokens, revokeToken } from '../api/auth/tokens.ts';
import { repeated } from './flags.ts';
import { onStore, withLab } from './user.ts';

interface Options {
  readonly config?: string;
  readonly data?: string;
  readonly scope?: string[];
}

/** `token add`, `token list`, `token revoke`: systems that read with a bearer token. */
export function tokenCommand(program: Command): void {
  const token = program.command('token').description('bearer tokens of systems');
  onStore(token.command('add <name>').description('make a token; prints it once, and only it'))
    .requiredOption('--scope <scope>', 'SMART system scope such as system/*.rs (repeatable)', repeated)
    .action((name: string, options: Options) =>
      withLab(options, async (lab) => {
        const secret = await addToken(lab, name, options.scope ?? []);
        await appendAudit(lab, {
          actor: 'cli',
          action: 'token-add',
          subject: `token:${name}`,
          after: { scopes: options.scope },
        });
        process.stdout.write(`${secret}\n`);
      }),
    );
  onStore(token.command('list').description('tokens, without their secrets')).action((options: Options) =>
    withLab(options, async (lab) => {
      for (const each of await listTokens(lab)) {
        const state = each.revokedAt === undefined ? 'active' : `revoked ${each.revokedAt}`;
        process.stdout.write(`${each.name}\t${each.scopes.join(' ')}\t${each.createdAt}\t${state}\n`);
      }
    }),
  );
  onStore(token.command('revoke <name>').description('a token is not taken any more')).action(
    (name: string, options: Options) =>
      withLab(options, async (lab) => {
        await revokeToken(lab, name);
        await appendAudit(lab, { actor: 'cli', action: 'token-revoke', subject: `token:${name}` });
        process.stdout.write(`${name} revoked\n`);
      }),
  );
}
