import { createRequire } from 'node:module';
import { LisError } from '../../errors.ts';

/** What we use of the optional package `pkcs11js`; handles are opaque. */
export interface Pkcs11 {
  load(path: string): void;
  C_Initialize(options?: { readonly flags?: number }): void;
  C_GetSlotList(tokenPresent: boolean): Handle[];
  C_GetTokenInfo(slot: Handle): { readonly label: string; readonly flags: number };
  C_OpenSession(slot: Handle, flags: number): Handle;
  C_CloseSession(session: Handle): void;
  C_Login(session: Handle, userType: number, pin: string): void;
  C_FindObjectsInit(session: Handle, template: readonly Attribute[]): void;
  C_FindObjects(session: Handle, most: number): Handle[];
  C_FindObjectsFinal(session: Handle): void;
  C_GetAttributeValue(
    session: Handle,
    object: Handle,
    template: readonly { readonly type: number }[],
  ): { readonly value: Buffer }[];
  C_SignInit(session: Handle, mechanism: { readonly mechanism: number }, key: Handle): void;
  C_SignAsync(session: Handle, content: Buffer, room: Buffer): Promise<Buffer>;
}
export type Handle = Buffer;
export interface Attribute {
  readonly type: number;
  readonly value: number | Buffer;
}
/** Numbers of the standard (PKCS#11 2.40). */
export const constants = {
  initializedAlready: 0x191,
  loggedInAlready: 0x100,
  pinWrong: [0xa0, 0xa1, 0xa2, 0xa3, 0xa4],
  serialSession: 4,
  user: 1,
  osLocking: 2,
  classOf: 0,
  certificateClass: 1,
  privateKeyClass: 3,
  label: 3,
  value: 0x11,
  certificateKind: 0x80,
  x509: 0,
  id: 0x102,
  rsaPkcs: 1,
  ecdsa: 0x1041,
} as const;

const opened = new Map<string, Pkcs11>();

/**
 * A vendor's library, loaded once for the life of the process: PKCS#11 knows one initialisation of a library in a
 * process. Throws SIGNING_TOKEN_UNAVAILABLE.
 */
export function openModule(path: string): Pkcs11 {
  const known = opened.get(path);
  if (known !== undefined) return known;
  const library = newLibrary(path);
  try {
    library.load(path);
    library.C_Initialize({ flags: constants.osLocking });
  } catch (thrown) {
    if (codeOf(thrown) !== constants.initializedAlready) throw unavailable(path, wordsOf(thrown), thrown);
  }
  opened.set(path, library);
  return library;
}

function newLibrary(path: string): Pkcs11 {
  try {
    const { PKCS11 } = createRequire(import.meta.url)('pkcs11js');
    return new PKCS11();
  } catch (thrown) {
    const detail = 'the optional package pkcs11js is not there; it is compiled at installation: npm install pkcs11js';
    throw unavailable(path, detail, thrown);
  }
}

export const unavailable = (module: string, detail: string, cause?: unknown): LisError =>
  new LisError('SIGNING_TOKEN_UNAVAILABLE', { module, detail }, cause);

/** The return value behind an error of the library; undefined for another. */
export function codeOf(thrown: unknown): number | undefined {
  const code: unknown = typeof thrown === 'object' && thrown !== null && 'code' in thrown ? thrown.code : undefined;
  return typeof code === 'number' ? code : undefined;
}

export const wordsOf = (thrown: unknown): string => (thrown instanceof Error ? thrown.message : 'unknown');
