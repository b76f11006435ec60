import { execFile } from 'node:child_process';
import { generateKeyPairSync, type KeyPairKeyObjectResult } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect } from 'vitest';
import type { z } from 'zod';
import type { labConfigSchema } from '../../src/laboratory/config.ts';
import { openPapers, type Papers, type Printers } from '../../src/publish/papers.ts';
import { checkBundle } from '../../src/publish/verify/bundle.ts';
import { checkFile } from '../../src/publish/verify/file.ts';
import type { ReportDoc } from '../../src/store/documents.ts';
import { openTestLaboratory, type TestLaboratory } from '../laboratory.ts';
import type { KeyFolder } from './signed-laboratory.ts';

const run = promisify(execFile);

/** Key pairs of each kind that is taken, made once. */
export const pairs = {
  ES256: () => generateKeyPairSync('ec', { namedCurve: 'P-256' }),
  ES384: () => generateKeyPairSync('ec', { namedCurve: 'P-384' }),
  RS256: () => generateKeyPairSync('rsa', { modulusLength: 2048 }),
} as const satisfies Record<string, () => KeyPairKeyObjectResult>;

/** A laboratory in which the technician `lan` signs with a key of `place`. */
export interface SigningLaboratory extends TestLaboratory {
  readonly papers: Papers;
  /** Release a report and sign what is due. */
  sign(accession: string): Promise<ReportDoc>;
}

type Place = NonNullable<NonNullable<z.input<typeof labConfigSchema>['signing']>['keys']>[number];

export async function signingLaboratory(
  keys: KeyFolder,
  place: Omit<Place, 'user'>,
  printers: Printers,
): Promise<SigningLaboratory> {
  const laboratory = await openTestLaboratory({
    signing: { trust: [keys.trustFile], revocation: 'off', keys: [{ user: 'lan', ...place }] },
  });
  const papers = openPapers(laboratory.lab, printers);
  return {
    ...laboratory,
    papers,
    async sign(accession) {
      const report = await laboratory.release({ accession, orders: ['GLU'] }, { GLU: '7.10' });
      await papers.signDue();
      return report;
    },
    async close() {
      await papers.close();
      await laboratory.close();
    },
  };
}

/** What we and others make of a signed report: PDF and Bundle verify, one changed bit does not; `pdfsig` agrees where it is. */
export async function expectVerified(
  { lab, papers }: SigningLaboratory,
  report: ReportDoc,
  keys: KeyFolder,
  signer: string,
  algorithm: string,
): Promise<void> {
  const state = await lab.collections.signings.findOne({ _id: report._id });
  expect(state).toMatchObject({ state: 'signed', signer });
  const pdf = await papers.pdf(report, 'vi');
  const now = new Date();
  expect(checkFile(pdf, keys.anchors, now)).toMatchObject({ intact: true, trusted: true, signatures: [{ signer }] });
  const bent = Uint8Array.from(pdf);
  bent[400] = (bent[400] ?? 0) ^ 1;
  expect(checkFile(bent, keys.anchors, now).intact).toBe(false);
  const document = await papers.document(report);
  expect(checkBundle(Buffer.from(document, 'utf8'), keys.anchors, now).verdict).toMatchObject({ trusted: true });
  const jws = Buffer.from(JSON.parse(document).signature.data, 'base64').toString('latin1');
  expect(JSON.parse(Buffer.from(jws.split('.')[0] ?? '', 'base64url').toString('utf8')).alg).toBe(algorithm);
  if (existsSync('/usr/bin/pdfsig')) await expectPdfsig(pdf, signer);
}

async function expectPdfsig(pdf: Uint8Array, signer: string): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'cuvette-pdfsig-'));
  try {
    const file = join(folder, 'report.pdf');
    await writeFile(file, pdf);
    const { stdout } = await run('/usr/bin/pdfsig', ['-nocert', file]);
    expect(stdout).toContain('Signature is Valid');
    expect(stdout.normalize('NFC')).toContain(signer);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
