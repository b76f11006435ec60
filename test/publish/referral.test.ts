import type { FastifyInstance } from 'fastify';
import { unzipSync, zipSync } from 'fflate';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createUser } from '../../src/api/auth/users.ts';
import { writeFileRecipients } from '../../src/publish/recipients.ts';
import { openTestLaboratory, type TestLaboratory } from '../laboratory.ts';
import { type KeyFolder, openKeyFolder } from './signed-laboratory.ts';

let keys: KeyFolder;
let province: TestLaboratory;
let central: TestLaboratory;
let from: FastifyInstance;
let to: FastifyInstance;
let sender: { cookie: string };
let receiver: { cookie: string };

async function signIn(
  site: TestLaboratory,
  app: FastifyInstance,
  role: 'doctor' | 'technician',
): Promise<{ cookie: string }> {
  const password = 'Nui-Cao-Bien-Rong-42';
  await createUser(site.lab, { username: `bs-${role}`, password, role, name: 'Bác sĩ Minh' });
  const answer = await app.inject({
    method: 'POST',
    url: '/api/session',
    payload: { username: `bs-${role}`, password },
  });
  return { cookie: String(answer.headers['set-cookie']).split(';')[0] ?? '' };
}

beforeAll(async () => {
  keys = await openKeyFolder();
  const lan = await keys.person('lan', 'Phạm Thị Lan');
  province = await openTestLaboratory({
    lab: { id: '24001', name: 'Khoa Xét nghiệm Bắc Giang' },
    signing: { trust: [keys.trustFile], revocation: 'off', keys: [lan] },
    recipients: [
      { id: 'bach-mai', referral: true },
      { id: 'his', hl7: { connect: '127.0.0.1:1' } },
    ],
  });
  central = await openTestLaboratory({
    lab: { id: '01001', name: 'Bạch Mai' },
    signing: { trust: [keys.trustFile], revocation: 'off', keys: [] },
  });
  await writeFileRecipients(province.lab);
  from = await province.app();
  to = await central.app();
  sender = await signIn(province, from, 'doctor');
  receiver = await signIn(central, to, 'doctor');
});
afterAll(async () => {
  await province.close();
  await central.close();
  await keys.close();
});

async function refer(payload: Record<string, unknown>) {
  return from.inject({ method: 'POST', url: '/api/referrals', headers: sender, payload });
}
async function packageOf(accession: string): Promise<Buffer> {
  const made = await refer({ patient: 'BN001', recipient: 'bach-mai', accessions: [accession] });
  expect(made.statusCode).toBe(201);
  const zip = await from.inject({ url: `/api/referrals/${made.json().id}/package`, headers: sender });
  expect(zip.statusCode).toBe(200);
  expect(zip.headers['content-type']).toBe('application/zip');
  return zip.rawPayload;
}
async function take(zip: Uint8Array) {
  return to.inject({
    method: 'POST',
    url: '/api/referrals/import',
    headers: { ...receiver, 'content-type': 'application/zip' },
    payload: Buffer.from(zip),
  });
}

