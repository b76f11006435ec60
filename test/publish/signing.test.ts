import { createPublicKey, X509Certificate } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import canonicalize from 'canonicalize';
import { compactVerify, flattenedVerify, importX509 } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Identity } from '../../src/cli/demo/authority.ts';
import { drawReports } from '../../src/publish/paper/report.ts';
import { openPapers, openPrinters, type Papers } from '../../src/publish/papers.ts';
import { makeCard } from '../../src/publish/signing/card.ts';
import { signPdf } from '../../src/publish/signing/pades.ts';
import { fileKey, type SigningKey } from '../../src/publish/signing/port.ts';
import { httpTimestamper } from '../../src/publish/signing/timestamp.ts';
import { checkBundle } from '../../src/publish/verify/bundle.ts';
import { checkFile } from '../../src/publish/verify/file.ts';
import { checkPdf } from '../../src/publish/verify/pdf.ts';
import type { ReportDoc } from '../../src/store/documents.ts';
import { openTestLaboratory, type TestLaboratory } from '../laboratory.ts';
import { type AuthorityServer, asksList, asksOcsp, serialOf, stampsTime, startAuthorityServer } from './authorities.ts';
import { sampleObservation, samplePaper, sampleReport } from './sample-paper.ts';
import { type KeyFolder, openKeyFolder } from './signed-laboratory.ts';

let keys: KeyFolder;
let key: SigningKey;
let pdf: Uint8Array;
let signed: Uint8Array;
let server: AuthorityServer;
let tsa: Identity;
const printers = openPrinters();
const now = new Date();
const facts = { name: 'Lê Quang Minh', reason: 'Duyệt kết quả xét nghiệm', location: 'Khoa Xét nghiệm', at: now };

beforeAll(async () => {
  keys = await openKeyFolder();
  key = fileKey(await keys.person('minh', 'Lê Quang Minh'), keys.anchors, now);
  pdf = await drawReports([samplePaper(sampleReport(), { signer: 'Lê Quang Minh' })]);
  ({ pdf: signed } = await signPdf(pdf, { ...facts, key, timestamper: null }));
  tsa = keys.root.issue('Dịch vụ dấu thời gian', { extensions: [stampsTime()] });
  server = await startAuthorityServer(keys.root, tsa);
});
afterAll(async () => {
  await server.close();
  await keys.close();
  await printers.close();
});

/** Every bit of a range, or a seeded few of a long one. */
function* bitsOf(from: number, to: number, most: number): Generator<[at: number, bit: number]> {
  const all = (to - from) * 8;
  const step = Math.max(1, Math.floor(all / most));
  // A step that is odd walks through all eight positions of a byte.
  for (let index = 0; index < all; index += step | 1) yield [from + (index >> 3), index & 7];
}

function flipped(bytes: Uint8Array, at: number, bit: number): Uint8Array {
  const copy = bytes.slice();
  copy[at] = (copy[at] ?? 0) ^ (1 << bit);
  return copy;
}

describe('a signed PDF', () => {
  it('is intact, trusted, and says who signed', () => {
    expect(checkPdf(signed, keys.anchors, now)).toMatchObject({
      intact: true,
      trusted: true,
      signatures: [{ signer: 'Lê Quang Minh', authority: 'CA gốc thử nghiệm', time: 'signer' }],
    });
  });

  it('is not trusted without the authority, or after the certificate has expired', () => {
    expect(checkPdf(signed, [], now)).toMatchObject({ intact: true, trusted: false });
    const later = new Date(now.getTime() + 400 * 86_400_000);
    const verdict = checkPdf(signed, keys.anchors, later);
    expect(verdict).toMatchObject({ intact: true, trusted: false });
    expect(verdict.reason).toContain('expired');
  });

  it('with one bit changed anywhere is refused: in the report, in the signature, in the hexadecimal around it', () => {
    const text = Buffer.from(signed).toString('latin1');
    const gap = text.indexOf('/Contents <') + '/Contents '.length;
    const end = text.indexOf('>', gap) + 1;
    const places = [...bitsOf(0, gap, 120), ...bitsOf(gap, gap + 3400, 500), ...bitsOf(end - 40, signed.length, 120)];
    for (const [at, bit] of places) {
      const verdict = checkPdf(flipped(signed, at, bit), keys.anchors, now);
      expect([at, bit, verdict.intact && verdict.trusted]).toEqual([at, bit, false]);
    }
  });

  it('with something appended after the signature is told', () => {
    for (const tail of ['\n', '\n%comment', '\n1 0 obj\n<< >>\nendobj\n']) {
      const verdict = checkPdf(Buffer.concat([signed, Buffer.from(tail)]), keys.anchors, now);
      expect(verdict).toMatchObject({ intact: false, reason: 'something was appended after it was signed' });
    }
  });

  it('without a signature, or none at all, is refused and never crashes the check', () => {
    expect(checkPdf(pdf, keys.anchors, now)).toMatchObject({ intact: false, reason: 'it carries no signature' });
    for (const junk of ['%PDF-1.7', '%PDF-1.7 /ByteRange [0 1 2 3]', '%PDF /ByteRange [0 99999 999999 1]', '']) {
      expect(checkFile(Buffer.from(junk), keys.anchors, now).intact).toBe(false);
    }
  });
});

