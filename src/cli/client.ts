import { readFileSync } from 'node:fs';
import type { Command } from 'commander';
import type { JWK } from 'jose';
import { appendAudit } from '../acts/audit.ts';
import { addClient, type ClientKeys, listClients, revokeClient } from '../api/auth/clients.ts';
import { LisError } from '../errors.ts';
import { repeated } from './flags.ts';
import { onStore, withLab } from './user.ts';

interface Options {
  readonly config?: string;
  readonly data?: string;
  readonly jwks: string;
  readonly scope?: string[];
}

/** `client add`, `client list`, `client revoke`: SMART backend clients. */
export function clientCommand(program: Command): void {
  const client = program.command('client').description('SMART backend clients (client_credentials, private_key_jwt)');
  onStore(client.command('add <name>').description('register a client; prints its client_id, and only it'))
    .requiredOption('--jwks <file|url>', 'its public keys: a file, or an https address')
    .requiredOption('--scope <scope>', 'SMART system scope such as system/*.rs (repeatable)', repeated)
    .action((name: string, options: Options) => {
      const keys = keysOf(options.jwks);
      return withLab(options, async (lab) => {
        const scopes = options.scope ?? [];
        const id = await addClient(lab, name, keys, scopes);
        await appendAudit(lab, { actor: 'cli', action: 'client-add', subject: id, after: { name, scopes } });
        process.stdout.write(`${id}\n`);
      });
    });
  onStore(client.command('list').description('clients')).action((options: Options) =>
    withLab(options, async (lab) => {
      for (const each of await listClients(lab)) {
        const state = each.revokedAt === undefined ? 'active' : `revoked ${each.revokedAt}`;
        const keys = each.jwksUrl ?? `${each.jwks?.keys.length ?? 0} keys`;
        process.stdout.write(
          `${each.name}\t${each._id}\t${each.scopes.join(' ')}\t${keys}\t${each.createdAt}\t${state}\n`,
        );
      }
    }),
  );
  onStore(client.command('revoke <name>').description('a client and its tokens are not taken any more')).action(
    (name: string, options: Options) =>
      withLab(options, async (lab) => {
        await revokeClient(lab, name);
        await appendAudit(lab, { actor: 'cli', action: 'client-revoke', subject: `client:${name}` });
        process.stdout.write(`${name} revoked\n`);
      }),
  );
}

/** An address, or the keys of a file: a JWK Set, or one JWK. Throws USAGE. */
function keysOf(place: string): ClientKeys {
  if (/^https?:\/\//i.test(place)) return { jwksUrl: place };
  let read: unknown;
  try {
    read = JSON.parse(readFileSync(place, 'utf8'));
  } catch (thrown) {
    throw new LisError(
      'CONFIG_UNREADABLE',
      { file: place, detail: thrown instanceof Error ? thrown.message : '' },
      thrown,
    );
  }
  const keys = typeof read === 'object' && read !== null && 'keys' in read ? read.keys : [read];
  if (!Array.isArray(keys) || !keys.every(isKey))
    throw new LisError('REQUEST_INVALID', { detail: `jwks: ${place} is not a JWK Set` });
  return { jwks: { keys } };
}

function isKey(value: unknown): value is JWK {
  return typeof value === 'object' && value !== null && 'kty' in value && typeof value.kty === 'string';
}
