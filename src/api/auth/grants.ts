import type { Laboratory } from '../../laboratory/context.ts';

/** Scopes that a system has now, by the name its requests carry (`his`, `client/emr`); null when it was revoked. */
export async function findGrant(lab: Laboratory, name: string): Promise<readonly string[] | null> {
  const client = /^client\/(.+)$/.exec(name)?.[1];
  if (client !== undefined) {
    const all = await lab.collections.clients.find({}).toArray();
    return all.find((each) => each.name === client && each.revokedAt === undefined)?.scopes ?? null;
  }
  const tokens = await lab.collections.tokens.find({ name }).toArray();
  return tokens.find((each) => each.revokedAt === undefined)?.scopes ?? null;
}