describe('a time stamp', () => {
  const timestamper = () => httpTimestamper({ url: `${server.url}/tsa`, timeoutSeconds: 5 }, () => undefined);

  it('proves the time, so that the signature is trusted after the certificate has expired', async () => {
    const stamped = await signPdf(pdf, { ...facts, key, timestamper: timestamper() });
    expect(stamped.timestamped).toBe(true);
    expect(checkPdf(stamped.pdf, keys.anchors, now).signatures[0]?.time).toBe('authority');
    const later = new Date(now.getTime() + 364.5 * 86_400_000);
    expect(checkPdf(stamped.pdf, keys.anchors, later)).toMatchObject({ intact: true });
  });

  it('with a bit changed is refused', async () => {
    const stamped = await signPdf(pdf, { ...facts, key, timestamper: timestamper() });
    const text = Buffer.from(stamped.pdf).toString('latin1');
    const gap = text.indexOf('/Contents <') + '/Contents '.length;
    const end = text.indexOf('000000000000', gap);
    for (const [at, bit] of bitsOf(gap + 2600, end, 250)) {
      const verdict = checkPdf(flipped(stamped.pdf, at, bit), keys.anchors, now);
      expect([at - gap, bit, verdict.intact && verdict.trusted]).toEqual([at - gap, bit, false]);
    }
  });

  it('that can not be had, or does not hold, costs the level and never the signature', async () => {
    for (const mode of ['down', 'bent'] as const) {
      server.mode = mode;
      const plain = await signPdf(pdf, { ...facts, key, timestamper: timestamper() });
      server.mode = 'good';
      expect(plain.timestamped).toBe(false);
      expect(checkPdf(plain.pdf, keys.anchors, now)).toMatchObject({ intact: true, trusted: true });
    }
  });
});

describe('the key of a person', () => {
  it('is read from triple-DES files too, and refused with words for a wrong password', async () => {
    const place = await keys.person('an', 'Trần An');
    expect(fileKey(place, keys.anchors, now).algorithm).toBe('ES256');
    await writeFile(place.passwordFile, 'wrong');
    expect(() => fileKey(place, keys.anchors, now)).toThrow(/password is wrong/);
    await writeFile(place.pkcs12, 'nothing');
    expect(() => fileKey(place, keys.anchors, now)).toThrow(/can not be used/);
    expect(() => fileKey({ ...place, pkcs12: join(keys.folder, 'none') }, keys.anchors, now)).toThrow(
      /can not be used/,
    );
  });
});

