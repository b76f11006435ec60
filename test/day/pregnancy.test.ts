import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { escalate } from '../../src/acts/criticals.ts';
import { addToken } from '../../src/api/auth/tokens.ts';
import { readArrival, takeMessage } from '../../src/orders/take.ts';
import {
  currentOf,
  openTestLaboratory,
  type Person,
  somebody,
  specimenWith,
  type TestLaboratory,
  verifyAll,
} from './laboratory.ts';

describe('pregnancy', () => {
  let site: TestLaboratory;
  let tech: Person;
  beforeAll(async () => {
    site = await openTestLaboratory();
    tech = await site.as('technician');
    const admin = await site.as('administrator');
    for (const range of [
      { analyte: 'TSH', sex: 'any', low: '0.40', high: '4.00' },
      { analyte: 'TSH', sex: 'female', pregnancy: 'pregnant', low: '0.10', high: '2.50', criticalHigh: '2.90' },
      { analyte: 'FT4', sex: 'any', low: '12.0', high: '22.0' },
      { analyte: 'FT4', sex: 'female', pregnancy: 'pregnant', low: '9.0', high: '15.0' },
    ])
      expect((await admin.post('/api/catalogue/ranges', range)).status).toBe(201);
  });
  afterAll(() => site.close());

  const read = async (accession: string) => (await tech.get(`/api/specimens/${accession}`)).body;
  const say = (accession: string, body: object, who = tech) => who.post(`/api/specimens/${accession}/pregnancy`, body);

  it('said afterwards judges anew what waits, shows what it would change of the rest, and changes nothing else', async () => {
    const { accession } = await specimenWith(tech, { orders: ['TSH', 'FT4'], values: { TSH: '3.00' } });
    await verifyAll(tech, accession);
    await tech.post(`/api/specimens/${accession}/observations`, { observations: [{ analyte: 'FT4', value: '18.0' }] });
    const before = await read(accession);
    const path = `/api/specimens/${accession}/changes`;
    const preview = (await tech.get(`${path}?pregnant=true`)).body.items;
    expect(preview).toMatchObject([
      { analyte: 'TSH', state: 'released', was: { flags: [] }, now: { flags: ['HH'], alerts: ['critical'] } },
      { analyte: 'FT4', state: 'pending', was: { flags: [] }, now: { flags: ['H'] } },
    ]);
    expect(await read(accession)).toEqual(before);

    expect(await say(accession, { pregnant: true })).toMatchObject({ status: 422, body: { code: 'REASON_MISSING' } });
    expect((await say(accession, { pregnant: true, reason: 'x' }, await site.as('receptionist'))).status).toBe(403);
    expect((await say(accession, { pregnant: true, reason: 'x' }, await site.as('auditor'))).status).toBe(403);
    expect((await say('NOPE', { pregnant: true, reason: 'x' })).status).toBe(404);
    const said = await say(accession, { pregnant: true, reason: 'ward called' });
    expect(said).toMatchObject({ status: 200, body: { pregnant: true, version: before.version + 1 } });
    expect(currentOf(said.body, 'FT4')).toMatchObject({
      flags: ['H'],
      version: currentOf(before, 'FT4').version + 1,
      referenceRange: { high: '15.0', reason: 'female, any age, pregnant' },
    });
    expect(currentOf(said.body, 'TSH')).toEqual(currentOf(before, 'TSH'));
    expect(said.body.reports).toEqual(before.reports);
    expect((await tech.get(path)).body.items).toMatchObject([{ analyte: 'TSH', state: 'released' }]);

    const doctor = await site.as('doctor');
    const { items } = (await doctor.get(`/api/audit?subject=${accession}`)).body;
    const trace = items.filter((each: { action: string }) => each.action === 'pregnancy');
    expect(trace).toMatchObject([
      { actor: 'technician', reason: 'ward called', before: { pregnant: false }, after: { pregnant: true } },
    ]);
    const timeline = (await tech.get(`/api/specimens/${accession}/timeline`)).body.items;
    expect(timeline).toContainEqual(expect.objectContaining({ kind: 'pregnancy', detail: 'ward called' }));
    const way = await tech.get(`/api/observations/${encodeURIComponent(currentOf(said.body, 'FT4').id)}/explain`);
    expect(way.body.acts).toContainEqual(expect.objectContaining({ action: 'pregnancy', actor: 'technician' }));

    // Said again it is known already; taken back it is as it was.
    expect((await say(accession, { pregnant: true, reason: 'again' })).body.version).toBe(said.body.version);
    const back = await say(accession, { pregnant: false, reason: 'wrong patient asked' });
    expect(back.body.pregnant).toBeUndefined();
    expect(currentOf(back.body, 'FT4')).toMatchObject({ flags: [], referenceRange: { high: '22.0' } });
    expect((await tech.get(path)).body.items).toEqual([]);
  });

  it('a value that becomes critical by it is to be called, and one that is not any more is not', async () => {
    const { accession } = await specimenWith(tech, { orders: ['TSH'], values: { TSH: '3.00' } });
    const open = async () =>
      (await tech.get('/api/criticals?state=open')).body.items.filter(
        (each: { accession: string }) => each.accession === accession,
      ).length;
    expect(await open()).toBe(0);
    const said = await say(accession, { pregnant: true, reason: 'ward called' });
    expect(currentOf(said.body, 'TSH')).toMatchObject({ alerts: ['critical'], critical: { high: '2.90' } });
    expect(await open()).toBe(1);
    const back = await say(accession, { pregnant: false, reason: 'not so' });
    expect(currentOf(back.body, 'TSH').alerts).toEqual([]);
    expect(currentOf(back.body, 'TSH').critical).toBeUndefined();
    expect(await open()).toBe(0);
    // Whoever looks after late calls has put it away meanwhile; so after all it is to be called, not forgotten.
    const { criticals } = site.lab.collections;
    await criticals.updateMany({ accession }, { $set: { openSince: '2000-01-01T00:00:00.000Z' } });
    await escalate(site.lab);
    expect(await criticals.find({ accession }).toArray()).toMatchObject([{ state: 'gone' }]);
    await say(accession, { pregnant: true, reason: 'so after all' });
    expect(await open()).toBe(1);
    const [waits] = await criticals.find({ accession }).toArray();
    expect(waits?.openSince).toMatch(/^20[2-9]/);
  });

  it('is not said of a man', async () => {
    const { accession } = await specimenWith(tech, { patient: somebody({ sex: 'male' }), orders: ['TSH'] });
    expect(await say(accession, { pregnant: true, reason: 'x' })).toMatchObject({ status: 400 });
    expect((await read(accession)).pregnant).toBeUndefined();
  });

  let controls = 0;
  const send = async (type: string, id: string, sex: string, lines: readonly string[]) => {
    const text = [
      `MSH|^~\\&|HIS|BV|LIS|XN|20261125080000||${type}|P${++controls}|P|2.5.1`,
      `PID|1||${id}^^^BV^MR||Lê^Hoa||19950101|${sex}`,
      ...lines,
    ].join('\r');
    return takeMessage(site.lab, readArrival(Buffer.from(text)));
  };
  const order = (number: string, tube: string, more: readonly string[] = []) => [
    `ORC|NW|${number}^HIS`,
    `OBR|1|${number}^HIS||TSH`,
    ...more,
    `SPM|1|${tube}^||SER|||||||||||||20261125073000`,
  ];

  it('comes with an order by HL7: an OBX asked at order entry, or a coded finding in OBR-13', async () => {
    const cases: readonly (readonly [string, true | undefined])[] = [
      ['OBX|1|CWE|82810-3^Pregnancy status^LN||77386006^Pregnant^SCT||||||F', true],
      ['OBX|1|CE|11449-6^Pregnancy status^LN||LA15173-0^Pregnant^LN||||||F', true],
      ['OBX|1|ID|HIS-7^Mang thai^L^82810-3^Pregnancy status^LN||Y||||||F', true],
      ['OBX|1|CWE|82810-3^Pregnancy status^LN||60001007^Not pregnant^SCT||||||F', undefined],
      ['OBX|1|CWE|82810-3^Pregnancy status^LN||LA4489-6^Unknown^LN||||||F', undefined],
      ['OBX|1|CWE|82810-3^Pregnancy status^LN||77386006^Pregnant^SCT||||||W', undefined],
      ['OBX|1|TX|718-7^Hemoglobin^LN||Y||||||F', undefined],
      ['NTE|1||pregnant', undefined],
    ];
    for (const [at, [line, pregnant]] of cases.entries()) {
      const answer = await send('OML^O21^OML_O21', `PG${at}`, 'F', order(`PG${at}`, `PGT${at}`, [line]));
      expect(answer.code, line).toBe('AA');
      expect((await read(`PGT${at}`)).pregnant, line).toBe(pregnant);
    }
    const orm = ['ORC|NW|PGM^HIS', 'OBR|1|PGM^HIS||TSH|||||||||77386006^Pregnant^SCT'];
    const answer = await send('ORM^O01', 'PGM', 'F', orm);
    expect((await read(answer.orders?.[0]?.accession ?? '')).pregnant).toBe(true);
  });

  it('a later order says it of the specimen that is there, and what waits is judged anew; a resend adds nothing', async () => {
    await send('OML^O21^OML_O21', 'PL1', 'F', order('PL1', 'PLT1'));
    await tech.post('/api/specimens/PLT1/observations', { observations: [{ analyte: 'TSH', value: '2.80' }] });
    const addOn = [
      'ORC|NW|PL2^HIS',
      'OBR|1|PL2^HIS||FT4',
      'OBX|1|CWE|82810-3^Pregnancy status^LN||77386006^Pregnant^SCT||||||F',
      'SPM|1|PLT1^||SER',
    ];
    await send('OML^O21^OML_O21', 'PL1', 'F', addOn);
    const after = await read('PLT1');
    expect(after).toMatchObject({ pregnant: true, orders: [{ code: 'TSH' }, { code: 'FT4' }] });
    expect(currentOf(after, 'TSH')).toMatchObject({ flags: ['H'], referenceRange: { high: '2.50' } });
    await send('OML^O21^OML_O21', 'PL1', 'F', addOn);
    expect(await read('PLT1')).toEqual(after);
    const changed = [
      'ORC|XO|PL2^HIS',
      'OBR|1|PL2^HIS||FT4',
      'OBX|1|CWE|82810-3^Pregnancy status^LN||60001007^Not pregnant^SCT||||||C',
    ];
    expect((await send('OML^O21^OML_O21', 'PL1', 'F', changed)).orders?.[0]?.control).toBe('XR');
    expect((await read('PLT1')).pregnant).toBeUndefined();
  });

  it('a pregnant man and a message that says both are refused in words, and nothing is registered', async () => {
    const yes = 'OBX|1|CWE|82810-3^Pregnancy status^LN||77386006^Pregnant^SCT||||||F';
    const no = 'OBX|2|CWE|82810-3^Pregnancy status^LN||60001007^Not pregnant^SCT||||||F';
    const man = await send('OML^O21^OML_O21', 'PX1', 'M', order('PX1', 'PXT1', [yes]));
    expect(man).toMatchObject({ code: 'AE', orders: [{ control: 'UA', refusal: { words: /is male/ } }] });
    const both = await send('OML^O21^OML_O21', 'PX2', 'F', order('PX2', 'PXT2', [yes, no]));
    expect(both).toMatchObject({ code: 'AE', refusals: [{ words: /pregnant, and that she is not/ }] });
    for (const tube of ['PXT1', 'PXT2']) expect((await tech.get(`/api/specimens/${tube}`)).status).toBe(404);
  });

  it('comes with a FHIR ServiceRequest as a contained Observation of supportingInfo', async () => {
    const headers = {
      authorization: `Bearer ${await addToken(site.lab, 'emr', ['system/ServiceRequest.c'])}`,
      'content-type': 'application/fhir+json',
    };
    const post = (number: string, gender: string, code: string, more: object = {}) =>
      site.stranger.post(
        '/fhir/R4/ServiceRequest',
        {
          resourceType: 'ServiceRequest',
          identifier: [{ system: 'urn:his', value: number }],
          status: 'active',
          intent: 'order',
          code: { coding: [{ code: 'TSH' }] },
          subject: { reference: '#p' },
          specimen: [{ reference: '#s' }],
          supportingInfo: [{ reference: '#o' }, { reference: 'Observation/elsewhere' }],
          contained: [
            { resourceType: 'Patient', id: 'p', identifier: [{ value: number }], gender, birthDate: '1995' },
            { resourceType: 'Specimen', id: 's', accessionIdentifier: { value: number } },
            {
              resourceType: 'Observation',
              id: 'o',
              status: 'final',
              code: { coding: [{ system: 'http://loinc.org', code: '82810-3' }] },
              valueCodeableConcept: { coding: [{ system: 'http://snomed.info/sct', code }] },
              ...more,
            },
          ],
        },
        headers,
      );
    expect((await post('PF1', 'female', '77386006')).status).toBe(201);
    expect((await read('PF1')).pregnant).toBe(true);
    expect((await post('PF2', 'female', '60001007')).status).toBe(201);
    expect((await read('PF2')).pregnant).toBeUndefined();
    expect((await post('PF3', 'female', '77386006', { status: 'entered-in-error' })).status).toBe(201);
    expect((await read('PF3')).pregnant).toBeUndefined();
    expect(await post('PF4', 'male', '77386006')).toMatchObject({
      status: 422,
      body: { issue: [{ diagnostics: expect.stringMatching(/is male/) }] },
    });
  });
});
