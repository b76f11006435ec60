import type { X509Certificate } from 'node:crypto';
import type { Laboratory } from '../../laboratory/context.ts';
import type { KeyConfig } from '../../laboratory/signing-config.ts';
import { chainTo, commonName, maySign, readTrust } from './certificates.ts';
import { fileKey, type SigningKey } from './port.ts';
import { openRemoteSigners, type RemoteSigners } from './remote.ts';
import { type Standing, standingOf } from './revocation.ts';
import { openTokens, type Tokens } from './token.ts';

/** What came of asking whether a person may sign now. */
export type Permission =
  | { readonly kind: 'may'; readonly key: SigningKey; readonly evidence: readonly Standing[] }
  /** Never: another key is needed. */
  | { readonly kind: 'never'; readonly reason: string }
  /** Not now: a file or an authority can't be had. */
  | { readonly kind: 'later'; readonly reason: string };

export interface Keys {
  /** The key of a person, checked as lab.yaml wants it before each use (kept for a minute). */
  permission(user: string): Promise<Permission>;
  close(): Promise<void>;
}

/** How long an answer of the authorities serves: releases come in bursts. */
const keptMs = 60_000;

export function openKeys(lab: Laboratory): Keys {
  const kept = new Map<string, { permission: Permission; until: number }>();
  const places = { tokens: openTokens(), remote: openRemoteSigners() };
  return {
    async permission(user) {
      const known = kept.get(user);
      if (known !== undefined && known.until > lab.now()) return known.permission;
      const asked = await ask(lab, places, user);
      // What failed once is opened anew: a token may have been pulled out and put back.
      const permission =
        asked.kind === 'may' ? { ...asked, key: onFailure(asked.key, () => kept.delete(user)) } : asked;
      if (permission.kind === 'may') kept.set(user, { permission, until: lab.now() + keptMs });
      return permission;
    },
    async close() {
      places.remote.close();
      await places.tokens.close();
    },
  };
}

function onFailure(key: SigningKey, tell: () => void): SigningKey {
  return {
    ...key,
    async sign(content, encoding) {
      try {
        return await key.sign(content, encoding);
      } catch (thrown) {
        tell();
        throw thrown;
      }
    },
  };
}

interface Places {
  readonly tokens: Tokens;
  readonly remote: RemoteSigners;
}

function keyAt(
  { tokens, remote }: Places,
  place: KeyConfig,
  anchors: readonly X509Certificate[],
  now: Date,
): SigningKey | Promise<SigningKey> {
  if (place.pkcs11 !== undefined) return tokens.key(place.pkcs11, anchors, now);
  if (place.remote !== undefined) return remote.key(place.remote, anchors, now);
  const { pkcs12 = '', passwordFile = '' } = place;
  return fileKey({ pkcs12, passwordFile }, anchors, now);
}

async function ask(lab: Laboratory, places: Places, user: string): Promise<Permission> {
  const signing = lab.config.signing;
  const place = signing?.keys.find((each) => each.user === user);
  if (signing === undefined || place === undefined) return { kind: 'never', reason: `${user} has no key` };
  const now = new Date(lab.now());
  let key: SigningKey;
  let anchors: X509Certificate[];
  try {
    anchors = readTrust(signing.trust);
    key = await keyAt(places, place, anchors, now);
  } catch (thrown) {
    return { kind: 'later', reason: thrown instanceof Error ? thrown.message : 'the key can not be read' };
  }
  if (!maySign(key.certificate))
    return { kind: 'never', reason: `the certificate of ${commonName(key.certificate)} is not for signing` };
  const trusted = anchors.length === 0 ? [key.intermediates.at(-1) ?? key.certificate] : anchors;
  const chain = chainTo(key.certificate, key.intermediates, trusted, now);
  if (!chain.trusted) return { kind: 'never', reason: chain.reason };
  if (signing.revocation === 'off') return { kind: 'may', key, evidence: [] };
  return judge(key, await standings([...chain.path, chain.anchor], now), signing.revocation);
}

/** Each certificate of the way asked about at the one above it; the trusted one itself is not. */
async function standings(path: readonly X509Certificate[], now: Date): Promise<Standing[]> {
  const pairs = path.flatMap((certificate, index) => {
    const issuer = path[index + 1];
    return issuer === undefined || issuer.raw.equals(certificate.raw) ? [] : [{ certificate, issuer }];
  });
  return Promise.all(pairs.map(({ certificate, issuer }) => standingOf(certificate, issuer, now)));
}

function judge(key: SigningKey, evidence: readonly Standing[], policy: 'soft' | 'hard'): Permission {
  const revoked = evidence.find((each) => each.status === 'revoked');
  if (revoked !== undefined) return { kind: 'never', reason: `the certificate of ${revoked.subject} is revoked` };
  const unknown = evidence.find((each) => each.status === 'unknown');
  if (unknown !== undefined && policy === 'hard')
    return {
      kind: 'later',
      reason: `whether the certificate of ${unknown.subject} is revoked is not known: ${unknown.detail ?? 'no answer'}`,
    };
  return { kind: 'may', key, evidence };
}
