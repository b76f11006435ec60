import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { type KeyFolder, openKeyFolder } from '../publish/signed-laboratory.ts';
import { openSite, type Product, type Site, verifyAll } from './harness.ts';
import { run } from './product.ts';
import { until } from './until.ts';

const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const each of open.splice(0).reverse()) await each.close();
});

async function keysOf(): Promise<KeyFolder> {
  const keys = await openKeyFolder('CA y tế');
  open.push(keys);
  return keys;
}

async function site(options: Parameters<typeof openSite>[0]): Promise<Site> {
  const made = await openSite(options);
  open.push(made);
  return made;
}

/** A province hospital whose doctor signs, and a central one that trusts the same authority. */
async function twoHospitals(
  keys: KeyFolder,
): Promise<{ province: Site; central: Site; started: Product; url: string; trust: string }> {
  const doctor = await keys.person('doctor', 'Lê Quang Minh');
  const central = await site({
    lab: [
      'lab: { id: "01001", name: Bệnh viện Bạch Mai }',
      'undoSeconds: 0',
      `signing: { trust: [${keys.trustFile}], revocation: off, keys: [] }`,
    ].join('\n'),
    staff: ['doctor', 'technician'],
  });
  const started = await central.start();
  const token = (await central.cuvette(['token', 'add', 'province', '--scope', 'system/Bundle.c'])).stdout.trim();
  const province = await site({
    lab: [
      'lab: { id: "24001", name: Bệnh viện tỉnh Bắc Giang }',
      'undoSeconds: 0',
      `signing: { trust: [${keys.trustFile}], revocation: off, keys: [${JSON.stringify(doctor)}] }`,
      'recipients:',
      `  - { id: bach-mai, referral: true, retrySeconds: [0.2, 1], fhir: { url: "${started.url}/fhir/R4", auth: { token: "${token}" } } }`,
      '  - { id: viet-duc, referral: true }',
    ].join('\n'),
    staff: ['doctor', 'technician'],
  });
  return { province, central, started, url: started.url, trust: keys.trustFile };
}

const patient = { id: 'BN-77', name: 'Nguyễn Thị Hường', sex: 'female', birthDate: '1968-03-09' };

async function release(product: Product, accession: string, values: Readonly<Record<string, string>>): Promise<string> {
  const technician = await product.as('technician');
  const doctor = await product.as('doctor');
  const registered = await technician.post('/api/specimens', {
    accession,
    patient,
    orders: Object.keys(values),
    collectedAt: '2026-11-24T08:10:00+07:00',
  });
  expect(registered.status).toBe(201);
  const observations = Object.entries(values).map(([analyte, value]) => ({ analyte, value }));
  expect((await technician.post(`/api/specimens/${accession}/observations`, { observations })).status).toBe(201);
  expect((await verifyAll(doctor, accession)).status).toBe(200);
  const { body } = await doctor.get(`/api/specimens/${accession}`);
  return body.reports[0].id;
}

describe('a referred patient', { timeout: 180_000 }, () => {
  it('arrives at the central hospital with his results, their signer and their origin; a correction follows', async () => {
    const keys = await keysOf();
    const { province, started } = await twoHospitals(keys);
    const sender = await province.start();
    await release(sender, 'T001', { GLU: '7.10', CREA: '142' });
    const doctor = await sender.as('doctor');
    const made = await doctor.post('/api/referrals', { patient: 'BN-77', recipient: 'bach-mai', accessions: ['T001'] });
    expect(made.status).toBe(201);
    await until('the referral is delivered', async () => {
      const { body } = await doctor.get(`/api/referrals/${made.body.id}`);
      return body.state === 'delivered' ? body : null;
    });
    const there = await started.as('doctor');
    const { body } = await there.get('/api/external?patient=BN-77');
    expect(body.items).toMatchObject([
      {
        patient: { id: 'BN-77', name: patient.name },
        origin: { lab: { id: '24001', name: 'Bệnh viện tỉnh Bắc Giang' }, accession: 'T001', version: 1 },
        signature: { signer: 'Lê Quang Minh' },
      },
    ]);
    expect(body.items[0].observations).toContainEqual(expect.objectContaining({ analyte: 'GLU', value: '7.10' }));
    expect((await there.get('/api/specimens/T001')).status).toBe(404);

    const { body: specimen } = await doctor.get('/api/specimens/T001');
    const glucose = specimen.observations.find((each: { analyte: string }) => each.analyte === 'GLU');
    const amended = await doctor.post(`/api/observations/${glucose.id}/amend`, {
      version: glucose.version,
      value: '6.10',
      reason: 'Nhầm ống',
    });
    expect(amended.status).toBe(200);
    const corrected = await until('the correction has arrived', async () => {
      const { items } = (await there.get('/api/external?patient=BN-77')).body;
      return items[0].origin.version === 2 ? items : null;
    });
    expect(corrected).toHaveLength(1);
    expect(corrected[0].observations).toContainEqual(
      expect.objectContaining({ analyte: 'GLU', value: '6.10', status: 'corrected' }),
    );
  });

  it('survives kill -9 right after release: what was to be signed is signed after the restart, and verifies offline', async () => {
    const keys = await keysOf();
    const { province, central, trust } = await twoHospitals(keys);
    const first = await province.start();
    const id = await release(first, 'T002', { GLU: '5.50' });
    await first.kill();
    const again = await province.start();
    const doctor = await again.as('doctor');
    const cookie = doctor.credentials;
    const fetched = async (path: string, name: string): Promise<string> => {
      const answer = await fetch(again.url + path, { headers: cookie });
      expect([path, answer.status]).toEqual([path, 200]);
      const file = join(province.folder, name);
      await writeFile(file, Buffer.from(await answer.arrayBuffer()));
      return file;
    };
    const pdf = await fetched(`/api/reports/${id}.pdf?lang=vi`, 'report.pdf');
    const bundle = await fetched(`/api/reports/${id}/document`, 'report.json');
    const made = await doctor.post('/api/referrals', { patient: 'BN-77', recipient: 'viet-duc', accessions: ['T002'] });
    expect(made.body.state).toBe('ready');
    const zip = await fetched(`/api/referrals/${made.body.id}/package`, 'package.zip');
    const untrusted = await run(['verify', pdf]);
    expect(untrusted.code).toBe(1);
    expect(untrusted.stdout).toContain('Trusted: no');
    await Promise.all(
      [pdf, bundle, zip].map(async (file) => {
        const bent = Buffer.from(await readFile(file));
        const middle = bent.length >> 1;
        bent[middle] = (bent[middle] ?? 0) ^ 4;
        await writeFile(`${file}.bent`, bent);
        const checked = await run(['verify', file, '--trust', trust]);
        expect([file, checked.code]).toEqual([file, 0]);
        expect(checked.stdout).toContain('Lê Quang Minh');
        const refused = await run(['verify', `${file}.bent`, '--trust', trust]);
        expect(refused.code).toBe(1);
        expect(refused.stdout).toMatch(/Intact: no/);
      }),
    );
    const taken = await central.cuvette(['import', zip]);
    expect([taken.code, taken.stdout]).toEqual([0, `${zip}: 1 imported\n`]);
    expect((await central.cuvette(['import', zip])).stdout).toBe(`${zip}: 0 imported\n`);
    expect((await central.cuvette(['import', `${zip}.bent`])).code).toBe(1);
  });
});
