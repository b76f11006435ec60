import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  openTestLaboratory,
  type Person,
  somebody,
  specimenWith,
  type TestLaboratory,
  verifyAll,
} from './laboratory.ts';

describe('chain of custody', () => {
  let site: TestLaboratory;
  let tech: Person;
  beforeAll(async () => {
    site = await openTestLaboratory();
    tech = await site.as('technician');
  });
  afterAll(() => site.close());

  const step = (accession: string, action: string, body?: object, who = tech) =>
    who.post(`/api/specimens/${accession}/${action}`, body);

  it('goes from ordered to disposed, each step with who and when, never out of order', async () => {
    const { accession } = await specimenWith(tech, { orders: ['K'] });
    const desk = await site.as('receptionist');
    expect((await step(accession, 'store', { rack: 'R1', position: 'A1' })).status).toBe(409);
    expect((await step(accession, 'dispose', undefined, desk)).status).toBe(403);
    expect((await step(accession, 'collect', { at: '2026-11-25T07:00:00+07:00' }, desk)).body).toMatchObject({
      state: 'collected',
      collectedAt: '2026-11-25T00:00:00.000Z',
      collectedAtSource: 'given',
      progress: { collected: true, resulted: false },
    });
    expect((await step(accession, 'receive', {}, desk)).body.state).toBe('received');
    expect((await step(accession, 'receive')).status).toBe(409);
    expect((await step(accession, 'store', {})).status).toBe(400);
    expect((await step(accession, 'store', { rack: 'R1', position: 'A1' })).body).toMatchObject({
      state: 'stored',
      storage: { rack: 'R1', position: 'A1' },
    });
    const other = await specimenWith(tech, { orders: ['K'], more: { collectedAt: '2026-11-25T00:00:00Z' } });
    expect(await step(other.accession, 'store', { position: 'R1/A1' })).toMatchObject({
      status: 409,
      body: { code: 'STORAGE_OCCUPIED', details: { accession } },
    });
    expect((await step(accession, 'store', { rack: 'R1', position: 'A2' })).status).toBe(200);
    expect((await step(other.accession, 'store', { position: 'R1/A1' })).status).toBe(200);
    expect(
      (await tech.get('/api/storage?rack=R1')).body.items.map((each: { position: string }) => each.position),
    ).toEqual(['A1', 'A2']);
    expect((await tech.get('/api/storage/racks')).body.items).toEqual([{ rack: 'R1', tubes: 2 }]);
    const gone = await step(accession, 'dispose');
    expect(gone.body.state).toBe('disposed');
    expect(gone.body.custody.map((each: { action: string }) => each.action)).toEqual([
      'register',
      'collect',
      'receive',
      'store',
      'store',
      'dispose',
    ]);
    expect((await tech.get(`/api/storage?accession=${accession}`)).body.items).toEqual([]);
    expect(
      (await tech.get(`/api/specimens/${accession}/timeline`)).body.items.map((each: { kind: string }) => each.kind),
    ).toEqual(expect.arrayContaining(['register', 'order', 'store', 'dispose']));
  });

  it('is rejected only for a reason of the list, says who was told, and is drawn again with the same orders', async () => {
    const { accession, patient } = await specimenWith(tech, {
      patient: somebody(),
      orders: ['CBC', 'GLU'],
      more: { ward: 'A2' },
    });
    expect((await step(accession, 'reject', {})).body.code).toBe('REASON_MISSING');
    expect(await step(accession, 'reject', { reason: 'ugly' })).toMatchObject({
      status: 422,
      body: { code: 'REASON_UNKNOWN' },
    });
    const rejected = await step(accession, 'reject', { reason: 'clotted', told: 'ĐD Hoa, A2', recollect: true });
    expect(rejected.body).toMatchObject({
      state: 'rejected',
      rejection: { reason: 'clotted', told: 'ĐD Hoa, A2', by: 'technician' },
    });
    const again = (await tech.get(`/api/specimens/${rejected.body.recollectedAs}`)).body;
    expect(again).toMatchObject({ recollectOf: accession, ward: 'A2', state: 'ordered', patient: { id: patient.id } });
    expect(again.orders.map((each: { code: string }) => each.code)).toEqual(['CBC', 'GLU']);
    expect((await step(accession, 'recollect')).body.accession).toBe(again.accession);
    expect(
      (await tech.get(`/api/specimens/${accession}`)).body.orders.map((each: { state: string }) => each.state),
    ).toEqual(['cancelled', 'cancelled']);
  });

  it('is not rejected once results were released', async () => {
    const { accession } = await specimenWith(tech, { orders: ['K'], values: { K: '4.0' } });
    await verifyAll(tech, accession);
    expect((await step(accession, 'reject', { reason: 'clotted' })).body.code).toBe('SPECIMEN_RELEASED');
  });

  it('once it is rejected nothing of it is called, verified or entered, and nobody waits for it', async () => {
    const { accession } = await specimenWith(tech, { orders: ['K'], values: { K: '7.6' } });
    const open = async () =>
      (await tech.get('/api/criticals?state=open')).body.items.filter(
        (each: { accession: string }) => each.accession === accession,
      );
    expect(await open()).toHaveLength(1);
    expect((await step(accession, 'reject', { reason: 'hemolysed' })).status).toBe(200);
    expect(await open()).toEqual([]);
    expect((await tech.get(`/api/worklist?q=${accession}`)).body.items).toEqual([]);
    expect(await verifyAll(tech, accession)).toMatchObject({ status: 409, body: { code: 'SPECIMEN_REJECTED' } });
    const entered = await tech.post(`/api/specimens/${accession}/observations`, {
      observations: [{ analyte: 'K', value: '4.1' }],
    });
    expect([entered.status, entered.body.code]).toEqual([409, 'SPECIMEN_REJECTED']);
    expect((await step(accession, 'dispose')).status).toBe(200);
    expect((await verifyAll(tech, accession)).body.code).toBe('SPECIMEN_REJECTED');
  });

  it('several tubes under one accession go their own ways; an aliquot knows where it came from', async () => {
    const { accession } = await specimenWith(tech, {
      orders: ['CBC', 'GLU'],
      more: {
        containers: [
          { id: '1', type: 'EDTA' },
          { id: '2', type: 'serum' },
        ],
      },
    });
    await step(accession, 'collect');
    await step(accession, 'receive', { container: '1' });
    const one = await step(accession, 'reject', { container: '2', reason: 'hemolysed' });
    expect(one.body).toMatchObject({
      state: 'received',
      containers: [
        { id: '1', state: 'received' },
        { id: '2', state: 'rejected' },
      ],
    });
    expect((await step(accession, 'store', { container: '9', rack: 'R2', position: '1' })).status).toBe(404);
    const poured = await step(accession, 'aliquot', { parent: '1', containers: [{ id: '1a', type: 'cup' }] });
    expect(poured.body.containers[2]).toMatchObject({ id: '1a', parent: '1', state: 'received' });
    await step(accession, 'store', { container: '1', rack: 'R2', position: '1' });
    const stored = await step(accession, 'store', { container: '1a', rack: 'R2', position: '2' });
    expect(stored.body).toMatchObject({
      state: 'stored',
      containers: [{ storage: { rack: 'R2', position: '1' } }, {}, { storage: { position: '2' } }],
    });
    await step(accession, 'dispose', { container: '1' });
    expect((await tech.get(`/api/storage?accession=${accession}`)).body.items).toMatchObject([{ container: '1a' }]);
  });

  it('labels are a PDF sheet or commands for a printer that no name can add to', async () => {
    const { accession } = await specimenWith(tech, {
      patient: somebody({ name: 'Trần ^XZ~JA Đức' }),
      orders: ['CBC'],
      more: { priority: 'stat' },
    });
    const zpl = await tech.get(`/api/labels?format=zpl&accessions=${accession}`);
    expect(zpl.text).toContain(`^FD${accession}^FS`);
    expect(zpl.text).toContain('Trần _5eXZ_7eJA Đức');
    expect(zpl.text.match(/\^XZ/g)).toHaveLength(1);
    for (const symbology of ['code128', 'datamatrix']) {
      const pdf = await tech.get(`/api/labels?accessions=${accession}&copies=2&symbology=${symbology}`);
      expect(pdf.type).toBe('application/pdf');
      expect(pdf.raw.subarray(0, 5).toString()).toBe('%PDF-');
    }
    expect((await tech.get('/api/labels?accessions=none')).status).toBe(404);
  });

  it('a hundred thousand stored tubes: a rack and a tube are found from an index', async () => {
    const { storage } = site.lab.collections;
    const at = '2026-11-01T00:00:00.000Z';
    await storage.insertMany(
      Array.from({ length: 20_000 }, (_, number) => {
        const rack = `S${Math.floor(number / 100)}`;
        return {
          _id: `${rack}/${number % 100}`,
          rack,
          position: String(number % 100),
          accession: `old${number}`,
          at,
          by: 'x',
        };
      }),
    );
    for (const filter of [{ rack: 'S77' }, { accession: 'old7777' }]) {
      const { documentsExamined } = await storage.find(filter).explain();
      expect(documentsExamined).toBeLessThanOrEqual(100);
    }
    expect((await tech.get('/api/storage?rack=S77')).body.items).toHaveLength(100);
  });
});
