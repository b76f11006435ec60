import type { JWK } from 'jose';
import type { ClientDoc } from '../../store/documents.ts';

/** A key set is small; more is not one. */
const mostBytes = 262_144;
const fetchTimeoutMs = 5_000;
/** Where the answer says nothing about caching, and at most. */
const ordinaryMs = 300_000;
const longestMs = 86_400_000;
/** Fetches for unknown keys in a minute: a client that makes keys up can't make us a flood. */
const mostRefetches = 20;

interface Cached {
  readonly keys: readonly JWK[];
  readonly until: number;
}

/** Finds clients' keys: registered ones at hand, others fetched from their address and kept as Cache-Control allows. */
export interface KeyFinder {
  /** Keys of a client with this kid: one when all is well. Fetches anew when the kid is not among those kept. */
  keysOf(client: ClientDoc, kid: string): Promise<readonly JWK[]>;
}

export function createKeyFinder(now: () => number): KeyFinder {
  const kept = new Map<string, Cached>();
  const refetches = new Map<string, number[]>();

  async function fetched(url: string): Promise<readonly JWK[]> {
    const answer = await fetchKeys(url);
    if (answer.keepMs > 0) kept.set(url, { keys: answer.keys, until: now() + answer.keepMs });
    else kept.delete(url);
    return answer.keys;
  }

  function mayRefetch(url: string): boolean {
    const recent = (refetches.get(url) ?? []).filter((at) => at > now() - 60_000);
    if (recent.length >= mostRefetches) return false;
    refetches.set(url, [...recent, now()]);
    return true;
  }

  return {
    async keysOf(client, kid) {
      const named = (keys: readonly JWK[]): JWK[] => keys.filter((key) => key.kid === kid);
      if (client.jwksUrl === undefined) return named(client.jwks?.keys ?? []);
      const url = client.jwksUrl;
      const cached = kept.get(url);
      if (cached === undefined || cached.until <= now()) return named(await fetched(url));
      const found = named(cached.keys);
      return found.length > 0 || !mayRefetch(url) ? found : named(await fetched(url));
    },
  };
}

async function fetchKeys(url: string): Promise<{ keys: readonly JWK[]; keepMs: number }> {
  const answer = await fetch(url, {
    headers: { accept: 'application/json' },
    redirect: 'error',
    signal: AbortSignal.timeout(fetchTimeoutMs),
  });
  if (!answer.ok) throw new Error(`the key set answered ${answer.status}`);
  const read: unknown = JSON.parse(await textOf(answer));
  if (typeof read !== 'object' || read === null || !('keys' in read) || !Array.isArray(read.keys))
    throw new Error('the key set has no keys');
  const keys = read.keys.filter((key: unknown): key is JWK => typeof key === 'object' && key !== null && 'kty' in key);
  return { keys, keepMs: keepMs(answer.headers.get('cache-control')) };
}

async function textOf(answer: Response): Promise<string> {
  let length = 0;
  const parts: Uint8Array[] = [];
  for await (const part of answer.body ?? []) {
    length += part.length;
    if (length > mostBytes) throw new Error('the key set is too long');
    parts.push(part);
  }
  return Buffer.concat(parts).toString('utf8');
}

/** How long Cache-Control lets us keep an answer. */
export function keepMs(header: string | null): number {
  if (header === null) return ordinaryMs;
  if (/(^|[\s,])no-(store|cache)\b/i.test(header)) return 0;
  const seconds = /(^|[\s,])max-age\s*=\s*"?(\d{1,9})/i.exec(header)?.[2];
  return seconds === undefined ? ordinaryMs : Math.min(Number(seconds) * 1000, longestMs);
}
