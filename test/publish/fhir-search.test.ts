import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openTestLaboratory, type TestLaboratory } from '../laboratory.ts';
import { bundleOf, type FhirBundle, followAll, get, idsOf } from './fhir-client.ts';
import { faultsOf } from './fhir-validation.ts';

let laboratory: TestLaboratory;
let app: FastifyInstance;
let all: { authorization: string };

beforeAll(async () => {
  laboratory = await openTestLaboratory({ lab: { id: '24001', name: 'Khoa Xét nghiệm' } });
  app = await laboratory.app();
  all = await laboratory.bearer('system/*.rs');
  const { release } = laboratory;
  await release(
    {
      accession: 'A1',
      collectedAt: '2026-11-20T01:00:00.000Z',
      encounter: 'MA1',
      orders: [{ code: 'GLU', placer: 'P-1' }],
    },
    { GLU: '7.10' },
  );
  await release(
    { accession: 'A2', collectedAt: '2026-11-22T16:30:15.000Z', orders: ['CBC'] },
    { HGB: '13.0', WBC: '5.5' },
  );
  await release(
    {
      accession: 'A3',
      collectedAt: '2026-11-24T01:30:00.000Z',
      patient: { id: 'BN/002', name: 'Trần Văn Ước', sex: 'male', birthDate: '1975' },
    },
    { GLU: '5.4', CREA: '80.0' },
  );
});
afterAll(() => laboratory.close());

const search = async (query: string, headers: Record<string, string> = {}): Promise<FhirBundle> =>
  bundleOf(await get(app, `/fhir/R4/${query}`, { ...all, ...headers }));
const found = async (query: string): Promise<string[]> => idsOf(await search(query));

