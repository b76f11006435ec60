import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { enterByHand } from '../../src/acts/enter.ts';
import { issueDue } from '../../src/acts/issue.ts';
import { registerSpecimen } from '../../src/acts/registration.ts';
import { verifyObservations } from '../../src/acts/verify.ts';
import { createUser } from '../../src/api/auth/users.ts';
import { openTestLaboratory, type TestLaboratory, technician } from '../laboratory.ts';
import { bundleOf, get, idsOf } from './fhir-client.ts';
import { faultsOf } from './fhir-validation.ts';

let laboratory: TestLaboratory;
let app: FastifyInstance;

beforeAll(async () => {
  laboratory = await openTestLaboratory();
  app = await laboratory.app();
  await laboratory.release({ accession: 'A1' }, { GLU: '7.10' });
});
afterAll(() => laboratory.close());

const status = async (url: string, headers: Record<string, string> = {}): Promise<number> =>
  (await get(app, `/fhir/R4/${url}`, headers)).statusCode;

describe('scopes', () => {
  test('without or with wrong credentials nothing but metadata answers', async () => {
    expect(await status('metadata')).toBe(200);
    for (const url of ['DiagnosticReport', 'DiagnosticReport/A1', 'Patient?_id=x', 'DiagnosticReport/A1/_history']) {
      const answer = await get(app, `/fhir/R4/${url}`, {});
      expect(answer.statusCode).toBe(401);
      expect(answer.headers['www-authenticate']).toContain('Bearer');
      expect(answer.json()).toMatchObject({ resourceType: 'OperationOutcome', issue: [{ code: 'login' }] });
      expect(await status(url, { authorization: 'Bearer wrong' })).toBe(401);
    }
  });

  test('.r reads and does not search, .s searches and does not read', async () => {
    const reads = await laboratory.bearer('system/DiagnosticReport.r');
    expect(await status('DiagnosticReport/A1', reads)).toBe(200);
    expect(await status('DiagnosticReport/A1/_history/1', reads)).toBe(200);
    expect(await status('DiagnosticReport', reads)).toBe(403);
    const searches = await laboratory.bearer('system/DiagnosticReport.s');
    expect(await status('DiagnosticReport?_id=A1', searches)).toBe(200);
    expect(await status('DiagnosticReport/A1', searches)).toBe(403);
    expect(await status('DiagnosticReport/A1/_history', searches)).toBe(403);
    expect(await status('Observation?_id=A1..GLU', searches)).toBe(403);
    expect(await status('Patient/BN001', reads)).toBe(403);
  });

  test('an include never reaches a type outside the scope', async () => {
    const reports = await laboratory.bearer('system/DiagnosticReport.rs');
    const url =
      '/fhir/R4/DiagnosticReport?_include=DiagnosticReport:result&_include=DiagnosticReport:patient&_revinclude=Provenance:target';
    const narrow = bundleOf(await get(app, url, reports));
    expect(new Set(narrow.entry.map((each) => each.resource.resourceType))).toEqual(new Set(['DiagnosticReport']));
    const wider = await laboratory.bearer('system/DiagnosticReport.rs', 'system/Observation.rs');
    const both = bundleOf(await get(app, url, wider));
    expect(new Set(both.entry.map((each) => each.resource.resourceType))).toEqual(
      new Set(['DiagnosticReport', 'Observation']),
    );
  });

  test('a chain never reaches a type outside the scope', async () => {
    const reports = await laboratory.bearer('system/DiagnosticReport.rs');
    expect(await status('DiagnosticReport?patient.identifier=BN001', reports)).toBe(403);
    const wider = await laboratory.bearer('system/DiagnosticReport.rs', 'system/Patient.r');
    expect(await status('DiagnosticReport?patient.identifier=BN001', wider)).toBe(200);
  });

  test('what a system reads and searches is in the audit trail', async () => {
    const all = await laboratory.bearer('system/*.rs');
    await get(app, '/fhir/R4/DiagnosticReport/A1', all);
    await get(app, '/fhir/R4/Observation?patient=BN001', all);
    const trail = await laboratory.lab.collections.audit.find({}, { sort: { _id: -1 }, limit: 2 }).toArray();
    for (const { actor } of trail) expect(actor).toMatch(/^token:/);
    expect(trail.map(({ action, subject }) => `${action} ${subject}`).sort()).toEqual(['read A1', 'search BN001']);
    // A person who looks the same way leaves his name.
    const login = { username: 'hoa', password: 'Nui-Cao-Bien-Rong-42' };
    await createUser(laboratory.lab, { ...login, role: 'technician' });
    const session = await app.inject({ method: 'POST', url: '/api/session', payload: login });
    await get(app, '/fhir/R4/DiagnosticReport/A1', {
      cookie: String(session.headers['set-cookie']).split(';')[0] ?? '',
    });
    const [last] = await laboratory.lab.collections.audit.find({}, { sort: { _id: -1 }, limit: 1 }).toArray();
    expect([last?.actor, last?.action, last?.subject]).toEqual(['hoa', 'read', 'A1']);
  });
});

