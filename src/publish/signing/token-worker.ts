import { X509Certificate } from 'node:crypto';
import { isLisError, LisError } from '../../errors.ts';
import type { TokenConfig } from '../../laboratory/signing-config.ts';
import { codeOf, constants, type Handle, openModule, type Pkcs11, unavailable, wordsOf } from './pkcs11.ts';

/** What the thread that speaks to tokens is asked: to open a key, or to sign with it. The PIN stays in memory. */
export interface TokenTask {
  readonly place: TokenConfig;
  readonly pin: string;
  /** Absent: only open it. */
  readonly sign?: { readonly mechanism: 'rsa' | 'ec'; readonly content: Uint8Array };
}

/** Errors cross threads as values. */
export type TokenAnswer =
  | { readonly kind: 'key'; readonly certificate: Uint8Array; readonly others: readonly Uint8Array[] }
  | { readonly kind: 'signature'; readonly value: Uint8Array }
  | { readonly kind: 'pinRefused' }
  | { readonly kind: 'unreadable' | 'unavailable'; readonly detail: string };

interface Session {
  readonly library: Pkcs11;
  readonly handle: Handle;
}

interface FoundKey {
  readonly handle: Handle;
  readonly certificate: X509Certificate;
  readonly others: readonly X509Certificate[];
}

interface OpenKey {
  readonly session: Session;
  readonly key: FoundKey;
}

/** Kept between tasks: signing in at a token takes its time. */
const open = new Map<string, OpenKey>();

export async function run({ place, pin, sign }: TokenTask): Promise<TokenAnswer> {
  const name = `${nameOf(place)} ${place.key ?? ''}`;
  try {
    // Whoever asks for the key gets it as it is now; a signature goes with what is open.
    if (sign === undefined) forget(name);
    const found = open.get(name) ?? openKey(place, pin);
    open.set(name, found);
    const { session, key } = found;
    if (sign !== undefined)
      return { kind: 'signature', value: new Uint8Array(await signOnce(session, key.handle, sign)) };
    return {
      kind: 'key',
      certificate: new Uint8Array(key.certificate.raw),
      others: key.others.map((each) => new Uint8Array(each.raw)),
    };
  } catch (thrown) {
    // The next try begins with a new session: a token may have been pulled out and put back.
    forget(name);
    return answerOf(thrown);
  }
}

function forget(name: string): void {
  const known = open.get(name);
  open.delete(name);
  if (known !== undefined) endQuietly(known.session);
}

function answerOf(thrown: unknown): TokenAnswer {
  if (constants.pinWrong.some((each) => each === codeOf(thrown))) return { kind: 'pinRefused' };
  const detail = isLisError(thrown) ? String(thrown.context.detail) : wordsOf(thrown);
  return { kind: isLisError(thrown, 'SIGNING_KEY_UNREADABLE') ? 'unreadable' : 'unavailable', detail };
}

function openKey(place: TokenConfig, pin: string): OpenKey {
  const library = openModule(place.module);
  const session = { library, handle: library.C_OpenSession(slotOf(library, place), constants.serialSession) };
  try {
    logIn(session, pin);
    return { session, key: findKey(session, place) };
  } catch (thrown) {
    endQuietly(session);
    throw thrown;
  }
}

export const nameOf = ({ module, token = '' }: TokenConfig): string => (token === '' ? module : `${module} (${token})`);

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

const largestSignature = 1024;

function signOnce(
  { library, handle }: Session,
  key: Handle,
  { mechanism, content }: NonNullable<TokenTask['sign']>,
): Promise<Uint8Array> {
  library.C_SignInit(handle, { mechanism: mechanism === 'ec' ? constants.ecdsa : constants.rsaPkcs }, key);
  return library.C_SignAsync(handle, Buffer.from(content), Buffer.alloc(largestSignature));
}
