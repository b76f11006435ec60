import { createServer, type Server } from 'node:http';
import type { FastifyInstance, LightMyRequestResponse } from 'fastify';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { revokeToken } from '../../src/api/auth/tokens.ts';
import { type Publishing, startPublishing } from '../../src/publish/start.ts';
import { until } from '../journeys/until.ts';
import { openTestLaboratory, type TestLaboratory } from '../laboratory.ts';
import { faultsOf } from './fhir-validation.ts';

interface Notified {
  readonly headers: Readonly<Record<string, unknown>>;
  readonly text: string;
  readonly type: string;
  readonly parameters: Readonly<Record<string, unknown>>;
  readonly entries: ReturnType<typeof JSON.parse>[];
}

const patientTopic = 'http://hl7.org/fhir/us/core/SubscriptionTopic/patient-data-feed';
const allTopic = 'urn:cuvette:topic:released-reports';
const ext = 'http://hl7.org/fhir/uv/subscriptions-backport/StructureDefinition';

let laboratory: TestLaboratory;
let publishing: Publishing;
let app: FastifyInstance;
let system: { authorization: string };
let server: Server;
let endpoint: string;
let notified: Notified[];
let answer: (count: number) => number;

beforeEach(async () => {
  notified = [];
  answer = () => 200;
  server = createServer(async (request, response) => {
    let text = '';
    for await (const part of request.setEncoding('utf8')) text += part;
    const bundle = JSON.parse(text);
    const parameters = Object.fromEntries(
      bundle.entry[0].resource.parameter.map((each: Record<string, unknown>) => [
        each.name,
        each.valueCode ?? each.valueString ?? each,
      ]),
    );
    notified.push({
      headers: request.headers,
      text,
      type: parameters.type,
      parameters,
      entries: bundle.entry.slice(1),
    });
    response.writeHead(answer(notified.length)).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  endpoint = `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}/notify`;
  laboratory = await openTestLaboratory();
  publishing = await startPublishing(laboratory.lab);
  app = await laboratory.app({ publishing });
  system = await laboratory.bearer('system/Subscription.cruds', 'system/DiagnosticReport.rs', 'system/Observation.rs');
});
afterEach(async () => {
  await publishing.close();
  await laboratory.close();
  await new Promise((resolve) => server.close(resolve));
});

interface Wanted {
  readonly topic?: string;
  readonly filter?: string;
  readonly content?: string;
  readonly channel?: Readonly<Record<string, unknown>>;
}

const subscription = ({ topic = allTopic, filter, content = 'id-only', channel = {} }: Wanted = {}) => ({
  resourceType: 'Subscription',
  status: 'requested',
  reason: 'kết quả xét nghiệm',
  criteria: topic,
  ...(filter === undefined
    ? {}
    : { _criteria: { extension: [{ url: `${ext}/backport-filter-criteria`, valueString: filter }] } }),
  channel: {
    type: 'rest-hook',
    endpoint,
    payload: 'application/fhir+json',
    _payload: { extension: [{ url: `${ext}/backport-payload-content`, valueCode: content }] },
    ...channel,
  },
});

function ask(
  method: 'GET' | 'POST' | 'PUT' | 'DELETE',
  path: string,
  body?: object,
  headers = system,
): Promise<LightMyRequestResponse> {
  return app.inject({
    method,
    url: `/fhir/R4/${path}`,
    headers: { ...headers, ...(body === undefined ? {} : { 'content-type': 'application/fhir+json' }) },
    ...(body === undefined ? {} : { payload: JSON.stringify(body) }),
  });
}

async function subscribed(wanted: Wanted = {}): Promise<string> {
  const made = await ask('POST', 'Subscription', subscription(wanted));
  expect([made.statusCode, made.json().status]).toEqual([201, 'requested']);
  const id: string = made.json().id;
  await until('active', async () => (await ask('GET', `Subscription/${id}`)).json().status === 'active');
  return id;
}

const events = (): Notified[] => notified.filter((each) => each.type === 'event-notification');

describe('a subscription', () => {
  test('is shaken hands on, becomes active and tells of each released version by number', async () => {
    const id = await subscribed();
    expect(notified.map((each) => each.type)).toEqual(['handshake']);
    await laboratory.release({ accession: 'A1', orders: ['GLU', 'CREA'] }, { GLU: '5.0' });
    await laboratory.add('A1', { CREA: '80.0' });
    await until('two events', () => events().length === 2);
    expect(events().map((each) => each.parameters['events-since-subscription-start'])).toEqual(['1', '2']);
    expect(JSON.stringify(events()[0]?.parameters['notification-event'])).toContain('DiagnosticReport/A1');
    expect(JSON.stringify(events()[0]?.parameters.subscription)).toContain(`Subscription/${id}`);
    for (const { text } of notified) expect(faultsOf(text)).toEqual([]);
    expect(faultsOf((await ask('GET', `Subscription/${id}`)).body)).toEqual([]);
  });

  test.each([
    ['empty', 0],
    ['id-only', 1],
    ['full-resource', 2],
  ])('with content %s has %i entries beside the status', async (content, count) => {
    await subscribed({ content });
    await laboratory.release({ accession: 'A1' }, { GLU: '7.10' });
    await until('an event', () => events().length === 1);
    const [event] = events();
    expect(event?.entries).toHaveLength(count);
    for (const entry of event?.entries ?? []) expect(entry.request).toBeDefined();
    if (content === 'empty') expect(event?.text).not.toContain('A1');
    if (content === 'id-only') expect(event?.entries[0].resource).toBeUndefined();
    if (content !== 'full-resource') expect(event?.text).not.toContain('BN001');
    if (content === 'full-resource') expect(event?.text).toContain('"value":7.10,');
    expect(faultsOf(event?.text ?? '{}')).toEqual([]);
  });

  test('to one patient tells of that patient alone', async () => {
    await subscribed({ topic: patientTopic, filter: 'DiagnosticReport?patient=Patient/BN001&category=LAB' });
    await laboratory.release(
      { accession: 'A1', patient: { id: 'BN002', name: 'Lê B', sex: 'male', birthDate: '1990' } },
      { GLU: '5.0' },
    );
    await laboratory.release({ accession: 'A2' }, { GLU: '5.0' });
    await until('an event', () => events().length === 1);
    expect(events()[0]?.entries[0].fullUrl).toContain('DiagnosticReport/A2');
  });

  test('whose handshake is not answered is in error and sends nothing; put again as requested it comes back', async () => {
    answer = () => 500;
    const made = await ask('POST', 'Subscription', subscription());
    const id: string = made.json().id;
    await until('error', async () => (await ask('GET', `Subscription/${id}`)).json().status === 'error');
    expect((await ask('GET', `Subscription/${id}`)).json().error).toContain('500');
    await laboratory.release({ accession: 'A1' }, { GLU: '5.0' });
    answer = () => 200;
    expect((await ask('PUT', `Subscription/${id}`, subscription())).json().status).toBe('requested');
    await until('active', async () => (await ask('GET', `Subscription/${id}`)).json().status === 'active');
    await until('what came meanwhile', () => events().length === 1);
  });

  test('counts events while in error, and $status and $events tell them', async () => {
    const id = await subscribed();
    await laboratory.lab.collections.recipients.updateOne(
      { _id: id },
      { $set: { 'subscription.status': 'error', paused: true } },
    );
    await publishing.refresh(id);
    await laboratory.release({ accession: 'A1' }, { GLU: '5.0' });
    await laboratory.release({ accession: 'A2' }, { GLU: '5.0' });
    const status = await ask('GET', `Subscription/${id}/$status`);
    expect(faultsOf(status.body)).toEqual([]);
    expect(JSON.stringify(status.json().entry[0].resource)).toContain(
      '"events-since-subscription-start","valueString":"2"',
    );
    expect(status.json().entry[0].resource.parameter).toContainEqual({ name: 'status', valueCode: 'error' });
    const second = await ask('GET', `Subscription/${id}/$events?eventsSinceNumber=2&content=full-resource`);
    expect(faultsOf(second.body)).toEqual([]);
    expect(second.body).toContain('DiagnosticReport/A2');
    expect(second.body).not.toContain('DiagnosticReport/A1');
    expect((await ask('POST', `Subscription/${id}/$events?eventsUntilNumber=1`)).body).toContain('A1');
    expect((await ask('GET', `Subscription/${id}/$events?eventsSinceNumber=x`)).statusCode).toBe(400);
    expect(events()).toEqual([]);
  });

  test('of a system that lost its right sends nothing any more', async () => {
    const id = await subscribed();
    await revokeToken(laboratory.lab, 'system-1');
    await laboratory.release({ accession: 'A1' }, { GLU: '5.0' });
    await until(
      'off',
      async () => (await laboratory.lab.collections.recipients.findOne({ _id: id }))?.subscription?.status === 'off',
    );
    expect(events()).toEqual([]);
  });

  test('sends heartbeats when it was asked to and nothing else was sent', async () => {
    await subscribed({ channel: { extension: [{ url: `${ext}/backport-heartbeat-period`, valueUnsignedInt: 1 }] } });
    await until('a heartbeat', () => notified.some((each) => each.type === 'heartbeat'));
    expect(faultsOf(notified.find((each) => each.type === 'heartbeat')?.text ?? '{}')).toEqual([]);
  });

  test('carries the headers it was given and never shows them', async () => {
    const id = await subscribed({ channel: { header: ['Authorization: Bearer HOOK-SECRET', 'X-Site: 7'] } });
    expect(notified[0]?.headers.authorization).toBe('Bearer HOOK-SECRET');
    const shown = [await ask('GET', `Subscription/${id}`), await ask('GET', 'Subscription')]
      .map((each) => each.body)
      .join();
    expect(shown).not.toContain('HOOK-SECRET');
  });

  test("is its owner's alone, and gone when deleted", async () => {
    const id = await subscribed();
    const other = await laboratory.bearer('system/*.cruds');
    expect((await ask('GET', `Subscription/${id}`, undefined, other)).statusCode).toBe(404);
    expect((await ask('GET', 'Subscription', undefined, other)).json().total).toBe(0);
    expect((await ask('DELETE', `Subscription/${id}`, undefined, other)).statusCode).toBe(404);
    expect((await ask('GET', `Subscription?_id=${id}`)).json().total).toBe(1);
    expect((await ask('DELETE', `Subscription/${id}`)).statusCode).toBe(204);
    expect((await ask('GET', `Subscription/${id}`)).statusCode).toBe(404);
    await laboratory.release({ accession: 'A1' }, { GLU: '5.0' });
    expect(await laboratory.lab.collections.outbox.countDocuments({})).toBe(0);
  });

  test.each<[string, Wanted | object]>([
    ['an unknown topic', { topic: 'http://example.org/topic' }],
    ['the patient topic without a patient', { topic: patientTopic }],
    ['a filter we do not have', { filter: 'DiagnosticReport?code=718-7' }],
    ['an open address', { channel: { endpoint: 'http://emr.example/notify' } }],
    ['another channel', { channel: { type: 'email' } }],
    ['a content there is not', { content: 'everything' }],
    ['a header that would break the call', { channel: { header: ['Host: elsewhere'] } }],
    ['a header with a line break', { channel: { header: ['X-A: b\r\nX-C: d'] } }],
  ])('with %s is refused with an OperationOutcome', async (_name, wanted) => {
    const refused = await ask('POST', 'Subscription', subscription(wanted));
    expect(refused.statusCode).toBe(400);
    expect(refused.json().resourceType).toBe('OperationOutcome');
  });

  test('needs the scope to subscribe and the scope to read', async () => {
    const reader = await laboratory.bearer('system/*.rs');
    expect((await ask('POST', 'Subscription', subscription(), reader)).statusCode).toBe(403);
    const blind = await laboratory.bearer('system/Subscription.c');
    expect((await ask('POST', 'Subscription', subscription(), blind)).statusCode).toBe(403);
    const half = await laboratory.bearer('system/Subscription.c', 'system/DiagnosticReport.r');
    expect((await ask('POST', 'Subscription', subscription({ content: 'full-resource' }), half)).statusCode).toBe(403);
    expect((await ask('POST', 'Subscription', subscription(), { authorization: 'Bearer wrong' })).statusCode).toBe(401);
  });
});