describe('before release', () => {
  test('neither report nor observation is seen, whatever is asked', async () => {
    const { lab } = laboratory;
    const all = await laboratory.bearer('system/*.rs');
    await registerSpecimen(lab, technician, {
      accession: 'B1',
      patient: { id: 'BN009', name: 'Phạm B', sex: 'male', birthDate: '1970' },
      orders: ['GLU'],
    });
    await enterByHand(lab, technician, 'B1', [{ analyte: 'GLU', value: '9.9' }]);
    const seen = async (): Promise<unknown[]> => [
      await status('DiagnosticReport/B1', all),
      await status('Observation/B1..GLU', all),
      await status('DiagnosticReport/B1/_history', all),
      await status('Provenance/B1-v1', all),
      idsOf(bundleOf(await get(app, '/fhir/R4/DiagnosticReport?patient=BN009', all))),
      idsOf(bundleOf(await get(app, '/fhir/R4/Observation?patient=BN009', all))),
      idsOf(bundleOf(await get(app, '/fhir/R4/Provenance?patient=BN009', all))),
    ];
    expect(await seen()).toEqual([404, 404, 404, 404, [], [], []]);
    // Its registration is no secret.
    expect(await status('Specimen/B1', all)).toBe(200);
  });

  test('a verification that may still be undone shows nothing', async () => {
    let now = Date.parse('2026-11-24T03:00:00.000Z');
    const slow = await openTestLaboratory({ undoSeconds: 8 }, () => now);
    try {
      const slowApp = await slow.app();
      const all = await slow.bearer('system/*.rs');
      await registerSpecimen(slow.lab, technician, {
        accession: 'C1',
        patient: { id: 'BN009', name: 'Phạm B', sex: 'male', birthDate: '1970' },
        orders: ['GLU'],
      });
      const [entered] = await enterByHand(slow.lab, technician, 'C1', [{ analyte: 'GLU', value: '5.0' }]);
      if (entered === undefined) throw new Error('nothing entered');
      await verifyObservations(slow.lab, technician, 'C1', {
        observations: [{ id: entered._id, version: entered.version }],
        ownEntryReason: 'alone',
      });
      now += 7_999;
      await issueDue(slow.lab, 'C1');
      expect((await get(slowApp, '/fhir/R4/DiagnosticReport/C1', all)).statusCode).toBe(404);
      now += 1;
      await issueDue(slow.lab, 'C1');
      expect((await get(slowApp, '/fhir/R4/DiagnosticReport/C1', all)).statusCode).toBe(200);
    } finally {
      await slow.close();
    }
  });
});

describe('the CapabilityStatement', () => {
  test('is valid and every interaction, parameter and include it names works under strict handling', async () => {
    const all = { ...(await laboratory.bearer('system/*.rs')), prefer: 'handling=strict' };
    const answer = await get(app, '/fhir/R4/metadata', {});
    expect(faultsOf(answer.body)).toEqual([]);
    const ids: Record<string, string> = {
      DiagnosticReport: 'A1',
      Observation: 'A1..GLU',
      Provenance: 'A1-v1',
      Specimen: 'A1',
      ServiceRequest: 'A1.2E1',
      Patient: 'BN001',
      Organization: 'LAB',
      Endpoint: 'fhir-R4',
    };
    const [rest] = answer.json().rest;
    for (const { type, interaction, searchParam = [], searchInclude = [], searchRevInclude = [] } of rest.resource) {
      const codes = interaction.map((each: { code: string }) => each.code);
      // Bundles are only taken in: test/publish/referral.test.ts.
      if (codes.join() === 'create') continue;
      const id = ids[type];
      if (!codes.includes('search-type')) continue;
      if (id !== undefined) expect(await status(`${type}/${id}`, all)).toBe(200);
      if (codes.includes('vread')) expect(await status(`${type}/${id}/_history/1`, all)).toBe(200);
      else expect(await status(`${type}/${id}/_history/1`, all)).toBe(404);
      if (codes.includes('history-instance')) expect(await status(`${type}/${id}/_history`, all)).toBe(200);
      expect(await status(type, all)).toBe(200);
      for (const { name, type: kind } of searchParam) {
        const value = kind === 'date' ? 'ge2020-01-01' : 'x';
        expect([name, await status(`${type}?${name}=${value}`, all)]).toEqual([name, 200]);
      }
      for (const include of searchInclude) expect(await status(`${type}?_include=${include}`, all)).toBe(200);
      for (const include of searchRevInclude) expect(await status(`${type}?_revinclude=${include}`, all)).toBe(200);
    }
  });

  test('names every resource type that answers', async () => {
    const all = await laboratory.bearer('system/*.rs');
    const named: string[] = (await get(app, '/fhir/R4/metadata', {}))
      .json()
      .rest[0].resource.filter(({ interaction }: { interaction: { code: string }[] }) =>
        interaction.some(({ code }) => code === 'search-type'),
      )
      .map((each: { type: string }) => each.type);
    const candidates = [
      'Account',
      'Bundle',
      'Device',
      'DiagnosticReport',
      'Encounter',
      'Endpoint',
      'Observation',
      'Organization',
      'Patient',
      'Practitioner',
      'Provenance',
      'ServiceRequest',
      'Specimen',
      'Subscription',
      'Task',
    ];
    for (const type of candidates) {
      expect([type, (await status(type, all)) === 200]).toEqual([type, named.includes(type)]);
    }
  });
});