describe('asking the authority before signing', () => {
  const open: { close(): Promise<void> }[] = [];
  afterAll(async () => {
    for (const each of open) await each.close();
  });

  async function sign(
    extensions: readonly ReturnType<typeof asksOcsp>[],
    revocation: 'soft' | 'hard',
    revoke = false,
  ): Promise<{ laboratory: TestLaboratory; papers: Papers; report: ReportDoc }> {
    const identity = keys.root.issue('Phạm Thị Lan', { extensions });
    if (revoke) server.revoked.add(serialOf(identity.raw));
    const place = await keys.person('lan', 'unused');
    const { writeKeyStore } = await import('../../src/cli/demo/key-store.ts');
    await writeFile(place.pkcs12, writeKeyStore(identity.key, [identity.raw], 'mật khẩu lan'));
    const laboratory = await openTestLaboratory({ signing: { trust: [keys.trustFile], revocation, keys: [place] } });
    const papers = openPapers(laboratory.lab, printers);
    open.push(papers, laboratory);
    return { laboratory, papers, report: await laboratory.release({}, { GLU: '5.10' }) };
  }
  const state = ({ lab }: TestLaboratory, { _id }: ReportDoc) => lab.collections.signings.findOne({ _id });

  it.each([
    ['OCSP', 'ocsp', () => asksOcsp(`${server.url}/ocsp`)],
    ['a revocation list', 'crl', () => asksList(`${server.url}/crl`)],
  ] as const)(
    'by %s keeps its answer with the signature, and a revoked certificate never signs',
    async (_name, source, asks) => {
      const good = await sign([asks()], 'hard');
      await good.papers.signDue();
      const done = await state(good.laboratory, good.report);
      expect(done).toMatchObject({ state: 'signed', evidence: [{ status: 'good', source }] });
      expect(done?.evidence?.[0]?.content?.length).toBeGreaterThan(50);
      const revoked = await sign([asks()], 'soft', true);
      await revoked.papers.signDue();
      expect(await state(revoked.laboratory, revoked.report)).toMatchObject({
        state: 'refused',
        reason: 'the certificate of Phạm Thị Lan is revoked',
      });
      const printed = await revoked.papers.pdf(revoked.report, 'vi');
      expect(checkPdf(printed, keys.anchors, now).reason).toBe('it carries no signature');
    },
  );

  it('when it can not be had waits with `hard`, and signs with `soft`', async () => {
    server.mode = 'down';
    const hard = await sign([asksOcsp(`${server.url}/ocsp`)], 'hard');
    expect(await hard.papers.signDue()).toBe(1);
    expect(await state(hard.laboratory, hard.report)).toMatchObject({ state: 'waiting', attempts: 1 });
    await expect(hard.papers.pdf(hard.report, 'vi')).rejects.toThrow(/waits for its signature/);
    const soft = await sign([asksOcsp(`${server.url}/ocsp`)], 'soft');
    await soft.papers.signDue();
    expect(await state(soft.laboratory, soft.report)).toMatchObject({
      state: 'signed',
      evidence: [{ status: 'unknown' }],
    });
    server.mode = 'bent';
    await hard.papers.document(hard.report).catch(() => undefined);
    expect(await state(hard.laboratory, hard.report)).toMatchObject({ state: 'waiting' });
    server.mode = 'good';
    await hard.papers.document(hard.report);
    expect(await state(hard.laboratory, hard.report)).toMatchObject({ state: 'signed' });
  });
});

