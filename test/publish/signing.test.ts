import { X509Certificate } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Authority, createAuthority, type Identity } from '../../src/cli/demo/authority.ts';
import { writeKeyStore } from '../../src/cli/demo/key-store.ts';
import { drawReports } from '../../src/publish/paper/report.ts';
import { signPdf } from '../../src/publish/signing/pades.ts';
import { fileKey, type SigningKey } from '../../src/publish/signing/port.ts';
import { checkPdf } from '../../src/publish/verify/pdf.ts';
import { samplePaper, sampleReport } from './sample-paper.ts';

let folder: string;
let root: Authority;
let doctor: Identity;
let key: SigningKey;
let anchors: X509Certificate[];
let signed: Uint8Array;
const now = new Date();

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cuvette-sign-'));
  root = createAuthority('CA gốc thử nghiệm');
  const below = root.below('CA cấp dưới');
  doctor = below.issue('Lê Quang Minh');
  await writeFile(join(folder, 'minh.p12'), writeKeyStore(doctor.key, [doctor.raw, below.raw], 'mật khẩu'));
  await writeFile(join(folder, 'minh.txt'), 'mật khẩu\n');
  anchors = [new X509Certificate(root.pem)];
  key = fileKey({ pkcs12: join(folder, 'minh.p12'), passwordFile: join(folder, 'minh.txt') }, anchors, now);
  const pdf = await drawReports([samplePaper(sampleReport(), { signer: 'Lê Quang Minh' })]);
  ({ pdf: signed } = await signPdf(pdf, {
    key,
    name: 'Lê Quang Minh',
    reason: 'Duyệt kết quả xét nghiệm',
    location: 'Khoa Xét nghiệm',
    at: now,
    timestamper: null,
  }));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('a signed PDF', () => {
  it('is intact, trusted, and says who signed', () => {
    const verdict = checkPdf(signed, anchors, now);
    expect(verdict).toMatchObject({ intact: true, trusted: true });
    expect(verdict.signatures[0]).toMatchObject({ signer: 'Lê Quang Minh', authority: 'CA gốc thử nghiệm' });
  });
});
