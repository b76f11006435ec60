import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { DecodedObservation } from '../../drivers/driver.ts';
import { fileResults } from '../../src/pipeline/file.ts';
import type { MessageDoc } from '../../src/store/documents.ts';
import {
  currentOf,
  openTestLaboratory,
  type Person,
  specimenWith,
  type TestLaboratory,
  verifyAll,
} from './laboratory.ts';

describe('interference', () => {
  let site: TestLaboratory;
  let tech: Person;
  let admin: Person;
  beforeAll(async () => {
    site = await openTestLaboratory({
      analyzers: [{ id: 'c311-1', driver: 'roche/cobas-c311', name: 'cobas c 311', tcp: { listen: 6001 } }],
    });
    tech = await site.as('technician');
    admin = await site.as('administrator');
    for (const [hostCode, analyte] of [
      ['H', 'HIL-H'],
      ['L', 'HIL-L'],
      ['K1', 'K'],
      ['N1', 'NA'],
    ])
      expect((await admin.post('/api/catalogue/mappings', { analyzer: 'c311-1', hostCode, analyte })).status).toBe(201);
  });
  afterAll(() => site.close());

  let messages = 0;
  /** What a line sent of one specimen, through mapping and filing. */
  const send = async (accession: string, values: Readonly<Record<string, string>>, at = '20261125080000') => {
    const line = site.lab.config.analyzers[0];
    if (line === undefined) throw new Error('no line');
    const observations = Object.entries(values).map(
      ([hostCode, value], position): DecodedObservation => ({
        hostCode,
        value,
        unit: hostCode === 'H' || hostCode === 'L' ? 'mg/dL' : 'mmol/L',
        flags: [],
        observedAt: at,
        span: [position * 10, position * 10 + 3],
      }),
    );
    messages += 1;
    const message: MessageDoc = {
      _id: `c311-1-${messages}`,
      analyzer: 'c311-1',
      driver: 'roche/cobas-c311',
      sequence: messages,
      direction: 'in',
      at: '2026-11-25T01:00:00.000Z',
      raw: new Uint8Array(),
      hash: String(messages),
    };
    return fileResults(
      site.lab,
      line,
      message,
      { kind: 'results', accession, observations, held: [], span: [0, 100] },
      accession,
    );
  };
  const read = async (accession: string) => (await tech.get(`/api/specimens/${accession}`)).body;
  const worklist = async (accession: string) =>
    (await tech.get('/api/worklist')).body.items.find((each: { accession: string }) => each.accession === accession);

  it('an index is of the specimen, no value of the patient; what it disturbs is not clean, and no value changes', async () => {
    const { accession } = await specimenWith(tech, { orders: ['K', 'NA'] });
    expect(await send(accession, { K1: '4.80', N1: '140.0', H: '120', L: '12' })).toMatchObject({
      added: 4,
      holdings: [],
    });
    const specimen = await read(accession);
    expect(specimen.observations.map((each: { analyte: string }) => each.analyte)).toEqual(['NA', 'K']);
    expect(specimen.against).toEqual({ missing: [], extra: [], doubled: [] });
    expect(specimen.interference).toMatchObject([
      { index: 'hemolysis', value: '120', unit: 'mg/dL', grade: 'present', analyzer: 'c311-1', affects: ['K'] },
      { index: 'lipemia', value: '12', grade: 'none', affects: [] },
    ]);
    expect(currentOf(specimen, 'K')).toMatchObject({ value: '4.80', flags: [], alerts: ['interference'] });
    expect(currentOf(specimen, 'NA').alerts).toEqual([]);
    expect(await worklist(accession)).toMatchObject({ pending: 2, clean: 1, alerts: ['interference'] });
    const way = (await tech.get(`/api/observations/${encodeURIComponent(currentOf(specimen, 'K').id)}/explain`)).body;
    expect(way.rules).toContainEqual({ rule: 'interference', outcome: 'hemolysis 120 of c311-1, beyond 20' });

    const k = currentOf(specimen, 'K');
    const verify = (acknowledge: readonly string[]) =>
      tech.post(`/api/specimens/${accession}/verify`, {
        observations: [{ id: k.id, version: k.version, acknowledge }],
      });
    expect(await verify([])).toMatchObject({ status: 422, body: { code: 'OBSERVATION_ALERT_UNACKNOWLEDGED' } });
    expect((await verify(['interference'])).status).toBe(200);
    // Sent again nothing is added.
    expect(await send(accession, { H: '120', L: '12' })).toMatchObject({ added: 0, repeated: 2 });
    expect((await read(accession)).interference).toHaveLength(2);
  });

  it('an index that comes after marks what waits, and only shows what it disturbs of the rest', async () => {
    const { accession } = await specimenWith(tech, { orders: ['K', 'AST'], values: { K: '4.80' } });
    await verifyAll(tech, accession);
    await tech.post(`/api/specimens/${accession}/observations`, { observations: [{ analyte: 'AST', value: '40' }] });
    const before = await read(accession);
    await send(accession, { H: '350' });
    const after = await read(accession);
    expect(currentOf(after, 'K')).toEqual(currentOf(before, 'K'));
    expect(currentOf(after, 'AST')).toMatchObject({
      alerts: ['interference'],
      version: currentOf(before, 'AST').version + 1,
    });
    expect(after.interference[0]).toMatchObject({ grade: 'strong', affects: expect.arrayContaining(['K', 'AST']) });
    // Spun and measured again: the last index counts.
    await send(accession, { H: '8' }, '20261125083000');
    expect(currentOf(await read(accession), 'AST').alerts).toEqual([]);
  });

  it('a value stays disturbed by the index of its own time when the tube, or another, is measured again', async () => {
    const { accession } = await specimenWith(tech, { orders: ['K', 'NA'] });
    await send(accession, { K1: '6.80', H: '350' }, '2026-11-25T08:00:00');
    await send(accession, { N1: '140.0', H: '8' }, '2026-11-25T08:40:00');
    const after = await read(accession);
    expect(currentOf(after, 'K').alerts).toContain('interference');
    expect(after.interference).toMatchObject([
      { value: '350', affects: ['K'] },
      { value: '8', affects: [] },
    ]);
    // A run made with the new index is judged by that.
    await send(accession, { K1: '4.20' }, '2026-11-25T08:41:00');
    const again = await read(accession);
    expect(currentOf(again, 'K')).toMatchObject({ value: '4.20', alerts: [] });
    expect(again.interference).toMatchObject([{ value: '8', affects: [] }]);
  });

  it('what is calculated from a disturbed value is disturbed too', async () => {
    const rule = { analyte: 'TP', index: 'lipemia', above: '150', source: 'own dilution series' };
    expect((await admin.post('/api/catalogue/interferences', rule)).status).toBe(201);
    const { accession } = await specimenWith(tech, { orders: ['GLOB'], values: { TP: '70', ALB: '40' } });
    await send(accession, { L: '200' });
    const after = await read(accession);
    expect(currentOf(after, 'TP').alerts).toEqual(['interference']);
    expect(currentOf(after, 'ALB').alerts).toEqual([]);
    expect(currentOf(after, 'GLOB').alerts).toEqual(['interference']);
  });

  it('a judgement anew leaves it standing', async () => {
    const range = { analyte: 'K', sex: 'female', pregnancy: 'pregnant', low: '3.30', high: '4.40' };
    expect((await admin.post('/api/catalogue/ranges', range)).status).toBe(201);
    const { accession } = await specimenWith(tech, { orders: ['K'], values: { K: '4.80' } });
    await send(accession, { H: '120' });
    const said = await tech.post(`/api/specimens/${accession}/pregnancy`, { pregnant: true, reason: 'ward called' });
    expect(currentOf(said.body, 'K')).toMatchObject({ flags: ['H'], alerts: ['interference'] });
  });

  it('what an eye sees is entered as a grade, and an index is not ordered', async () => {
    const { accession } = await specimenWith(tech, { orders: ['K'], values: { K: '4.80' } });
    const entered = await tech.post(`/api/specimens/${accession}/observations`, {
      observations: [{ analyte: 'HIL-H', value: '2+' }],
    });
    expect(entered.status).toBe(201);
    const specimen = await read(accession);
    expect(specimen.interference).toMatchObject([
      { value: '2+', grade: 'present', analyzer: 'manual', affects: ['K'] },
    ]);
    expect(currentOf(specimen, 'K').alerts).toEqual(['interference']);
    const order = await tech.post(`/api/specimens/${accession}/orders`, { add: ['HIL-H'] });
    expect([order.status, order.body.code]).toEqual([422, 'CATALOGUE_CODE_UNKNOWN']);
  });

  it('rules are kept in the catalogue with their source and versions, as a table too; wrong ones are refused', async () => {
    const { items } = (await tech.get('/api/catalogue/interferences')).body;
    for (const each of items) expect(each.source.length, each.id).toBeGreaterThan(10);
    const post = (body: object) => admin.post('/api/catalogue/interferences', body);
    expect((await post({ analyte: 'CK', index: 'hemolysis', above: 'much' })).status).toBe(400);
    expect((await post({ analyte: 'NOPE', index: 'hemolysis', above: '5' })).status).toBe(422);
    expect((await post({ analyte: 'HIL-H', index: 'hemolysis', above: '5' })).status).toBe(422);
    expect((await tech.post('/api/catalogue/interferences', {})).status).toBe(403);
    const table =
      'analyte,index,above,analyzer,source\r\nCK,hemolysis,100,c311-1,leaflet\r\nCK,icterus,2+,,leaflet\r\n';
    const taken = await admin.post('/api/catalogue/interferences/import', table, { 'content-type': 'text/csv' });
    expect(taken.body).toEqual({ created: 2, changed: 0, unchanged: 0 });
    expect((await tech.get('/api/catalogue/interferences/CK-1/history')).body.items).toMatchObject([
      { version: 1, by: 'administrator', after: { above: '100' } },
    ]);
  });
});