describe('a referral package', () => {
  it('is taken in as external results with their origin, once, and never as our own', async () => {
    const { accession } = await province.release({}, { GLU: '7.10', CREA: '80' });
    const zip = await packageOf(accession);
    expect(Object.keys(unzipSync(zip)).sort()).toEqual(
      ['.KetQuaXetNghiem.xml', '.TOMTAT_KQ.txt', '.json', '.pdf', '.seal.jws'].map((each) => `${accession}-v1${each}`),
    );
    const first = await take(zip);
    expect([first.statusCode, first.json()]).toEqual([200, { imported: 1 }]);
    expect((await take(zip)).json()).toEqual({ imported: 0 });
    const external = await to.inject({ url: '/api/external?patient=BN001', headers: receiver });
    expect(external.json().items).toMatchObject([
      {
        patient: { id: 'BN001', name: 'Nguyễn Thị Đào' },
        origin: { lab: { id: '24001', name: 'Khoa Xét nghiệm Bắc Giang' }, accession, version: 1 },
        signature: { state: 'valid', signer: 'Phạm Thị Lan' },
      },
    ]);
    const glucose = external.json().items[0].observations.find((each: { analyte: string }) => each.analyte === 'GLU');
    expect(glucose).toMatchObject({ value: '7.10', unit: 'mmol/L', flags: ['H'], status: 'final' });
    expect(glucose.validity).toMatchObject({ rule: '2026-08/chemistry' });
    expect((await to.inject({ url: `/api/specimens/${accession}`, headers: receiver })).statusCode).toBe(404);
    expect((await to.inject({ url: '/api/worklist', headers: receiver })).json().items).toEqual([]);
    const bearer = await central.bearer('system/*.rs');
    for (const type of ['DiagnosticReport', 'Observation', 'Patient', 'Specimen'])
      expect((await to.inject({ url: `/fhir/R4/${type}`, headers: bearer })).json().entry ?? []).toEqual([]);
  });

  it('with a newer version replaces the older one, and an older one changes nothing', async () => {
    const { accession } = await province.release({}, { GLU: '5.10' });
    const old = await packageOf(accession);
    await province.add(accession, { CREA: '90' });
    const fresh = await packageOf(accession);
    expect((await take(fresh)).json()).toEqual({ imported: 1 });
    expect((await take(old)).json()).toEqual({ imported: 0 });
    const { items } = (await to.inject({ url: '/api/external?patient=BN001', headers: receiver })).json();
    const own = items.filter((each: { origin: { accession: string } }) => each.origin.accession === accession);
    expect(own).toMatchObject([{ origin: { version: 2 } }]);
  });

  it('is refused when any part was changed, is missing or was added', async () => {
    const { accession } = await province.release({}, { GLU: '6.20' });
    const files = unzipSync(await packageOf(accession));
    const changed: Record<string, Uint8Array>[] = [{ ...files, 'note.txt': Buffer.from('hello') }];
    for (const [name, content] of Object.entries(files)) {
      const bent = content.slice();
      const at = Math.floor(bent.length / 2);
      bent[at] = (bent[at] ?? 0) ^ 1;
      changed.push({ ...files, [name]: bent });
      changed.push(Object.fromEntries(Object.entries(files).filter(([other]) => other !== name)));
    }
    for (const each of changed) {
      const answer = await take(zipSync(each));
      expect([400, 422]).toContain(answer.statusCode);
      expect(answer.json().code).toBe('IMPORT_REFUSED');
      expect(answer.json().message).not.toBe('');
    }
    for (const junk of ['', 'PK', 'not a zip'])
      expect([400, 422]).toContain((await take(Buffer.from(junk))).statusCode);
    const { items } = (await to.inject({ url: '/api/external?patient=BN001', headers: receiver })).json();
    expect(items.some((each: { origin: { accession: string } }) => each.origin.accession === accession)).toBe(false);
  });

  it('of someone no trusted authority vouches for is refused', async () => {
    const strangers = await openKeyFolder('CA lạ');
    const lan = await strangers.person('lan', 'Người lạ');
    const other = await openTestLaboratory({
      lab: { id: 'X' },
      signing: { trust: [], revocation: 'off', keys: [lan] },
      recipients: [{ id: 'r', referral: true }],
    });
    await writeFileRecipients(other.lab);
    const app = await other.app();
    const doctor = await signIn(other, app, 'doctor');
    const { accession } = await other.release({}, { GLU: '6.20' });
    const made = await app.inject({
      method: 'POST',
      url: '/api/referrals',
      headers: doctor,
      payload: { patient: 'BN001', recipient: 'r', accessions: [accession] },
    });
    const zip = await app.inject({ url: `/api/referrals/${made.json().id}/package`, headers: doctor });
    const answer = await take(zip.rawPayload);
    expect(answer.statusCode).toBe(422);
    expect(answer.json().message).toContain('Người lạ');
    await other.close();
    await strangers.close();
  });
});

