import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createUser } from '../../src/api/auth/users.ts';
import { writeFileRecipients } from '../../src/publish/recipients.ts';
import { openTestLaboratory, type TestLaboratory } from '../laboratory.ts';
import { bundleOf, get, idsOf } from './fhir-client.ts';
import { faultsOf } from './fhir-validation.ts';

const secrets = ['bí-mật-1', 'p4ssw0rd', 'whsec_', 'hook-key', 'Bearer'];
let laboratory: TestLaboratory;
let app: FastifyInstance;

beforeAll(async () => {
  laboratory = await openTestLaboratory({
    recipients: [
      { id: 'his', name: 'HIS của bệnh viện', hl7: { connect: '10.0.0.2:6661', tls: { ca: 'ca.pem' } } },
      { id: 'emr', fhir: { url: 'https://lab:p4ssw0rd@emr.bv.vn/fhir?key=p4ssw0rd', auth: { token: 'bí-mật-1' } } },
      { id: 'hook', webhook: { url: 'https://hook.vn/hook-key/x', secret: `whsec_${'A'.repeat(40)}` } },
      { id: 'by-file', referral: true },
    ],
  });
  await writeFileRecipients(laboratory.lab);
  await laboratory.lab.collections.recipients.updateOne({ _id: 'emr' }, { $set: { paused: true } });
  app = await laboratory.app();
  for (const role of ['administrator', 'technician'] as const)
    await createUser(laboratory.lab, { username: role, password: 'Nui-Cao-Bien-Rong-42', role });
});
afterAll(() => laboratory.close());

async function signedIn(username: string): Promise<{ cookie: string }> {
  const payload = { username, password: 'Nui-Cao-Bien-Rong-42' };
  const answer = await app.inject({ method: 'POST', url: '/api/session', payload });
  return { cookie: String(answer.headers['set-cookie']).split(';')[0] ?? '' };
}

const all = ['fhir-R4', 'to-emr', 'to-his', 'to-hook'];
const find = async (headers: Record<string, string>, query = ''): Promise<string[]> =>
  idsOf(bundleOf(await get(app, `/fhir/R4/Endpoint${query}`, headers)));

describe('Endpoint', () => {
  test('shows who may see the recipients where each is reached, and never what we sign in with', async () => {
    const headers = await signedIn('administrator');
    const answer = await get(app, '/fhir/R4/Endpoint', headers);
    expect(idsOf(bundleOf(answer))).toEqual(all);
    for (const secret of secrets) expect(answer.body).not.toContain(secret);
    const facts = bundleOf(answer).entry.map(({ resource: { id, status, address, connectionType } }) => [
      id,
      status,
      address,
      (connectionType as { code: string }).code,
    ]);
    expect(facts.slice(1)).toEqual([
      ['to-emr', 'suspended', 'https://emr.bv.vn/fhir', 'hl7-fhir-rest'],
      ['to-his', 'active', 'mllps://10.0.0.2:6661', 'hl7v2-mllp'],
      ['to-hook', 'active', 'https://hook.vn', 'webhook'],
    ]);
    for (const id of all) {
      const read = await get(app, `/fhir/R4/Endpoint/${id}`, headers);
      expect([id, read.statusCode, faultsOf(read.body)]).toEqual([id, 200, []]);
      const known = { ...headers, 'if-none-match': String(read.headers.etag) };
      expect((await get(app, `/fhir/R4/Endpoint/${id}`, known)).statusCode).toBe(304);
    }
    expect((await get(app, '/fhir/R4/Endpoint/to-by-file', headers)).statusCode).toBe(404);
  });

  test('is searched by id, identifier, status and connection type', async () => {
    const headers = { ...(await signedIn('administrator')), prefer: 'handling=strict' };
    expect(await find(headers, '?status=suspended')).toEqual(['to-emr']);
    expect(await find(headers, '?connection-type=hl7v2-mllp')).toEqual(['to-his']);
    const system = 'http://terminology.hl7.org/CodeSystem/endpoint-connection-type';
    expect(await find(headers, `?connection-type=${system}|hl7-fhir-rest&status=active`)).toEqual(['fhir-R4']);
    expect(await find(headers, '?_id=to-his,to-hook')).toEqual(['to-his', 'to-hook']);
    expect(await find(headers, '?identifier=his')).toEqual(['to-his']);
    expect((await get(app, '/fhir/R4/Endpoint?address=x', headers)).statusCode).toBe(400);
  });

  test('of a system shows our address and its own subscriptions, nobody else’s connections', async () => {
    const emr = await laboratory.bearer(
      'system/Endpoint.rs',
      'system/Subscription.cruds',
      'system/DiagnosticReport.rs',
    );
    expect(await find(emr)).toEqual(['fhir-R4']);
    const subscribed = await app.inject({
      method: 'POST',
      url: '/fhir/R4/Subscription',
      headers: { ...emr, 'content-type': 'application/fhir+json' },
      payload: JSON.stringify({
        resourceType: 'Subscription',
        status: 'requested',
        criteria: 'urn:cuvette:topic:released-reports',
        channel: {
          type: 'rest-hook',
          endpoint: 'http://127.0.0.1:1/hook-key?token=p4ssw0rd',
          payload: 'application/fhir+json',
          header: ['Authorization: Bearer bí-mật-1'.normalize('NFD').replaceAll(/[^\x20-\x7e]/g, '')],
        },
      }),
    });
    expect(subscribed.statusCode).toBe(201);
    const own = `to-${subscribed.json().id}`;
    expect(await find(emr)).toEqual(['fhir-R4', own]);
    const read = await get(app, `/fhir/R4/Endpoint/${own}`, emr);
    expect(faultsOf(read.body)).toEqual([]);
    expect(read.json()).toMatchObject({ address: 'http://127.0.0.1:1' });
    const other = await laboratory.bearer('system/Endpoint.rs');
    expect(await find(other)).toEqual(['fhir-R4']);
    expect((await get(app, `/fhir/R4/Endpoint/${own}`, other)).statusCode).toBe(404);
    expect((await get(app, '/fhir/R4/Endpoint/to-his', other)).statusCode).toBe(404);
    const narrow = await laboratory.bearer('system/DiagnosticReport.rs');
    expect((await get(app, '/fhir/R4/Endpoint', narrow)).statusCode).toBe(403);
    expect((await get(app, '/fhir/R4/Endpoint', {})).statusCode).toBe(401);
    expect(await find(await signedIn('technician'))).toEqual(['fhir-R4']);
  });
});
