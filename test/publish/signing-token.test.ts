import { execFileSync } from 'node:child_process';
import type { KeyPairKeyObjectResult } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { openPrinters } from '../../src/publish/papers.ts';
import { openSite } from '../journeys/harness.ts';
import { run } from '../journeys/product.ts';
import { type KeyFolder, openKeyFolder } from './signed-laboratory.ts';
import { expectVerified, pairs, type SigningLaboratory, signingLaboratory } from './signing-places.ts';

/** SoftHSM2 (Debian: softhsm2): a token made of software, behind the same library calls as a real one. */
const softHsm = ['/usr/lib/softhsm/libsofthsm2.so', '/usr/lib/x86_64-linux-gnu/softhsm/libsofthsm2.so'].find((each) =>
  existsSync(each),
);

function pkcs11Package(): unknown {
  try {
    return createRequire(import.meta.url)('pkcs11js');
  } catch {
    return null;
  }
}
const missing =
  softHsm === undefined
    ? 'SoftHSM2 is not installed (apt-get install softhsm2)'
    : pkcs11Package() === null
      ? 'the optional package pkcs11js was not compiled here'
      : null;

// A report is printed twice and signed five times in each.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });
const printers = openPrinters();
const name = 'Đỗ Thị Khóa';
const pin = 'số 4711';
let folder = '';
let keys: KeyFolder;
let laboratory: SigningLaboratory | undefined;

beforeAll(async () => {
  keys = await openKeyFolder();
  folder = await mkdtemp(join(tmpdir(), 'cuvette-token-'));
  await mkdir(join(folder, 'tokens'));
  const config = join(folder, 'softhsm2.conf');
  await writeFile(config, `directories.tokendir = ${join(folder, 'tokens')}\nobjectstore.backend = file\n`);
  process.env.SOFTHSM2_CONF = config;
  await writeFile(join(folder, 'pin.txt'), `${pin}\n`);
  if (missing !== null) return;
  // All at once: SoftHSM looks for tokens when the library is initialised.
  for (const [algorithm, make] of Object.entries(pairs)) await makeToken(`T-${algorithm}`, make());
});
afterEach(async () => {
  await laboratory?.close();
  laboratory = undefined;
});
afterAll(async () => {
  await keys.close();
  await printers.close();
  await rm(folder, { recursive: true, force: true });
});

const util = (...words: string[]): void => void execFileSync('softhsm2-util', words, { stdio: 'pipe' });

/** A token with one key and the certificates above it, written as a provider writes it. */
async function makeToken(label: string, made: KeyPairKeyObjectResult): Promise<void> {
  const below = keys.root.below('CA của thiết bị');
  const identity = below.issue(name, { keys: made });
  util('--init-token', '--free', '--label', label, '--so-pin', '12345678', '--pin', pin);
  const pem = join(folder, `${label}.pem`);
  await writeFile(pem, made.privateKey.export({ format: 'pem', type: 'pkcs8' }));
  util('--import', pem, '--token', label, '--label', 'ký số', '--id', 'A1', '--pin', pin);
  await writeCertificates(label, [
    [identity.raw, 'a1'],
    [below.raw, 'c1'],
  ]);
}

/** With the library's own calls: softhsm2-util writes no certificates. */
async function writeCertificates(label: string, certificates: readonly (readonly [Uint8Array, string])[]) {
  for (const [raw, id] of certificates) {
    const file = join(folder, `${label}-${id}.der`);
    await writeFile(file, raw);
    execFileSync(
      process.execPath,
      [
        '--input-type=commonjs',
        '-e',
        `const { PKCS11 } = require('pkcs11js'); const [module_, label, pin, file, id] = process.argv.slice(1);
         const p = new PKCS11(); p.load(module_); p.C_Initialize();
         const slot = p.C_GetSlotList(true).find((each) => p.C_GetTokenInfo(each).label.trim() === label);
         const session = p.C_OpenSession(slot, 6); p.C_Login(session, 1, pin);
         const { subject } = new (require('node:crypto').X509Certificate)(require('node:fs').readFileSync(file));
         p.C_CreateObject(session, [{ type: 0, value: 1 }, { type: 0x80, value: 0 }, { type: 1, value: true },
           { type: 3, value: Buffer.from('cert ' + id) }, { type: 0x101, value: Buffer.from(subject) },
           { type: 0x102, value: Buffer.from(id, 'hex') }, { type: 0x11, value: require('node:fs').readFileSync(file) }]);
         p.C_Logout(session); p.C_CloseSession(session); p.C_Finalize();`,
        softHsm ?? '',
        label,
        pin,
        file,
        id,
      ],
      { stdio: 'pipe' },
    );
  }
}

