import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { issueDue } from '../../src/acts/issue.ts';
import { savePatient } from '../../src/acts/patients.ts';
import {
  type Answer,
  currentOf,
  openTestLaboratory,
  type Person,
  somebody,
  specimenWith,
  type TestLaboratory,
  verifyAll,
} from './laboratory.ts';

type Seen = ReturnType<typeof JSON.parse>;

/** K is chemistry, HGB is hematology. */
const both = { orders: ['K', 'HGB'], values: { K: '4.0', HGB: '13.0' } };

async function keepTo(admin: Person, who: Person, sections: readonly string[]): Promise<void> {
  const kept = await admin.put(`/api/users/${who.username}`, { sections });
  if (kept.status !== 200) throw new Error(kept.text);
}

const seen = (...observations: Seen[]) => ({
  observations: observations.map(({ id, version, alerts }) => ({ id, version, acknowledge: alerts })),
});
const refusedFor = (section: string) => ({
  status: 403,
  body: { code: 'AUTH_SECTION', details: { sections: [section] } },
});

describe('people of one section', () => {
  let site: TestLaboratory;
  let admin: Person;
  let anyone: Person;
  let hematology: Person;
  let senior: Person;
  let doctor: Person;
  beforeAll(async () => {
    site = await openTestLaboratory();
    admin = await site.as('administrator');
    anyone = await site.as('technician');
    hematology = await site.as('technician', 'hoa');
    senior = await site.as('senior-technician');
    doctor = await site.as('doctor');
    for (const each of [hematology, senior, doctor]) await keepTo(admin, each, ['hematology']);
  });
  afterAll(() => site.close());

  const read = async (accession: string): Promise<Seen> => (await anyone.get(`/api/specimens/${accession}`)).body;
  /** A refused act leaves nothing behind: no act, no word in the audit trail, the specimen as it was. */
  async function leavesNothing(accession: string, act: () => Promise<Answer>): Promise<Answer> {
    const kept = async () => [
      await read(accession),
      await site.lab.collections.acts.find({ accession }).toArray(),
      await site.lab.collections.audit.find({}).toArray(),
    ];
    const before = await kept();
    const answer = await act();
    expect(await kept()).toEqual(before);
    return answer;
  }
  async function waiting(): Promise<Seen> {
    return specimenWith(anyone, both);
  }
  async function released(): Promise<Seen> {
    const { accession } = await waiting();
    await verifyAll(anyone, accession);
    return read(accession);
  }

  it('see everything, and verify what is theirs; with one value of another section nothing is verified', async () => {
    const specimen = await waiting();
    const path = `/api/specimens/${specimen.accession}/verify`;
    const [k, hgb] = [currentOf(specimen, 'K'), currentOf(specimen, 'HGB')];
    expect((await hematology.get(`/api/specimens/${specimen.accession}`)).body).toEqual(specimen);
    const refused = await leavesNothing(specimen.accession, () => hematology.post(path, seen(k, hgb)));
    expect(refused).toMatchObject({
      ...refusedFor('chemistry'),
      body: { message: expect.stringContaining('Chemistry'), details: { names: { vi: 'Hóa sinh', en: 'Chemistry' } } },
    });
    expect(await hematology.post(path, seen(k))).toMatchObject(refusedFor('chemistry'));
    expect((await hematology.post(path, seen(hgb))).status).toBe(200);
    const after = await read(specimen.accession);
    expect([currentOf(after, 'K').state, currentOf(after, 'HGB').state]).toEqual(['pending', 'released']);
    const acts = await site.lab.collections.acts.find({ accession: specimen.accession, kind: 'verify' }).toArray();
    expect(acts.map((act) => act.actor)).toEqual([{ username: 'hoa', role: 'technician' }]);
  });

  it.each(['reject', 'hold', 'unhold', 'comment', 'choose'])('%s is for the section of the value', async (act) => {
    const specimen = await waiting();
    const words = { reason: 'clot', ...(act === 'comment' ? { text: 'hemolysed' } : {}) };
    const body = ({ version }: Seen) =>
      act === 'comment' ? { version, text: words.text } : act === 'choose' ? { version } : { version, reason: 'clot' };
    const on = (observation: Seen) => hematology.post(`/api/observations/${observation.id}/${act}`, body(observation));
    expect(await leavesNothing(specimen.accession, () => on(currentOf(specimen, 'K')))).toMatchObject(
      refusedFor('chemistry'),
    );
    expect((await on(currentOf(specimen, 'HGB'))).status).toBe(200);
  });

  it('correcting and taking back is for the section of the value', async () => {
    const specimen = await released();
    const [k, hgb] = [currentOf(specimen, 'K'), currentOf(specimen, 'HGB')];
    const amend = ({ id, version }: Seen) =>
      senior.post(`/api/observations/${id}/amend`, { version, value: '12', reason: 'typing' });
    expect(await leavesNothing(specimen.accession, () => amend(k))).toMatchObject(refusedFor('chemistry'));
    expect((await amend(hgb)).status).toBe(200);
    const withdraw = ({ id, version }: Seen) =>
      doctor.post(`/api/observations/${id}/withdraw`, { version, reason: 'clot' });
    expect(await leavesNothing(specimen.accession, () => withdraw(k))).toMatchObject(refusedFor('chemistry'));
    const amended = currentOf(await read(specimen.accession), 'HGB');
    expect((await withdraw(amended)).status).toBe(200);
  });

  it('a specimen is taken back whole only by who decides for all of it', async () => {
    const mixed = await released();
    const take = (accession: string) =>
      doctor.post(`/api/specimens/${accession}/withdraw`, { reason: 'wrong patient' });
    expect(await leavesNothing(mixed.accession, () => take(mixed.accession))).toMatchObject(refusedFor('chemistry'));
    const own = await specimenWith(anyone, { orders: ['HGB'], values: { HGB: '13.0' } });
    await verifyAll(anyone, own.accession);
    expect((await take(own.accession)).status).toBe(200);
  });

  it('values by hand are of their section, all or none', async () => {
    const { accession } = await specimenWith(anyone, { orders: ['K', 'HGB'] });
    const enter = (...analytes: string[]) =>
      hematology.post(`/api/specimens/${accession}/observations`, {
        observations: analytes.map((analyte) => ({ analyte, value: '5' })),
      });
    expect(await leavesNothing(accession, () => enter('HGB', 'K'))).toMatchObject(refusedFor('chemistry'));
    expect((await enter('HGB')).status).toBe(201);
  });

  it('a calculated value is of its own section, whatever it is made from', async () => {
    const specimen = await specimenWith(anyone, {
      orders: ['GLOB', 'HGB'],
      values: { TP: '70', ALB: '40', HGB: '13' },
    });
    const glob = currentOf(specimen, 'GLOB');
    expect(glob).toMatchObject({ origin: 'calculated', section: 'chemistry' });
    await anyone.post(`/api/specimens/${specimen.accession}/verify`, {
      ...seen(currentOf(specimen, 'TP'), currentOf(specimen, 'ALB')),
      ownEntryReason: 'night',
    });
    const verify = () => hematology.post(`/api/specimens/${specimen.accession}/verify`, seen(glob));
    expect(await leavesNothing(specimen.accession, verify)).toMatchObject(refusedFor('chemistry'));
  });

  it('judging anew after a correction of the patient takes their values and leaves the others', async () => {
    const patient = somebody({ sex: 'unknown' });
    const specimen = await specimenWith(anyone, { patient, orders: ['HGB', 'UA'], values: { HGB: '12.5', UA: '400' } });
    const { accession } = specimen;
    await savePatient(site.lab, { username: 'technician', role: 'technician' }, { ...patient, sex: 'male' });
    const changes = async () =>
      (await anyone.get(`/api/specimens/${accession}/changes`)).body.items.map((each: Seen) => each.analyte);
    expect(await changes()).toEqual(['HGB', 'UA']);
    const judge = () => hematology.post(`/api/specimens/${accession}/reevaluate`, { reason: 'sex corrected' });
    expect((await judge()).status).toBe(200);
    expect(await changes()).toEqual(['UA']);
    expect(await leavesNothing(accession, judge)).toMatchObject(refusedFor('chemistry'));
  });

  it('stops of an analyte, and the look at what someone verified alone, are for the section', async () => {
    const stop = (analyte: string) => senior.post('/api/verification-blocks', { analyte, reason: 'lot' });
    expect(await stop('CHOL')).toMatchObject(refusedFor('chemistry'));
    const chol = await anyoneSenior().then((other) =>
      other.post('/api/verification-blocks', { analyte: 'CHOL', reason: 'lot' }),
    );
    const lift = (id: string) =>
      senior.post(`/api/verification-blocks/${encodeURIComponent(id)}/lift`, { reason: 'x' });
    expect(await lift(chol.body.id)).toMatchObject(refusedFor('chemistry'));
    expect((await lift((await stop('RET%')).body.id)).status).toBe(200);
    const alone = await specimenWith(anyone, { orders: ['K'], values: { K: '4.0' } });
    await verifyAll(anyone, alone.accession);
    const { items } = (await senior.get('/api/review/own-entries')).body;
    const entry = items.find((each: Seen) => each.accession === alone.accession);
    const look = (who: Person) => who.post(`/api/review/own-entries/${encodeURIComponent(entry.id)}/reviewed`);
    expect(await look(senior)).toMatchObject(refusedFor('chemistry'));
    expect((await look(await anyoneSenior())).status).toBe(200);
  });
  const anyoneSenior = () => site.as('senior-technician', 'binh');

  it('who has no sections any more decides for all of them, at once', async () => {
    const free = await site.as('technician', 'dung');
    await keepTo(admin, free, ['urine']);
    const { accession } = await waiting();
    expect(await verifyAll(free, accession)).toMatchObject({ status: 403, body: { code: 'AUTH_SECTION' } });
    await keepTo(admin, free, []);
    expect((await verifyAll(free, accession)).status).toBe(200);
  });
});

