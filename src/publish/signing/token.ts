import { X509Certificate } from 'node:crypto';
import { inTurn } from '../../acts/turn.ts';
import { LisError } from '../../errors.ts';
import type { TokenConfig } from '../../laboratory/signing-config.ts';
import { algorithmOf, algorithms, type SignatureAlgorithm } from './algorithms.ts';
import { codeOf, constants, type Handle, openModule, type Pkcs11, unavailable, wordsOf } from './pkcs11.ts';
import { keyWith, readSecret, type SigningKey, wrongKind } from './port.ts';
import { checkedSignature, digestOf } from './raw-signature.ts';

/** Sessions with tokens and hardware modules, kept open between signatures. */
export interface Tokens {
  /** A person's key. Throws SIGNING_TOKEN_UNAVAILABLE, SIGNING_PIN_REFUSED, SIGNING_KEY_UNREADABLE. */
  key(place: TokenConfig, anchors: readonly X509Certificate[], at: Date): SigningKey;
  close(): void;
}

interface Session {
  readonly library: Pkcs11;
  readonly handle: Handle;
}

interface FoundKey {
  readonly handle: Handle;
  readonly certificate: X509Certificate;
  readonly others: readonly X509Certificate[];
}

export function openTokens(): Tokens {
  const sessions = new Map<string, Session>();
  /** PINs a token refused: tried again they would lock it. */
  const refused = new Map<string, string>();

  function session(place: TokenConfig): Session {
    const name = nameOf(place);
    const known = sessions.get(name);
    if (known !== undefined) return known;
    const pin = readSecret(place.pinFile);
    if (refused.get(name) === pin) throw new LisError('SIGNING_PIN_REFUSED', { place: name });
    const library = openModule(place.module);
    try {
      const handle = library.C_OpenSession(slotOf(library, place), constants.serialSession);
      const made = { library, handle };
      logIn(made, pin);
      sessions.set(name, made);
      refused.delete(name);
      return made;
    } catch (thrown) {
      if (constants.pinWrong.some((each) => each === codeOf(thrown))) {
        refused.set(name, pin);
        throw new LisError('SIGNING_PIN_REFUSED', { place: name }, thrown);
      }
      throw thrown instanceof LisError ? thrown : unavailable(place.module, wordsOf(thrown), thrown);
    }
  }

  /** Whatever went wrong, the next try begins with a new session: a token may have been pulled out and put back. */
  function forget(place: TokenConfig): void {
    const known = sessions.get(nameOf(place));
    sessions.delete(nameOf(place));
    if (known !== undefined) endQuietly(known);
  }

  return {
    key(place, anchors, at) {
      try {
        const open = session(place);
        const { handle, certificate, others } = findKey(open, place);
        const algorithm = algorithmOf(certificate.publicKey);
        if (algorithm === null) throw new LisError('SIGNING_KEY_UNREADABLE', { file: place.module, detail: wrongKind });
        const sign: SigningKey['sign'] = (content, encoding) =>
          // One operation at a time in a session.
          inTurn(sessions, nameOf(place), async () => {
            try {
              const given = await signOnce(open, handle, algorithm, content);
              const made = checkedSignature(algorithm, certificate.publicKey, content, given, encoding);
              if (made === null) throw unavailable(place.module, "its signature does not fit the certificate's key");
              return made;
            } catch (thrown) {
              forget(place);
              throw thrown instanceof LisError ? thrown : unavailable(place.module, wordsOf(thrown), thrown);
            }
          });
        return keyWith({ algorithm, certificate, others, sign }, anchors, at);
      } catch (thrown) {
        forget(place);
        throw thrown instanceof LisError ? thrown : unavailable(place.module, wordsOf(thrown), thrown);
      }
    },
    close() {
      for (const each of sessions.values()) endQuietly(each);
      sessions.clear();
    },
  };
}

const nameOf = ({ module, token = '' }: TokenConfig): string => (token === '' ? module : `${module} (${token})`);

function endQuietly({ library, handle }: Session): void {
  try {
    library.C_CloseSession(handle);
  } catch {
    // It is gone already: a token that was pulled out ends its sessions itself.
  }
}