describe('what an EMR searches by', () => {
  test.each([
    ['patient=BN001', ['A1', 'A2']],
    ['patient=Patient/BN001', ['A1', 'A2']],
    ['patient=http://lab.example/fhir/R4/Patient/BN001', ['A1', 'A2']],
    ['subject=Patient/BN001', ['A1', 'A2']],
    ['subject:Patient=BN001', ['A1', 'A2']],
    ['patient=BN.2F002', ['A3']],
    ['patient=Practitioner/BN001', []],
    ['patient=nobody', []],
    ['patient=BN001,BN.2F002', ['A1', 'A2', 'A3']],
    ['patient.identifier=BN001', ['A1', 'A2']],
    ['patient.identifier=urn:cuvette:laboratory:24001:patient|BN001', ['A1', 'A2']],
    ['patient.identifier=urn:other|BN001', []],
    ['patient=BN001&category=LAB', ['A1', 'A2']],
    ['patient=BN001&category=http://terminology.hl7.org/CodeSystem/v2-0074|LAB', ['A1', 'A2']],
    ['patient=BN001&category=http://terminology.hl7.org/CodeSystem/v2-0074|', ['A1', 'A2']],
    ['patient=BN001&category=RAD', []],
    ['patient=BN001&category=HM', ['A2']],
    ['patient=BN001&category=LAB&date=ge2026-11-21', ['A2']],
    ['patient=BN001&category=LAB&date=2026-11-22T23:30:15%2B07:00', ['A2']],
    ['patient=BN001&category=LAB&date=2026-11-22T23:30:15+07:00', ['A2']],
    ['patient=BN001&category=LAB&date=gt2026-11-22T23:30:15%2B07:00', []],
    ['patient=BN001&category=LAB&date=gt2026-11-22T16:30:14Z', ['A2']],
    ['patient=BN001&category=LAB&date=lt2026-11-22', ['A1']],
    ['patient=BN001&category=LAB&date=le2026-11-22', ['A1', 'A2']],
    ['patient=BN001&date=ge2026-11-20&date=lt2026-11-21', ['A1']],
    ['patient=BN001&date=2026-11-20,2026-11-22', ['A1', 'A2']],
    ['patient=BN001&date=ne2026-11-20', ['A2']],
    ['patient=BN001&date=2026-11', ['A1', 'A2']],
    ['patient=BN001&date=sa2026-11-20', ['A2']],
    ['patient=BN001&date=eb2026-11-22', ['A1']],
    ['patient=BN001&code=GLU', ['A1']],
    ['patient=BN001&code=CBC', ['A2']],
    ['patient=BN001&code=http://loinc.org|57021-8', ['A2']],
    ['patient=BN001&code=http://loinc.org|57021-8,GLU&date=ge2026-11-01', ['A1', 'A2']],
    ['patient=BN001&status=final', ['A1']],
    ['patient=BN001&status=http://hl7.org/fhir/diagnostic-report-status|final', ['A1']],
    ['patient=BN001&status=preliminary,final', ['A1', 'A2']],
    ['identifier=A3', ['A3']],
    ['identifier=urn:cuvette:laboratory:24001:accession|A3', ['A3']],
    ['identifier=urn:other|A3', []],
    ['_id=A1,A3', ['A1', 'A3']],
    ['based-on=ServiceRequest/A1.2E1', ['A1']],
    ['based-on=A1.2E1', ['A1']],
    ['based-on=A9.2E1', []],
    ['encounter=MA1', ['A1']],
    ['specimen=Specimen/A2', ['A2']],
    ['patient=BN001&unheard=of', ['A1', 'A2']],
    ['', ['A1', 'A2', 'A3']],
  ])('DiagnosticReport?%s', async (query, expected) => {
    expect(await found(`DiagnosticReport?${query}`)).toEqual(expected);
  });

  test.each([
    ['patient=BN001', ['A1..GLU', 'A2..WBC', 'A2..HGB']],
    ['patient=BN001&category=laboratory', ['A1..GLU', 'A2..WBC', 'A2..HGB']],
    ['patient=BN001&category=vital-signs', []],
    ['patient=BN001&code=http://loinc.org|718-7', ['A2..HGB']],
    ['patient=BN001&code=718-7&date=ge2026-11-01', ['A2..HGB']],
    ['patient=BN001&category=laboratory&date=lt2026-11-21', ['A1..GLU']],
    ['patient=BN001&status=final&code=GLU', ['A1..GLU']],
    ['specimen=A2', ['A2..WBC', 'A2..HGB']],
    ['identifier=A2/HGB', ['A2..HGB']],
    ['_id=A2..HGB', ['A2..HGB']],
    ['based-on=ServiceRequest/A1.2E1', ['A1..GLU']],
    ['encounter=MA1', ['A1..GLU']],
  ])('Observation?%s', async (query, expected) => {
    const ids = await found(`Observation?${query}`);
    expect([...ids].sort()).toEqual([...expected].sort());
  });

  test.each([
    ['Patient?identifier=BN001', ['BN001']],
    ['Patient?identifier=urn:cuvette:laboratory:24001:patient|BN/002', ['BN.2F002']],
    ['Patient?identifier=urn:other|BN001', []],
    ['Patient?name=nguyen', ['BN001']],
    ['Patient?name=nobody,tran', ['BN.2F002']],
    ['Patient?name=((', []],
    ['Patient?name=%25', []],
    ['Patient?_id=BN001', ['BN001']],
    ['Patient?birthdate=1980-05-17', ['BN001']],
    ['Patient?birthdate=lt1980', ['BN.2F002']],
    ['Patient?gender=male', ['BN.2F002']],
    ['Specimen?patient=BN001', ['A1', 'A2']],
    ['Specimen?accession=A3', ['A3']],
    ['Specimen?collected=ge2026-11-24', ['A3']],
    ['ServiceRequest?patient=BN001', ['A1.2E1', 'A2.2E1']],
    ['ServiceRequest?identifier=P-1', ['A1.2E1']],
    ['ServiceRequest?requisition=A2', ['A2.2E1']],
    ['ServiceRequest?status=completed', ['A1.2E1', 'A3.2E1', 'A3.2E2']],
    ['Provenance?target=DiagnosticReport/A1', ['A1-v1']],
    ['Provenance?patient=BN001', ['A1-v1', 'A2-v1']],
    ['Organization?identifier=24001', ['24001']],
  ])('%s', async (query, expected) => {
    expect([...(await found(query))].sort()).toEqual([...expected].sort());
  });

  test('POST _search takes the form as the address', async () => {
    const answer = await app.inject({
      method: 'POST',
      url: '/fhir/R4/DiagnosticReport/_search?_count=5',
      headers: { ...all, 'content-type': 'application/x-www-form-urlencoded' },
      payload: 'patient=BN001&date=ge2026-11-21',
    });
    expect(idsOf(bundleOf(answer))).toEqual(['A2']);
  });

  test('_include and _revinclude add each resource once, marked as included', async () => {
    const bundle = await search(
      'DiagnosticReport?patient=BN001&_include=DiagnosticReport:result&_include=DiagnosticReport:patient' +
        '&_include=DiagnosticReport:specimen:Specimen&_include=DiagnosticReport:based-on&_include=DiagnosticReport:performer&_revinclude=Provenance:target',
    );
    const included = bundle.entry.filter((each) => each.search.mode === 'include').map((each) => each.fullUrl);
    const ends = included.map((url) => url.split('/').slice(-2).join('/')).sort();
    expect(ends).toEqual(
      [
        'Observation/A1..GLU',
        'Observation/A2..HGB',
        'Observation/A2..WBC',
        'Organization/24001',
        'Patient/BN001',
        'Provenance/A1-v1',
        'Provenance/A2-v1',
        'ServiceRequest/A1.2E1',
        'ServiceRequest/A2.2E1',
        'Specimen/A1',
        'Specimen/A2',
      ].sort(),
    );
  });

  test('_summary=count gives the number alone; a first page that is whole gives its total', async () => {
    const counted = await search('DiagnosticReport?patient=BN001&_summary=count');
    expect(counted).toMatchObject({ total: 2, type: 'searchset' });
    expect(counted.entry).toEqual([]);
    expect((await search('Observation?_summary=count')).total).toBe(5);
    expect((await search('DiagnosticReport?_count=0')).total).toBe(3);
    expect((await search('DiagnosticReport?_count=2&_total=accurate')).total).toBe(3);
    expect((await search('Patient')).total).toBe(2);
  });

  test('sorting by time of change and of collection, both ways, also over pages', async () => {
    expect(await found('DiagnosticReport?_sort=_lastUpdated')).toEqual(['A1', 'A2', 'A3']);
    expect(await found('DiagnosticReport?_sort=-_lastUpdated')).toEqual(['A3', 'A2', 'A1']);
    for (const count of [1, 2, 3]) {
      expect(await followAll(app, `/fhir/R4/DiagnosticReport?_sort=-date&_count=${count}`, all)).toEqual([
        'A3',
        'A2',
        'A1',
      ]);
      expect(await followAll(app, `/fhir/R4/DiagnosticReport?_sort=date&_count=${count}`, all)).toEqual([
        'A1',
        'A2',
        'A3',
      ]);
      expect(await followAll(app, `/fhir/R4/Observation?_count=${count}`, all)).toHaveLength(5);
      expect(await followAll(app, `/fhir/R4/Patient?_count=${count}`, all)).toEqual(['BN001', 'BN.2F002']);
      expect(await followAll(app, `/fhir/R4/ServiceRequest?_count=${count}`, all)).toHaveLength(4);
    }
  });

  test('the self link says what was applied', async () => {
    const bundle = await search('DiagnosticReport?patient=BN001&unheard=of&_count=1');
    const self = bundle.link.find((each) => each.relation === 'self')?.url ?? '';
    expect(self).toContain('patient=BN001');
    expect(self).not.toContain('unheard');
  });

  test('every resource of every type is valid R4 and every address ends in Type/id', async () => {
    for (const type of [
      'DiagnosticReport',
      'Observation',
      'Specimen',
      'ServiceRequest',
      'Patient',
      'Provenance',
      'Organization',
      'Practitioner',
      'Device',
    ]) {
      const answer = await get(app, `/fhir/R4/${type}?_revinclude=Provenance:target`, all);
      expect(faultsOf(answer.body)).toEqual([]);
      for (const { fullUrl, resource } of bundleOf(answer).entry) {
        expect(fullUrl.endsWith(`/${resource.resourceType}/${resource.id}`)).toBe(true);
        expect(faultsOf(JSON.stringify(resource))).toEqual([]);
      }
    }
  });
});