describe('taking back, by section', () => {
  let site: TestLaboratory;
  let admin: Person;
  let anyone: Person;
  let hematology: Person;
  let chemistry: Person;
  beforeAll(async () => {
    site = await openTestLaboratory({ undoSeconds: 60 });
    admin = await site.as('administrator');
    anyone = await site.as('technician');
    hematology = await site.as('technician', 'hoa');
    chemistry = await site.as('technician', 'cuc');
    const { version: _version, ...glob } = (await admin.get('/api/catalogue/analytes')).body.items.find(
      (each: Seen) => each.code === 'GLOB',
    );
    const moved = await admin.put('/api/catalogue/analytes/GLOB', {
      ...glob,
      section: 'hematology',
      version: _version,
    });
    if (moved.status !== 200) throw new Error(moved.text);
    await keepTo(admin, hematology, ['hematology']);
    await keepTo(admin, chemistry, ['chemistry']);
  });
  afterAll(() => site.close());

  const statesOf = async (accession: string, ...analytes: string[]): Promise<string[]> => {
    const { body } = await anyone.get(`/api/specimens/${accession}`);
    return analytes.map((each) => currentOf(body, each).state);
  };
  const undo = (who: Person, accession: string) => who.post(`/api/specimens/${accession}/verify/undo`);

  it('each takes back what is of the own section, and never the other one’s', async () => {
    const specimen = await specimenWith(anyone, both);
    const { accession } = specimen;
    const path = `/api/specimens/${accession}/verify`;
    await chemistry.post(path, seen(currentOf(specimen, 'K')));
    await hematology.post(path, seen(currentOf(specimen, 'HGB')));
    expect((await undo(chemistry, accession)).status).toBe(200);
    expect(await statesOf(accession, 'K', 'HGB')).toEqual(['pending', 'verified']);
    expect(await undo(chemistry, accession)).toMatchObject(refusedFor('hematology'));
    expect(await statesOf(accession, 'K', 'HGB')).toEqual(['pending', 'verified']);
    site.pass(61);
    await issueDue(site.lab, accession);
    expect(await statesOf(accession, 'K', 'HGB')).toEqual(['pending', 'released']);
    expect(await undo(chemistry, accession)).toMatchObject({ status: 409, body: { code: 'VERIFY_UNDO_TOO_LATE' } });
  });

  it('what someone did stays hers to take back when her sections change', async () => {
    const { accession } = await specimenWith(anyone, both);
    const mover = await site.as('technician', 'em');
    await verifyAll(mover, accession);
    await keepTo(admin, mover, ['urine']);
    expect((await undo(mover, accession)).status).toBe(200);
    expect(await statesOf(accession, 'K', 'HGB')).toEqual(['pending', 'pending']);
  });

  it('a source is not taken back under what another section calculated from it and verified', async () => {
    const specimen = await specimenWith(anyone, { orders: ['GLOB'], values: { TP: '70', ALB: '40' } });
    const { accession } = specimen;
    const path = `/api/specimens/${accession}/verify`;
    await chemistry.post(path, seen(currentOf(specimen, 'TP'), currentOf(specimen, 'ALB')));
    expect((await hematology.post(path, seen(currentOf(specimen, 'GLOB')))).status).toBe(200);
    expect(await undo(chemistry, accession)).toMatchObject(refusedFor('hematology'));
    expect((await undo(hematology, accession)).status).toBe(200);
    expect((await undo(chemistry, accession)).status).toBe(200);
    expect(await statesOf(accession, 'TP', 'ALB', 'GLOB')).toEqual(['pending', 'pending', 'pending']);
  });
});

