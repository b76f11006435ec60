import { X509Certificate } from 'node:crypto';
import { LisError } from '../../errors.ts';
import type { TokenConfig } from '../../laboratory/signing-config.ts';
import { openWorkers, type Workers, workerFile } from '../../laboratory/workers.ts';
import { algorithmOf, algorithms, type SignatureAlgorithm } from './algorithms.ts';
import { unavailable } from './pkcs11.ts';
import { keyWith, readSecret, type SigningKey, wrongKind } from './port.ts';
import { checkedSignature, digestOf } from './raw-signature.ts';
import { nameOf, type TokenAnswer, type TokenTask } from './token-worker.ts';

/** Keys on tokens and in hardware modules. A thread of its own speaks to them: their libraries block for as long as they like. */
export interface Tokens {
  /** A person's key. Rejects with SIGNING_TOKEN_UNAVAILABLE, SIGNING_PIN_REFUSED, SIGNING_KEY_UNREADABLE. */
  key(place: TokenConfig, anchors: readonly X509Certificate[], at: Date): Promise<SigningKey>;
  close(): Promise<void>;
}

export function openTokens(): Tokens {
  let thread: Workers<TokenTask, TokenAnswer> | null = null;
  /** PINs a token refused: tried again they would lock it. */
  const refused = new Map<string, string>();

  async function ask(place: TokenConfig, sign?: TokenTask['sign']): Promise<TokenAnswer> {
    const name = nameOf(place);
    const pin = readSecret(place.pinFile);
    if (refused.get(name) === pin) throw new LisError('SIGNING_PIN_REFUSED', { place: name });
    thread ??= openWorkers(workerFile('./token-worker', import.meta.url), { keepsOne: true });
    const answer = await thread.run({ place, pin, ...(sign === undefined ? {} : { sign }) });
    switch (answer.kind) {
      case 'pinRefused':
        refused.set(name, pin);
        throw new LisError('SIGNING_PIN_REFUSED', { place: name });
      case 'unreadable':
        throw new LisError('SIGNING_KEY_UNREADABLE', { file: name, detail: answer.detail });
      case 'unavailable':
        throw unavailable(place.module, answer.detail);
      default:
        refused.delete(name);
        return answer;
    }
  }

  return {
    async key(place, anchors, at) {
      const found = await ask(place);
      if (found.kind !== 'key') throw unavailable(place.module, 'it gave no key');
      const certificate = new X509Certificate(found.certificate);
      const algorithm = algorithmOf(certificate.publicKey);
      if (algorithm === null) throw new LisError('SIGNING_KEY_UNREADABLE', { file: nameOf(place), detail: wrongKind });
      const sign: SigningKey['sign'] = async (content, encoding) => {
        const given = await ask(place, toSign(algorithm, content));
        const value = given.kind === 'signature' ? given.value : new Uint8Array();
        const made = checkedSignature(algorithm, certificate.publicKey, content, value, encoding);
        if (made === null) throw unavailable(place.module, "its signature does not fit the certificate's key");
        return made;
      };
      const others = found.others.map((each) => new X509Certificate(each));
      return keyWith({ algorithm, certificate, others, sign }, anchors, at);
    },
    async close() {
      await thread?.close();
    },
  };
}

/** DigestInfo of RFC 8017 9.2 before the digest: what a token pads for RSA PKCS#1 v1.5. */
const digestInfos = {
  sha256: '3031300d060960864801650304020105000420',
  sha384: '3041300d060960864801650304020205000430',
  sha512: '3051300d060960864801650304020305000440',
} as const;

function toSign(algorithm: SignatureAlgorithm, content: Uint8Array): NonNullable<TokenTask['sign']> {
  const { kind, hash } = algorithms[algorithm];
  const digest = digestOf(algorithm, content);
  if (kind === 'ec') return { mechanism: 'ec', content: new Uint8Array(digest) };
  return { mechanism: 'rsa', content: new Uint8Array(Buffer.concat([Buffer.from(digestInfos[hash], 'hex'), digest])) };
}
