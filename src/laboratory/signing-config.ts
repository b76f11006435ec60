import { z } from 'zod';

/** A key on a token or in a hardware module, reached over PKCS#11. Needs the optional package `pkcs11js`. */
const tokenSchema = z.strictObject({
  /** The vendor's library, such as /usr/lib/softhsm/libsofthsm2.so. */
  module: z.string().min(1),
  /** Label of the token; needed where the library shows several. */
  token: z.string().min(1).max(32).optional(),
  /** Label of the key, or its id as `id:` and hexadecimal; needed where the token holds several. */
  key: z.string().min(1).max(200).optional(),
  pinFile: z.string().min(1),
});

const secretAddress = z
  .url()
  .refine(
    (text) => /^https:/.test(text) || /^http:\/\/(127\.\d+\.\d+\.\d+|localhost|\[::1\])[:/]/.test(`${text}/`),
    'https: (http: on loopback only)',
  );

/** How we sign in at a remote signer. Secrets stand in files of their own. */
const remoteAuthSchema = z.union(
  [
    z.strictObject({ tokenFile: z.string().min(1) }),
    z.strictObject({ tokenUrl: secretAddress, clientId: z.string().min(1), clientSecretFile: z.string().min(1) }),
    z.strictObject({ username: z.string().min(1), passwordFile: z.string().min(1) }),
  ],
  'tokenFile; or tokenUrl, clientId and clientSecretFile; or username and passwordFile',
);

/** A key at a remote signer that speaks the API of the Cloud Signature Consortium. */
const remoteSchema = z.strictObject({
  /** Base address up to the version, such as https://signer.example/csc/v1. */
  url: secretAddress.refine((text) => /\/v[12]\/?$/.test(text), 'an address that ends in /v1 or /v2'),
  auth: remoteAuthSchema,
  /** Which credential; needed where the account has several. */
  credential: z.string().min(1).max(200).optional(),
  /** Where the credential asks for a PIN. */
  pinFile: z.string().min(1).optional(),
  /** Asking a person's telephone may take its time. */
  timeoutSeconds: z.number().positive().max(600).default(60),
  /** Whom to trust beside the usual authorities. */
  tls: z.strictObject({ ca: z.string().min(1).optional(), serverName: z.string().min(1).optional() }).optional(),
});

const keySchema = z
  .strictObject({
    user: z.string().min(1),
    pkcs12: z.string().min(1).optional(),
    passwordFile: z.string().min(1).optional(),
    pkcs11: tokenSchema.optional(),
    remote: remoteSchema.optional(),
  })
  .superRefine((key, context) => {
    const places = [key.pkcs12, key.pkcs11, key.remote].filter((each) => each !== undefined).length;
    if (places !== 1)
      context.addIssue({ code: 'custom', message: 'exactly one of pkcs12, pkcs11 and remote says where the key is' });
    if ((key.pkcs12 === undefined) !== (key.passwordFile === undefined))
      context.addIssue({ code: 'custom', path: ['passwordFile'], message: 'pkcs12 and passwordFile go together' });
  });

/** Who signs reports with which key, whom we trust, and what is asked of the authorities first (contract-publish.md). */
export const signingSchema = z.strictObject({
  trust: z.array(z.string().min(1)).default([]),
  revocation: z.enum(['off', 'soft', 'hard']).default('soft'),
  /** RFC 3161 time stamping authority: its outage costs a level, never the signature. */
  tsa: z.strictObject({ url: z.url(), timeoutSeconds: z.number().positive().max(60).default(5) }).optional(),
  keys: z.array(keySchema).default([]),
});

export type SigningConfig = z.infer<typeof signingSchema>;
export type KeyConfig = SigningConfig['keys'][number];
export type TokenConfig = z.infer<typeof tokenSchema>;
export type RemoteConfig = z.infer<typeof remoteSchema>;

/** With each file name resolved. */
export function resolvedSigning(signing: SigningConfig, resolved: (file: string) => string): SigningConfig {
  return {
    ...signing,
    trust: signing.trust.map(resolved),
    keys: signing.keys.map((key) => resolvedKey(key, resolved)),
  };
}

function resolvedKey(key: KeyConfig, resolved: (file: string) => string): KeyConfig {
  const { pkcs12, passwordFile, pkcs11, remote } = key;
  return {
    user: key.user,
    ...(pkcs12 === undefined ? {} : { pkcs12: resolved(pkcs12) }),
    ...(passwordFile === undefined ? {} : { passwordFile: resolved(passwordFile) }),
    ...(pkcs11 === undefined
      ? {}
      : { pkcs11: { ...pkcs11, module: resolved(pkcs11.module), pinFile: resolved(pkcs11.pinFile) } }),
    ...(remote === undefined ? {} : { remote: resolvedRemote(remote, resolved) }),
  };
}

function resolvedRemote(remote: RemoteConfig, resolved: (file: string) => string): RemoteConfig {
  const { auth, pinFile, tls } = remote;
  return {
    ...remote,
    auth:
      'tokenFile' in auth
        ? { tokenFile: resolved(auth.tokenFile) }
        : 'clientSecretFile' in auth
          ? { ...auth, clientSecretFile: resolved(auth.clientSecretFile) }
          : { ...auth, passwordFile: resolved(auth.passwordFile) },
    ...(pinFile === undefined ? {} : { pinFile: resolved(pinFile) }),
    ...(tls?.ca === undefined ? {} : { tls: { ...tls, ca: resolved(tls.ca) } }),
  };
}