describe('release, by section', () => {
  it('is of what the doctor decides for; what another released is not undone', async () => {
    const site = await openTestLaboratory({ verification: ['technical', 'medical'], undoSeconds: 60 });
    const [admin, anyone, doctor] = [
      await site.as('administrator'),
      await site.as('technician'),
      await site.as('doctor'),
    ];
    await keepTo(admin, doctor, ['hematology']);
    const { accession } = await specimenWith(anyone, both);
    await verifyAll(anyone, accession);
    const release = `/api/specimens/${accession}/release`;
    const { body } = await anyone.get(`/api/specimens/${accession}`);
    expect(await doctor.post(release)).toMatchObject(refusedFor('chemistry'));
    const one = ({ id, version }: Seen) => ({ observations: [{ id, version }] });
    expect(await doctor.post(release, one(currentOf(body, 'K')))).toMatchObject(refusedFor('chemistry'));
    expect((await doctor.post(release, one(currentOf(body, 'HGB')))).status).toBe(200);
    const other = await site.as('doctor', 'khanh');
    expect((await other.post(release)).status).toBe(200);
    expect((await doctor.post(`/api/specimens/${accession}/verify/undo`)).body.undone).toHaveLength(1);
    const after = (await anyone.get(`/api/specimens/${accession}`)).body;
    expect([currentOf(after, 'K').releasedBy, currentOf(after, 'HGB').releasedBy]).toEqual(['khanh', undefined]);
    await site.close();
  });
});

