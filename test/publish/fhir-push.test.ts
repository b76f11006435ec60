import { writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { exportJWK, generateKeyPair } from 'jose';
import { Webhook } from 'standardwebhooks';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { addClient } from '../../src/api/auth/clients.ts';
import { differencesOf } from '../../src/publish/fhir-push/compare.ts';
import { type Publishing, startPublishing } from '../../src/publish/start.ts';
import type { OutboxDoc, RecipientDoc } from '../../src/store/documents.ts';
import { until } from '../journeys/until.ts';
import { openTestLaboratory, type TestLaboratory } from '../laboratory.ts';
import { type FhirReceiver, startFhirReceiver } from './fhir-receiver.ts';
import { faultsOf } from './fhir-validation.ts';

let receiver: FhirReceiver;
let laboratory: TestLaboratory;
let publishing: Publishing;

beforeEach(async () => {
  receiver = await startFhirReceiver();
  laboratory = await openTestLaboratory({ lab: { id: '24001', name: 'Khoa Xét nghiệm' } });
  publishing = await startPublishing(laboratory.lab);
});
afterEach(async () => {
  await publishing.close();
  await laboratory.close();
  await receiver.down();
});

async function addRecipient(more: Partial<RecipientDoc>): Promise<void> {
  await laboratory.lab.collections.recipients.insertOne({
    _id: 'emr',
    retrySeconds: [0.05, 0.1],
    paused: false,
    source: 'api',
    version: 1,
    ...more,
  });
  await publishing.refresh('emr');
}

const delivery = async (report: string): Promise<OutboxDoc> => {
  const [found] = await laboratory.lab.collections.outbox.find({ report }).toArray();
  if (found === undefined) throw new Error(`no delivery of ${report}`);
  return found;
};
const settled = (report: string, state: OutboxDoc['state']): Promise<unknown> =>
  until(`${report} ${state}`, async () => (await delivery(report)).state === state);

describe('a report pushed over FHIR', () => {
  test('is one valid transaction, held under our ids, read back and found the same, digits and all', async () => {
    await addRecipient({ fhir: { url: receiver.url, auth: { token: 'emr-secret' } } });
    await laboratory.release({ accession: 'A1', orders: ['GLU', 'CREA'] }, { GLU: '7.10', CREA: '80.0' });
    await settled('A1-v1', 'delivered');
    expect(await delivery('A1-v1')).toMatchObject({
      transport: { code: '200' },
      ack: { code: '200' },
      readBack: { equal: true, differences: [] },
    });
    expect(receiver.held.get('Observation/A1..GLU')).toContain('"value":7.10,');
    for (const key of [
      'DiagnosticReport/A1',
      'Specimen/A1',
      'ServiceRequest/A1.2E1',
      'Organization/24001',
      'Provenance/A1-v1',
    ])
      expect([key, faultsOf(receiver.held.get(key) ?? '{}')]).toEqual([key, []]);
    expect(receiver.patients()).toBe(1);
    expect(receiver.held.has('Patient/BN001')).toBe(false);
    expect(new Set(receiver.authorizations)).toEqual(new Set(['Bearer emr-secret']));
  });

  test('a new version replaces the one before; a second try changes nothing', async () => {
    await addRecipient({ fhir: { url: receiver.url } });
    receiver.behave((count) => (count === 1 ? 'takeAndCut' : 'take'));
    await laboratory.release({ accession: 'A1', orders: ['GLU', 'CREA'] }, { GLU: '7.10' });
    await laboratory.add('A1', { CREA: '80.0' });
    await settled('A1-v2', 'delivered');
    expect(receiver.transactions()).toBe(3);
    expect(receiver.patients()).toBe(1);
    expect(JSON.parse(receiver.held.get('DiagnosticReport/A1') ?? '{}')).toMatchObject({
      status: 'final',
      meta: { versionId: '2' },
    });
  });

  test.each([400, 409, 422])('%i parks with the words of the outcome', async (status) => {
    await addRecipient({ fhir: { url: receiver.url } });
    receiver.behave(() => status);
    await laboratory.release({ accession: 'A1' }, { GLU: '5.0' });
    await settled('A1-v1', 'parked');
    expect(await delivery('A1-v1')).toMatchObject({
      attempts: 1,
      reason: `${status}: says ${status}`,
      transport: { code: String(status) },
    });
  });

  test.each([401, 429, 500, 503])('%i is tried again', async (status) => {
    await addRecipient({ fhir: { url: receiver.url } });
    receiver.behave((count) => (count < 3 ? status : 'take'));
    await laboratory.release({ accession: 'A1' }, { GLU: '5.0' });
    await settled('A1-v1', 'delivered');
    expect((await delivery('A1-v1')).attempts).toBe(3);
  });

  test('a server that does not answer is left after the time it has', async () => {
    await addRecipient({ fhir: { url: receiver.url, timeoutSeconds: 0.2 } });
    receiver.behave((count) => (count === 1 ? 'hang' : 'take'));
    await laboratory.release({ accession: 'A1' }, { GLU: '5.0' });
    await settled('A1-v1', 'delivered');
    expect((await delivery('A1-v1')).attempts).toBe(2);
  });

  test.each(['page', 'noise', 'takeAndHalf'] as const)(
    'an answer that is no server of FHIR speaking (%s) counts as none: it is sent again',
    async (wrong) => {
      await addRecipient({ fhir: { url: receiver.url } });
      receiver.behave((count) => (count === 1 ? wrong : 'take'));
      await laboratory.release({ accession: 'A1' }, { GLU: '5.0' });
      await settled('A1-v1', 'delivered');
      expect((await delivery('A1-v1')).attempts).toBe(2);
      expect(receiver.held.has('DiagnosticReport/A1')).toBe(true);
    },
  );

  test('what is held otherwise than sent is told field by field', async () => {
    await addRecipient({ fhir: { url: receiver.url } });
    const set = receiver.held.set.bind(receiver.held);
    receiver.held.set = (key, text) => set(key, key === 'Observation/A1..GLU' ? text.replace('7.10', '71.0') : text);
    await laboratory.release({ accession: 'A1' }, { GLU: '7.10' });
    await settled('A1-v1', 'delivered');
    expect((await delivery('A1-v1')).readBack).toMatchObject({
      equal: false,
      differences: ['Observation/A1..GLU valueQuantity.value: 7.10 sent, 71.0 held'],
    });
  });

  test('a SMART client gets its token from the server and uses it until it ends', async () => {
    // The other end is a Cuvette: its token endpoint and rules are the real ones.
    const central = await openTestLaboratory();
    try {
      const app = await central.app();
      const url = await app.listen({ host: '127.0.0.1', port: 0 });
      const { publicKey, privateKey } = await generateKeyPair('ES384', { extractable: true });
      const keyFile = join(laboratory.folder, 'key.json');
      await writeFile(keyFile, JSON.stringify({ ...(await exportJWK(privateKey)), kid: 'k1' }));
      const jwk = { ...(await exportJWK(publicKey)), kid: 'k1' };
      const clientId = await addClient(central.lab, 'province', { jwks: { keys: [jwk] } }, ['system/*.rs']);
      await addRecipient({
        fhir: { url: receiver.url, auth: { clientId, keyFile, tokenUrl: `${url}/auth/token`, scope: 'system/*.rs' } },
      });
      await laboratory.release({ accession: 'A1' }, { GLU: '5.0' });
      await laboratory.release({ accession: 'A2' }, { GLU: '5.0' });
      await settled('A2-v1', 'delivered');
      const used = new Set(receiver.authorizations);
      expect(used.size).toBe(1);
      const [bearer = ''] = used;
      const read = await app.inject({ method: 'GET', url: '/fhir/R4/Patient', headers: { authorization: bearer } });
      expect(read.statusCode).toBe(200);
    } finally {
      await central.close();
    }
  });

  test("the test asks for the server's metadata and writes nothing", async () => {
    await addRecipient({ fhir: { url: receiver.url } });
    expect(await publishing.test('emr')).toMatchObject({ kind: 'accepted', code: '200' });
    expect(receiver.transactions()).toBe(0);
  });
});

describe('comparison', () => {
  const sent = {
    resourceType: 'Observation',
    id: 'X',
    status: 'final',
    subject: { reference: 'Patient/1' },
    issued: '2026-11-24T08:30:00.000+07:00',
    code: { coding: [{ code: 'A' }] },
  };
  test.each([
    [{ ...sent, meta: { versionId: '9' }, text: { status: 'generated' } }, 0],
    [{ ...sent, subject: { reference: 'Patient/other' } }, 0],
    [{ ...sent, issued: '2026-11-24T01:30:00Z' }, 0],
    [{ ...sent, status: 'preliminary' }, 1],
    [{ ...sent, code: { coding: [] } }, 1],
    [{ ...sent, code: { coding: [{ code: 'A' }, { code: 'B' }] } }, 0],
    [{ resourceType: 'Observation' }, 3],
  ])('%#', (held, differences) => {
    expect(differencesOf(sent, JSON.stringify(held))).toHaveLength(differences);
  });
  test('what is held may be no JSON', () => {
    expect(differencesOf(sent, '<html>')).toEqual(['Observation/X: what is held is not JSON']);
  });
});

describe('a webhook', () => {
  test('is signed, names report and version and nothing of the patient, with one id for all tries', async () => {
    const secret = `whsec_${Buffer.from('0123456789abcdef01234567').toString('base64')}`;
    const calls: { headers: Record<string, string>; body: string }[] = [];
    const server = createServer(async (request, response) => {
      let body = '';
      for await (const part of request.setEncoding('utf8')) body += part;
      calls.push({ headers: request.headers as Record<string, string>, body });
      response.writeHead(calls.length === 1 ? 503 : 204).end();
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    try {
      const address = server.address();
      const port = typeof address === 'object' && address !== null ? address.port : 0;
      await addRecipient({ webhook: { url: `http://127.0.0.1:${port}/hook`, secret } });
      await laboratory.release({ accession: 'A1' }, { GLU: '5.0' });
      await settled('A1-v1', 'delivered');
      expect(calls).toHaveLength(2);
      expect(new Set(calls.map((each) => each.headers['webhook-id'])).size).toBe(1);
      for (const { headers, body } of calls) {
        expect(new Webhook(secret).verify(body, headers)).toMatchObject({
          type: 'report.released',
          data: { resource: 'DiagnosticReport/A1', version: 1 },
        });
        expect(body).not.toContain('BN001');
        expect(() => new Webhook(secret).verify(body.replace('A1', 'A2'), headers)).toThrow();
      }
    } finally {
      await new Promise((resolve) => server.close(resolve));
    }
  });
});
