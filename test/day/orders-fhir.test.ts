import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { addToken } from '../../src/api/auth/tokens.ts';
import { openTestLaboratory, type Person, type TestLaboratory } from './laboratory.ts';

describe('orders by FHIR', () => {
  let site: TestLaboratory;
  let tech: Person;
  let headers: Record<string, string>;
  beforeAll(async () => {
    site = await openTestLaboratory();
    tech = await site.as('technician');
    headers = {
      authorization: `Bearer ${await addToken(site.lab, 'emr', ['system/ServiceRequest.c'])}`,
      'content-type': 'application/fhir+json',
    };
  });
  afterAll(() => site.close());

  const order = (more: object = {}) => ({
    resourceType: 'ServiceRequest',
    identifier: [{ system: 'urn:his', value: 'F1' }],
    status: 'active',
    intent: 'order',
    priority: 'asap',
    code: { coding: [{ system: 'http://loinc.org', code: '57021-8' }] },
    subject: { reference: '#p' },
    specimen: [{ reference: '#s' }],
    contained: [
      {
        resourceType: 'Patient',
        id: 'p',
        identifier: [{ value: 'FP1' }],
        name: [{ text: 'Trần Văn Đức' }],
        gender: 'male',
        birthDate: '1990-02',
      },
      {
        resourceType: 'Specimen',
        id: 's',
        accessionIdentifier: { value: 'F-100' },
        collection: { collectedDateTime: '2026-11-25T07:00:00+07:00' },
      },
    ],
    ...more,
  });
  const post = (body: object, with_ = headers) => site.stranger.post('/fhir/R4/ServiceRequest', body, with_);

  it('needs the scope, registers the specimen, and is idempotent on its number', async () => {
    expect((await post(order(), { 'content-type': 'application/fhir+json' })).status).toBe(401);
    const reader = { ...headers, authorization: `Bearer ${await addToken(site.lab, 'reader', ['system/*.rs'])}` };
    expect((await post(order(), reader)).status).toBe(403);
    const made = await post(order());
    expect(made).toMatchObject({
      status: 201,
      body: { resourceType: 'ServiceRequest', status: 'active', priority: 'urgent' },
    });
    const specimen = (await tech.get('/api/specimens/F-100')).body;
    expect(specimen).toMatchObject({
      patient: { id: 'FP1', name: 'Trần Văn Đức', birthDate: '1990-02' },
      orders: [{ code: 'CBC', placer: 'F1^urn:his' }],
      collectedAt: '2026-11-25T00:00:00.000Z',
    });
    expect((await post(order({ priority: 'stat' }))).status).toBe(200);
    expect((await tech.get('/api/specimens/F-100')).body).toEqual(specimen);
  });

  it('is found by the number its sender gave it, in the report too, and not by another system’s', async () => {
    const reading = { authorization: `Bearer ${await addToken(site.lab, 'finder', ['system/*.rs'])}` };
    const found = async (identifier: string): Promise<number> => {
      const path = `/fhir/R4/ServiceRequest?identifier=${encodeURIComponent(identifier)}`;
      return (await site.stranger.get(path, reading)).body.total;
    };
    await post(
      order({ identifier: [{ system: 'urn:his', value: 'F-78' }], specimen: [], code: { coding: [{ code: 'GLU' }] } }),
    );
    expect(await found('urn:his|F-78')).toBe(1);
    expect(await found('F-78')).toBe(1);
    expect(await found('urn:other|F-78')).toBe(0);
    expect(await found('urn:his|F-7')).toBe(0);
    const path = '/fhir/R4/ServiceRequest?identifier=urn:his|F-78';
    const [entry] = (await site.stranger.get(path, reading)).body.entry;
    expect(entry.resource.identifier).toEqual([{ system: 'urn:his', value: 'F-78' }]);
  });

  it('refuses with an OperationOutcome that says why', async () => {
    const other = { identifier: [{ system: 'urn:his', value: 'F2' }] };
    const unknown = await post(order({ ...other, code: { coding: [{ code: 'NOPE' }] } }));
    expect(unknown).toMatchObject({ status: 422, body: { resourceType: 'OperationOutcome' } });
    expect(unknown.text).toContain('NOPE');
    expect((await post(order({ ...other, identifier: undefined }))).status).toBe(400);
    for (const status of ['draft', 'on-hold', 'revoked', 'completed'])
      expect((await post(order({ ...other, status }))).text).toContain('must be active');
    expect((await post(order({ ...other, subject: { reference: 'Patient/nobody' } }))).status).toBe(422);
    expect(
      (
        await post(
          order({
            ...other,
            subject: { reference: 'Patient/FP1' },
            code: { coding: [{ code: 'GLU' }] },
            specimen: undefined,
          }),
        )
      ).status,
    ).toBe(201);
    const female = [{ resourceType: 'Patient', id: 'p', identifier: [{ value: 'FP2' }], gender: 'female' }];
    expect(
      (
        await post(
          order({
            identifier: [{ value: 'F3' }],
            contained: female,
            specimen: undefined,
            code: { coding: [{ code: 'PSA' }] },
          }),
        )
      ).status,
    ).toBe(422);
  });
});