describe('what is refused', () => {
  test.each([
    ['DiagnosticReport?date=yesterday', {}],
    ['DiagnosticReport?date=2026-02-30', {}],
    ['DiagnosticReport?date=2026-11-24T25:00', {}],
    ['DiagnosticReport?_lastUpdated=ge24-11-2026', {}],
    ['DiagnosticReport?_count=many', {}],
    ['DiagnosticReport?_count=-1', {}],
    ['DiagnosticReport?_count=', {}],
    ['DiagnosticReport?_cursor=x', {}],
    ['DiagnosticReport?patient=', {}],
    ['DiagnosticReport?code:text=glucose', {}],
    ['Patient?birthdate=17/05/1980', {}],
    ['DiagnosticReport?unheard=of', { prefer: 'handling=strict' }],
    ['DiagnosticReport?patient.name=Dao', { prefer: 'handling=strict' }],
    ['DiagnosticReport?_include=DiagnosticReport:media', { prefer: 'handling=strict' }],
    ['DiagnosticReport?_include:iterate=Observation:specimen', { prefer: 'respond-async, handling=strict' }],
    ['DiagnosticReport?_revinclude=Task:focus', { prefer: 'handling=strict' }],
    ['DiagnosticReport?_sort=code', { prefer: 'handling=strict' }],
    ['DiagnosticReport?_summary=text', { prefer: 'handling=strict' }],
  ])('%s %j is 400', async (query, headers) => {
    const answer = await get(app, `/fhir/R4/${query}`, { ...all, ...headers });
    expect(answer.statusCode).toBe(400);
    expect(answer.json()).toMatchObject({ resourceType: 'OperationOutcome', issue: [{ severity: 'error' }] });
    expect(faultsOf(answer.body)).toEqual([]);
  });

  test.each([
    ['GET', '/fhir/R4/DiagnosticReport/nothing', 404],
    ['GET', '/fhir/R4/DiagnosticReport/%00', 404],
    ['GET', '/fhir/R4/Patient/%E0%A4%A', 400],
    ['GET', '/fhir/R4/Observation/A1..NONE', 404],
    ['GET', '/fhir/R4/DiagnosticReport/A1/_history/7', 404],
    ['GET', '/fhir/R4/DiagnosticReport/A1/_history/x', 404],
    ['GET', '/fhir/R4/Encounter', 404],
    ['GET', '/fhir/R4/nowhere/at/all', 404],
    ['POST', '/fhir/R4/DiagnosticReport', 405],
    ['DELETE', '/fhir/R4/DiagnosticReport/A1', 405],
    ['GET', '/fhir/R4/DiagnosticReport?_format=xml', 406],
    ['PUT', '/fhir/R4/DiagnosticReport/A1', 405, 'application/json'],
    ['POST', '/fhir/R4/Observation', 405, 'application/fhir+json'],
    ['PATCH', '/fhir/R4/Patient/BN001', 405, 'application/json-patch+json'],
    // Parameters in a form that is not read would find everything.
    ['POST', '/fhir/R4/DiagnosticReport/_search', 415, 'application/json'],
  ] as const)('%s %s is %i, as an OperationOutcome', async (method, url, status, type?: string) => {
    const body = type === undefined ? {} : { payload: '{"patient":"BN001"}' };
    const headers = { ...all, ...(type === undefined ? {} : { 'content-type': type }) };
    const answer = await app.inject({ method, url, headers, ...body });
    expect(answer.statusCode).toBe(status);
    expect(answer.headers['content-type']).toContain('application/fhir+json');
    expect(answer.json()).toMatchObject({ resourceType: 'OperationOutcome' });
  });
});