describe('sections of a person', () => {
  it('are kept, shown, checked against the catalogue, and every change is in the audit trail', async () => {
    const site = await openTestLaboratory();
    const admin = await site.as('administrator');
    const user = { username: 'tuan', password: 'Suoi-Lanh-Rung-Thong-7', role: 'technician' };
    const refused = { status: 422, body: { code: 'CATALOGUE_CODE_UNKNOWN', details: { code: 'astrology' } } };
    expect(await admin.post('/api/users', { ...user, sections: ['astrology'] })).toMatchObject(refused);
    expect((await admin.post('/api/users', { ...user, sections: ['hematology', 'hematology'] })).body).toMatchObject({
      sections: ['hematology'],
    });
    expect(await admin.put('/api/users/tuan', { sections: ['urine', 'astrology'] })).toMatchObject(refused);
    const listed = async () =>
      (await admin.get('/api/users')).body.items.find((each: Seen) => each.username === 'tuan').sections;
    expect(await listed()).toEqual(['hematology']);
    await admin.put('/api/users/tuan', { name: 'Tuấn' });
    expect(await listed()).toEqual(['hematology']);
    await admin.put('/api/users/tuan', { sections: ['urine', 'blood-gas'] });
    const { username, password } = user;
    expect((await site.stranger.post('/api/session', { username, password })).body).toMatchObject({
      sections: ['urine', 'blood-gas'],
    });
    await admin.put('/api/users/tuan', { sections: [] });
    expect(await listed()).toBeUndefined();
    const { items } = (await admin.get('/api/audit?subject=tuan')).body;
    expect(items.filter((each: Seen) => each.actor === 'administrator')).toMatchObject([
      { before: { sections: ['urine', 'blood-gas'] }, after: { sections: [] } },
      { before: { sections: ['hematology'] }, after: { sections: ['urine', 'blood-gas'] } },
      { before: { sections: ['hematology'] }, after: { sections: ['hematology'] } },
      { action: 'user-add', after: { role: 'technician', sections: ['hematology'] } },
    ]);
    await site.close();
  });
});