describe('choosing what to refer', () => {
  it('takes the reports of a period by time of collection', async () => {
    const inside = await province.release({ collectedAt: '2026-10-05T16:59:00.000Z' }, { GLU: '5' });
    await province.release({ collectedAt: '2026-10-05T17:01:00.000Z' }, { GLU: '5' });
    const made = await refer({ patient: 'BN001', recipient: 'bach-mai', from: '2026-10-05', to: '2026-10-05' });
    expect(made.json()).toMatchObject({ accessions: [inside.accession] });
    await expect
      .poll(async () => (await from.inject({ url: `/api/referrals/${made.json().id}`, headers: sender })).json().state)
      .toBe('queued');
    await from.inject({ url: `/api/referrals/${made.json().id}/package`, headers: sender });
    expect((await from.inject({ url: `/api/referrals/${made.json().id}`, headers: sender })).json().state).toBe(
      'ready',
    );
  });

  it('refuses another patient, an empty period, a recipient that takes no referrals, and half a request', async () => {
    const { accession } = await province.release({}, { GLU: '5.10' });
    const wrong = [
      [{ patient: 'BN999', recipient: 'bach-mai', accessions: [accession] }, 422],
      [{ patient: 'BN001', recipient: 'bach-mai', from: '1999-01-01', to: '1999-01-02' }, 422],
      [{ patient: 'BN001', recipient: 'his', accessions: [accession] }, 422],
      [{ patient: 'BN001', recipient: 'nobody', accessions: [accession] }, 404],
      [{ patient: 'BN001', recipient: 'bach-mai' }, 400],
      [{ patient: 'BN001', recipient: 'bach-mai', from: '2026-10-05' }, 400],
    ] as const;
    for (const [payload, status] of wrong) expect((await refer(payload)).statusCode).toBe(status);
  });

  it('is for doctors: a technician neither sends nor takes in, a token neither', async () => {
    const technician = await signIn(province, from, 'technician');
    const token = await province.bearer('system/*.cruds');
    for (const headers of [technician, token]) {
      const answer = await from.inject({ method: 'POST', url: '/api/referrals', headers, payload: {} });
      expect(answer.statusCode).toBe(403);
      const zip = await from.inject({
        method: 'POST',
        url: '/api/referrals/import',
        headers: { ...headers, 'content-type': 'application/zip' },
        payload: Buffer.from('x'),
      });
      expect(zip.statusCode).toBe(403);
    }
  });
});

describe('a pushed Bundle', () => {
  it('is taken in with the scope, once, and refused without it or when changed', async () => {
    const { _id } = await province.release({}, { GLU: '8.00' });
    const bearer = await province.bearer('system/*.rs');
    const document = (await from.inject({ url: `/api/reports/${_id}/document`, headers: bearer })).payload;
    const push = async (payload: string, scope: string) =>
      to.inject({
        method: 'POST',
        url: '/fhir/R4/Bundle',
        headers: { ...(await central.bearer(scope)), 'content-type': 'application/fhir+json' },
        payload,
      });
    expect((await push(document, 'system/*.rs')).statusCode).toBe(403);
    expect((await push(document.replace('8.00', '8.01'), 'system/Bundle.c')).statusCode).toBe(422);
    expect((await push(document.replace('8.00', '8.0'), 'system/Bundle.c')).statusCode).toBe(422);
    expect((await push('{"resourceType":"Bundle"}', 'system/Bundle.c')).statusCode).toBe(422);
    expect((await push('nothing', 'system/Bundle.c')).json().resourceType).toBe('OperationOutcome');
    expect((await push(document, 'system/Bundle.c')).statusCode).toBe(201);
    expect((await push(document, 'system/Bundle.c')).statusCode).toBe(200);
    expect(
      (
        await to.inject({
          method: 'POST',
          url: '/fhir/R4/Bundle',
          payload: document,
          headers: { 'content-type': 'application/fhir+json' },
        })
      ).statusCode,
    ).toBe(401);
  });
});