describe('the signed document Bundle', () => {
  let laboratory: TestLaboratory;
  let papers: Papers;
  let report: ReportDoc;
  let document: string;
  beforeAll(async () => {
    const place = await keys.person('lan', 'Phạm Thị Lan');
    laboratory = await openTestLaboratory({ signing: { trust: [keys.trustFile], revocation: 'off', keys: [place] } });
    papers = openPapers(laboratory.lab, printers);
    report = await laboratory.release({}, { GLU: '7.10', CREA: '80.0' });
    document = await papers.document(report);
  });
  afterAll(async () => {
    await papers.close();
    await laboratory.close();
  });

  it('verifies with jose over the RFC 8785 form: empty payload, certificates with the leaf first, the time', async () => {
    const { signature, ...bundle } = JSON.parse(document);
    const jws = Buffer.from(signature.data, 'base64').toString('latin1');
    const [head = '', body, tail = ''] = jws.split('.');
    expect(body).toBe('');
    const header = JSON.parse(Buffer.from(head, 'base64url').toString('utf8'));
    expect(header).toMatchObject({ alg: 'ES256', sigT: signature.when });
    const pem = new X509Certificate(Buffer.from(header.x5c[0], 'base64')).toString();
    const payload = Buffer.from(canonicalize(bundle) ?? '').toString('base64url');
    const verified = await flattenedVerify(
      { protected: head, payload, signature: tail },
      await importX509(pem, 'ES256'),
    );
    expect(verified.protectedHeader?.alg).toBe('ES256');
    expect(signature.sigFormat).toBe('application/jose');
  });

  it('is refused with any bit of its values, codes, times or signature changed; trailing zeros are seen', () => {
    const raw = Buffer.from(document, 'utf8');
    expect(checkBundle(raw, keys.anchors, now).verdict).toMatchObject({ intact: true, trusted: true });
    const pdfStart = document.indexOf('"data":"');
    const pdfEnd = document.indexOf('"', pdfStart + 8);
    const tail = raw.lastIndexOf('"signature":');
    const places = [...bitsOf(0, pdfStart, 150), ...bitsOf(pdfEnd, tail, 250), ...bitsOf(tail, raw.length, 400)];
    for (const [at, bit] of places) {
      const { verdict } = checkBundle(flipped(raw, at, bit), keys.anchors, now);
      expect([at, bit, verdict.intact && verdict.trusted]).toEqual([at, bit, false]);
    }
    const shorter = document.replace('"value":7.10', '"value":7.1');
    expect(shorter).not.toBe(document);
    expect(checkBundle(Buffer.from(shorter), keys.anchors, now).verdict.reason).toContain('digits');
  });

  it('is made once: a second asking, also after a restart, gives the same text', async () => {
    expect(await papers.document(report)).toBe(document);
    const again = openPapers(laboratory.lab, printers);
    expect(await again.document(report)).toBe(document);
    await again.close();
  });

  it('goes on where a crash stopped it: parts that were kept stay as they are', async () => {
    const { papers: kept, signings } = laboratory.lab.collections;
    const before = await kept.findOne({ _id: `${report._id}.vi` });
    await kept.deleteMany({ _id: { $in: [`${report._id}.document`, `${report._id}.seal`] } });
    await signings.updateOne({ _id: report._id }, { $set: { state: 'waiting' } });
    await papers.signDue();
    const bundle = JSON.parse(await papers.document(report));
    const inside = Buffer.from(bundle.entry[1].resource.presentedForm[0].data, 'base64');
    expect(inside.equals(Buffer.from(before?.content ?? []))).toBe(true);
  });
});

describe('the QR code of a report', () => {
  it('is a SMART Health Card style JWS that a phone checks without a network', async () => {
    const lab = await openTestLaboratory();
    const card = await makeCard(key, sampleReport(), lab.lab.config, now);
    await lab.close();
    expect(card?.included).toBe(1);
    const raw = Buffer.from(card?.text ?? '');
    expect(checkFile(raw, keys.anchors.concat(key.intermediates), now)).toMatchObject({
      kind: 'code',
      intact: true,
      trusted: true,
      signatures: [{ signer: 'Lê Quang Minh' }],
    });
    const jws = (card?.text.slice(5).match(/\d\d/g) ?? [])
      .map((pair) => String.fromCharCode(Number(pair) + 45))
      .join('');
    const { payload } = await compactVerify(jws, createPublicKey(key.certificate.toString()));
    expect(payload.length).toBeGreaterThan(100);
    for (let at = 5; at < raw.length; at += 7) {
      const bent = Buffer.from(raw);
      bent[at] = bent[at] === 0x30 ? 0x31 : 0x30;
      if (bent.equals(raw)) continue;
      expect(checkFile(bent, keys.anchors.concat(key.intermediates), now).intact).toBe(false);
    }
  });

  it('holds of a long report what fits, from the first value', async () => {
    const lab = await openTestLaboratory();
    const observations = Array.from({ length: 80 }, (_, index) =>
      sampleObservation({ analyte: `T${index}`, value: String(index), loinc: `${1000 + index}-1` }),
    );
    const card = await makeCard(key, sampleReport({ observations }), lab.lab.config, now);
    await lab.close();
    expect(card?.included).toBeGreaterThan(5);
    expect(card?.included).toBeLessThan(80);
    expect(card?.text.length).toBeLessThan(4_500);
  });
});
