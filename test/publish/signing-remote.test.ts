import type { KeyPairKeyObjectResult } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { readConfig } from '../../src/cli/config-file.ts';
import { openPrinters } from '../../src/publish/papers.ts';
import { account, type RemoteCredential, type RemoteSigner, startRemoteSigner } from './remote-signer.ts';
import { type KeyFolder, openKeyFolder } from './signed-laboratory.ts';
import { expectVerified, pairs, type SigningLaboratory, signingLaboratory } from './signing-places.ts';

// A report is printed twice and signed five times in each.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });
const printers = openPrinters();
const name = 'Trần Văn Ký';
let keys: KeyFolder;
let signer: RemoteSigner;
let laboratory: SigningLaboratory | undefined;

beforeAll(async () => {
  keys = await openKeyFolder();
  for (const [file, secret] of [
    ['password.txt', account.password],
    ['client.txt', account.clientSecret],
    ['pin.txt', '4711'],
    ['wrong-pin.txt', '0000'],
  ] as const)
    await writeFile(join(keys.folder, file), `${secret}\n`);
});
afterAll(async () => {
  await keys.close();
  await printers.close();
});
beforeEach(async () => {
  signer = await startRemoteSigner();
});
afterEach(async () => {
  await laboratory?.close();
  laboratory = undefined;
  signer.close();
});

const file = (each: string): string => join(keys.folder, each);

function credential(made: KeyPairKeyObjectResult, more: Partial<RemoteCredential> = {}): RemoteCredential {
  const below = keys.root.below('CA ký số từ xa');
  const identity = below.issue(name, { keys: made });
  return { keys: made, certificates: [identity.raw, below.raw], algo: [], ...more };
}

async function open(version: 1 | 2, more: Readonly<Record<string, unknown>> = {}): Promise<SigningLaboratory> {
  laboratory = await signingLaboratory(
    keys,
    {
      remote: {
        url: signer.url(version),
        auth: { username: account.username, passwordFile: file('password.txt') },
        timeoutSeconds: 5,
        ...more,
      },
    },
    printers,
  );
  return laboratory;
}

const waits = async (lab: SigningLaboratory, accession: string): Promise<string> => {
  const report = await lab.sign(accession);
  const state = await lab.lab.collections.signings.findOne({ _id: report._id });
  expect(state?.state).toBe('waiting');
  return state?.reason ?? '';
};

test.each([
  ['ES256', 1, pairs.ES256, {}],
  ['RS256', 2, pairs.RS256, { pin: '4711' }],
  ['PS256', 1, pairs.RS256, { algo: ['1.2.840.113549.1.1.10'], pin: '4711' }],
  ['PS256', 2, pairs.RS256, { algo: ['1.2.840.113549.1.1.10'] }],
] as const)(
  'a report is signed at a remote signer with %s (version %i), and verifies',
  async (algorithm, version, make, more) => {
    signer.credentials.set('c-1', credential(make(), more));
    const lab = await open(version, { pinFile: file('pin.txt') });
    const report = await lab.sign('A1');
    await expectVerified(lab, report, keys, name, algorithm);
    // Two PDFs, the document, the seal, one code on the paper: nothing is signed to be thrown away.
    expect(signer.calls.filter(({ method }) => method === 'signatures/signHash')).toHaveLength(5);
  },
);

test('client credentials serve too, and a token that is not taken any more is fetched anew', async () => {
  signer.credentials.set('c-1', credential(pairs.ES256()));
  const tokenUrl = signer.url(1).replace('/csc/v1', '/oauth2/token');
  const lab = await open(1, { auth: { tokenUrl, clientId: 'lab', clientSecretFile: file('client.txt') } });
  await lab.sign('A1');
  signer.expire();
  const report = await lab.sign('A2');
  await expectVerified(lab, report, keys, name, 'ES256');
});