async function open(token: string, more: { key?: string; pinFile?: string } = {}): Promise<SigningLaboratory> {
  laboratory = await signingLaboratory(
    keys,
    { pkcs11: { module: softHsm ?? '', token, pinFile: join(folder, 'pin.txt'), ...more } },
    printers,
  );
  return laboratory;
}

const reasonOf = async (lab: SigningLaboratory): Promise<string> => {
  const report = await lab.sign('A1');
  return (await lab.lab.collections.signings.findOne({ _id: report._id }))?.reason ?? '';
};

describe.skipIf(missing !== null)(`a key on a token${missing === null ? '' : `, not tested: ${missing}`}`, () => {
  test.each(['ES256', 'ES384', 'RS256'] as const)('signs with %s, and the report verifies', async (algorithm) => {
    const lab = await open(`T-${algorithm}`);
    await expectVerified(lab, await lab.sign('A1'), keys, name, algorithm);
    // The session stays; a second report needs no second login.
    await expectVerified(lab, await lab.sign('A2'), keys, name, algorithm);
  });

  test('is found by label or id, and what is not there is told', async () => {
    await expectVerified(
      await open('T-ES384', { key: 'ký số' }),
      (await laboratory?.sign('A1')) ?? never(),
      keys,
      name,
      'ES384',
    );
    await laboratory?.close();
    await expectVerified(
      await open('T-ES384', { key: 'id:a1' }),
      (await laboratory?.sign('A1')) ?? never(),
      keys,
      name,
      'ES384',
    );
    await laboratory?.close();
    expect(await reasonOf(await open('T-ES384', { key: 'other' }))).toContain('holds no key other');
    await laboratory?.close();
    expect(await reasonOf(await open('nowhere'))).toMatch(/no such token is in it; there: .*T-ES384/);
  });

  test('a PIN that is refused is told, and the right one is taken once it stands in the file', async () => {
    const pinFile = join(folder, 'changing.txt');
    await writeFile(pinFile, '0000\n');
    const lab = await open('T-RS256', { pinFile });
    expect(await reasonOf(lab)).toContain('refuses its PIN');
    const [report] = await lab.lab.collections.reports.find({ accession: 'A1' }).toArray();
    await writeFile(pinFile, `${pin}\n`);
    await lab.papers.document(report ?? never());
    await expectVerified(lab, report ?? never(), keys, name, 'RS256');
  });

  test('the product itself signs with it, and `cuvette verify` tells the signer', async () => {
    const site = await openSite({
      staff: ['technician'],
      environment: { SOFTHSM2_CONF: process.env.SOFTHSM2_CONF ?? '' },
      lab: [
        'undoSeconds: 0',
        'signing:',
        `  trust: [${keys.trustFile}]`,
        '  revocation: off',
        `  keys: [{ user: technician, pkcs11: { module: ${softHsm}, token: T-ES256, pinFile: ${join(folder, 'pin.txt')} } }]`,
      ].join('\n'),
    });
    try {
      const product = await site.start();
      const technician = await product.as('technician');
      await technician.post('/api/specimens', {
        accession: 'A1',
        patient: { id: 'BN1', name: 'Lê Thị Hoa', sex: 'female', birthDate: '1970-01-01' },
        orders: ['GLU'],
        collectedAt: new Date(Date.now() - 3_600_000).toISOString(),
      });
      await technician.post('/api/specimens/A1/observations', { observations: [{ analyte: 'GLU', value: '5.10' }] });
      const { body } = await technician.get('/api/specimens/A1');
      const observations = body.observations.map(({ id, version, alerts }: Waiting) => ({
        id,
        version,
        acknowledge: alerts,
      }));
      const verified = await technician.post('/api/specimens/A1/verify', { observations, ownEntryReason: 'alone' });
      expect(verified.status).toBe(200);
      const answer = await fetch(`${product.url}/api/reports/A1-v1.pdf?lang=vi`, { headers: technician.credentials });
      expect(answer.status).toBe(200);
      const file = join(folder, 'product.pdf');
      await writeFile(file, Buffer.from(await answer.arrayBuffer()));
      const checked = await run(['verify', file, '--trust', keys.trustFile]);
      expect([checked.code, checked.stdout]).toEqual([0, expect.stringContaining(name)]);
    } finally {
      await site.close();
    }
  });
});

test('a library that is not there is told in words of the table, and the report waits', async () => {
  laboratory = await signingLaboratory(
    keys,
    { pkcs11: { module: '/nowhere/token.so', pinFile: join(folder, 'pin.txt') } },
    printers,
  );
  const reason = await reasonOf(laboratory);
  expect(reason).toMatch(/^The token behind \/nowhere\/token\.so can not be used: /);
  expect(reason).not.toContain(pin);
});

interface Waiting {
  readonly id: string;
  readonly version: number;
  readonly alerts: readonly string[];
}

function never(): never {
  throw new Error('not there');
}
