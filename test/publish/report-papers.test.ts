import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createUser } from '../../src/api/auth/users.ts';
import { checkPdf } from '../../src/publish/verify/pdf.ts';
import { openTestLaboratory, type TestLaboratory } from '../laboratory.ts';
import { faultsOf } from './fhir-validation.ts';
import { type KeyFolder, openKeyFolder } from './signed-laboratory.ts';

let keys: KeyFolder;
let signing: TestLaboratory;
let plain: TestLaboratory;
let app: FastifyInstance;
let plainApp: FastifyInstance;
let bearer: { authorization: string };
let plainBearer: { authorization: string };

beforeAll(async () => {
  keys = await openKeyFolder();
  const lan = await keys.person('lan', 'Phạm Thị Lan');
  signing = await openTestLaboratory({ signing: { trust: [keys.trustFile], revocation: 'off', keys: [lan] } });
  plain = await openTestLaboratory();
  app = await signing.app();
  plainApp = await plain.app();
  bearer = await signing.bearer('system/*.rs');
  plainBearer = await plain.bearer('system/*.rs');
});
afterAll(async () => {
  await signing.close();
  await plain.close();
  await keys.close();
});

describe('papers of a report', () => {
  it('an unsigned one is printed, and is the same bytes also after the head of the paper changed', async () => {
    const { _id } = await plain.release({}, { GLU: '5.10' });
    const first = await plainApp.inject({ url: `/api/reports/${_id}.pdf?lang=vi`, headers: plainBearer });
    expect(first.statusCode).toBe(200);
    expect(first.headers['content-type']).toBe('application/pdf');
    const other = await plain.app({
      lab: { ...plain.lab, config: { ...plain.lab.config, lab: { ...plain.lab.config.lab, name: 'Khác' } } },
    });
    const again = await other.inject({ url: `/api/reports/${_id}.pdf?lang=vi`, headers: plainBearer });
    expect(again.rawPayload.equals(first.rawPayload)).toBe(true);
    const english = await plainApp.inject({ url: `/api/reports/${_id}.pdf?lang=en`, headers: plainBearer });
    expect(english.statusCode).toBe(200);
    expect(english.rawPayload.equals(first.rawPayload)).toBe(false);
    const document = await plainApp.inject({ url: `/api/reports/${_id}/document`, headers: plainBearer });
    expect(document.statusCode).toBe(409);
    expect(document.json().code).toBe('REPORT_UNSIGNED');
  });

  it('needs credentials with the scope, and a language that is one', async () => {
    const { _id } = await plain.release({}, { GLU: '5.1' });
    expect((await plainApp.inject({ url: `/api/reports/${_id}.pdf` })).statusCode).toBe(401);
    const narrow = await plain.bearer('system/Patient.rs');
    expect((await plainApp.inject({ url: `/api/reports/${_id}.pdf`, headers: narrow })).statusCode).toBe(403);
    expect((await plainApp.inject({ url: `/api/reports/${_id}.pdf?lang=fr`, headers: plainBearer })).statusCode).toBe(
      400,
    );
    expect((await plainApp.inject({ url: '/api/reports/nothing-v1.pdf', headers: plainBearer })).statusCode).toBe(404);
  });

  it('is signed with the key of who released it, in both languages, and once', async () => {
    const { _id } = await signing.release({}, { GLU: '7.10', CREA: '80' });
    const pdfs = await Promise.all(
      ['vi', 'en', 'vi'].map((lang) => app.inject({ url: `/api/reports/${_id}.pdf?lang=${lang}`, headers: bearer })),
    );
    for (const { rawPayload } of pdfs) {
      const verdict = checkPdf(rawPayload, keys.anchors, new Date());
      expect(verdict).toMatchObject({ intact: true, trusted: true, signatures: [{ signer: 'Phạm Thị Lan' }] });
    }
    expect(pdfs[2]?.rawPayload.equals(pdfs[0]?.rawPayload ?? Buffer.alloc(0))).toBe(true);
    expect(await signing.lab.collections.signings.findOne({ _id })).toMatchObject({ state: 'signed', level: 'B-B' });
  });

  it('has a signed document Bundle that is valid FHIR and carries the signed PDF', async () => {
    const { _id } = await signing.release({}, { GLU: '7.10', CREA: '80' });
    const answer = await app.inject({ url: `/api/reports/${_id}/document`, headers: bearer });
    expect(answer.statusCode).toBe(200);
    expect(answer.headers['content-type']).toContain('application/fhir+json');
    expect(faultsOf(answer.payload)).toEqual([]);
    expect(answer.payload).toContain('"value":7.10');
    const bundle = answer.json();
    const pdf = await app.inject({ url: `/api/reports/${_id}.pdf?lang=vi`, headers: bearer });
    expect(bundle.entry[1].resource.presentedForm[0].data).toBe(pdf.rawPayload.toString('base64'));
    expect(bundle.signature.sigFormat).toBe('application/jose');
  });

  it('prints many reports in one file', async () => {
    const reports = [await plain.release({}, { GLU: '5.1' }), await plain.release({}, { CREA: '70' })];
    const password = 'Nui-Cao-Bien-Rong-42';
    await createUser(plain.lab, { username: 'hoa', password, role: 'technician' });
    const signIn = { username: 'hoa', password };
    const session = await plainApp.inject({ method: 'POST', url: '/api/session', payload: signIn });
    const headers = { cookie: String(session.headers['set-cookie']).split(';')[0] ?? '' };
    const payload = { reports: reports.map(({ _id }) => _id), lang: 'vi' };
    const print = { method: 'POST', url: '/api/reports/print', payload } as const;
    expect((await plainApp.inject({ ...print, headers: plainBearer })).statusCode).toBe(403);
    const answer = await plainApp.inject({ ...print, headers });
    expect(answer.statusCode).toBe(200);
    expect(answer.rawPayload.subarray(0, 5).toString()).toBe('%PDF-');
  });
});