test('a PIN that is refused is given once, not until the credential is locked', async () => {
  signer.credentials.set('c-1', credential(pairs.ES256(), { pin: '4711' }));
  const lab = await open(1, { pinFile: file('wrong-pin.txt') });
  expect(await waits(lab, 'A1')).toContain('refuses its PIN');
  await waits(lab, 'A2');
  await waits(lab, 'A3');
  const given = signer.calls.filter(({ method }) => method === 'credentials/authorize');
  expect(given).toHaveLength(1);
});

test.each([
  ['hang', 'no answer in time'],
  ['500', 'answered 500 server_error'],
  ['noise', 'form that is not known'],
  ['other key', "does not fit the certificate's key"],
] as const)(
  'a signer that answers wrongly (%s) signs nothing; the report waits and is signed later',
  async (wrong, words) => {
    signer.credentials.set('c-1', credential(pairs.ES256()));
    signer.credentials.set('c-2', credential(pairs.ES256()));
    const lab = await open(1, { credential: 'c-1', timeoutSeconds: 0.5 });
    signer.behaviour = wrong;
    const report = await lab.sign('A1');
    const state = await lab.lab.collections.signings.findOne({ _id: report._id });
    expect(state).toMatchObject({ state: 'waiting' });
    expect(state?.reason).toContain(words);
    signer.behaviour = 'sign';
    await lab.papers.document(report);
    await expectVerified(lab, report, keys, name, 'ES256');
  },
);

test.each([
  [{ otp: true }, {}, 'one-time password'],
  [{ keyStatus: 'disabled' }, {}, 'key is disabled'],
  [{ pin: '4711' }, {}, 'name its pinFile'],
  [{}, { credential: 'none' }, 'credentials/info answered 400 invalid_request'],
] as const)('what can not sign unattended says so: %j %j', async (more, config, words) => {
  signer.credentials.set('c-1', credential(pairs.ES256(), more));
  expect(await waits(await open(1, config), 'A1')).toContain(words);
});

test('several credentials and none named: the reason names them', async () => {
  signer.credentials.set('c-1', credential(pairs.ES256()));
  signer.credentials.set('c-2', credential(pairs.ES256()));
  expect(await waits(await open(1), 'A1')).toContain('c-1, c-2');
});

test('no secret is in a reason, a log line or the configuration', async () => {
  signer.credentials.set('c-1', credential(pairs.ES256(), { pin: '4711' }));
  const lab = await open(1, { pinFile: file('wrong-pin.txt') });
  const reason = await waits(lab, 'A1');
  const seen = JSON.stringify([reason, lab.lab.config]);
  for (const secret of [account.password, '0000', 'token-1']) expect(seen).not.toContain(secret);
});

test.each([
  ['keys: [{ user: a }]', 'signing.keys[0]', 'exactly one of pkcs12, pkcs11 and remote'],
  ['keys: [{ user: a, pkcs12: a.p12 }]', 'signing.keys[0].passwordFile', 'go together'],
  [
    'keys: [{ user: a, remote: { url: "http://signer.example/csc/v1", auth: { tokenFile: t } } }]',
    'signing.keys[0].remote.url',
    'https:',
  ],
  [
    'keys: [{ user: a, remote: { url: "https://signer.example/csc", auth: { tokenFile: t } } }]',
    'signing.keys[0].remote.url',
    '/v1 or /v2',
  ],
  [
    'keys: [{ user: a, remote: { url: "https://signer.example/csc/v1", auth: { pin: "1234" } } }]',
    'signing.keys[0].remote.auth',
    'tokenFile',
  ],
  ['keys: [{ user: a, pkcs11: { module: m.so, pin: "1234" } }]', 'signing.keys[0].pkcs11', 'pin'],
])('lab.yaml with %s is refused with words', (yaml, key, words) => {
  const { problems } = readConfig(`signing:\n  ${yaml}\n`, '/etc/cuvette');
  const found = problems.map((each) => `${each.key}: ${each.detail}`).join('\n');
  expect(found).toContain(key);
  expect(found).toContain(words);
});