/** The slot with the token asked for; the only one there where none is named. */
function slotOf(library: Pkcs11, { module, token }: TokenConfig): Handle {
  const tokenInitialized = 0x400;
  const slots = library
    .C_GetSlotList(true)
    .map((slot) => ({ slot, facts: library.C_GetTokenInfo(slot) }))
    .filter(({ facts }) => (facts.flags & tokenInitialized) !== 0)
    .map(({ slot, facts }) => ({ slot, label: facts.label.replaceAll('\u0000', '').trimEnd() }));
  const fitting = token === undefined ? slots : slots.filter(({ label }) => label === token);
  const [only, more] = fitting;
  if (only !== undefined && more === undefined) return only.slot;
  const there = slots.map(({ label }) => label).join(', ') || 'none';
  const detail = only === undefined ? `no such token is in it; there: ${there}` : `name one of its tokens: ${there}`;
  throw unavailable(module, detail);
}

function logIn({ library, handle }: Session, pin: string): void {
  try {
    library.C_Login(handle, constants.user, pin);
  } catch (thrown) {
    if (codeOf(thrown) !== constants.loggedInAlready) throw thrown;
  }
}

const mostObjects = 200;

function objects({ library, handle }: Session, kind: number, more: { type: number; value: Buffer }[] = []): Handle[] {
  library.C_FindObjectsInit(handle, [{ type: constants.classOf, value: kind }, ...more]);
  try {
    return library.C_FindObjects(handle, mostObjects);
  } finally {
    library.C_FindObjectsFinal(handle);
  }
}

/** The private key asked for, with the certificate that has the same id, or whose key it is. */
function findKey(session: Session, place: TokenConfig): FoundKey {
  const refuse = (detail: string): LisError => new LisError('SIGNING_KEY_UNREADABLE', { file: nameOf(place), detail });
  const attribute = (object: Handle, type: number): Buffer =>
    session.library.C_GetAttributeValue(session.handle, object, [{ type }])[0]?.value ?? Buffer.alloc(0);
  const certificates = objects(session, constants.certificateClass).flatMap((object) => {
    const raw = attribute(object, constants.value);
    return raw.length === 0 ? [] : [{ id: attribute(object, constants.id), certificate: new X509Certificate(raw) }];
  });
  const asked = place.key?.startsWith('id:') === true ? Buffer.from(place.key.slice(3), 'hex') : null;
  const named =
    place.key === undefined
      ? []
      : asked === null
        ? [{ type: constants.label, value: Buffer.from(place.key, 'utf8') }]
        : [{ type: constants.id, value: asked }];
  const found = objects(session, constants.privateKeyClass, named).flatMap((handle) => {
    const id = attribute(handle, constants.id);
    const own = certificates.find((each) => each.id.length > 0 && each.id.equals(id));
    return own === undefined ? [] : [{ handle, certificate: own.certificate }];
  });
  const [only, more] = found;
  if (only === undefined)
    throw refuse(
      place.key === undefined
        ? 'it holds no key with its certificate'
        : `it holds no key ${place.key} with its certificate`,
    );
  if (more !== undefined) throw refuse('it holds several keys: name one by its label, or as id: and hexadecimal');
  return { ...only, others: certificates.map((each) => each.certificate).filter((each) => each !== only.certificate) };
}

/** DigestInfo of RFC 8017 9.2 before the digest: what a token pads for RSA PKCS#1 v1.5. */
const digestInfos = {
  sha256: '3031300d060960864801650304020105000420',
  sha384: '3041300d060960864801650304020205000430',
  sha512: '3051300d060960864801650304020305000440',
} as const;
const largestSignature = 1024;

function signOnce(
  { library, handle }: Session,
  key: Handle,
  algorithm: SignatureAlgorithm,
  content: Uint8Array,
): Promise<Uint8Array> {
  const { kind, hash } = algorithms[algorithm];
  const digest = digestOf(algorithm, content);
  const room = Buffer.alloc(largestSignature);
  if (kind === 'ec') {
    library.C_SignInit(handle, { mechanism: constants.ecdsa }, key);
    return library.C_SignAsync(handle, digest, room);
  }
  library.C_SignInit(handle, { mechanism: constants.rsaPkcs }, key);
  return library.C_SignAsync(handle, Buffer.concat([Buffer.from(digestInfos[hash], 'hex'), digest]), room);
}
