import type { FastifyInstance } from 'fastify';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { openTestLaboratory, type TestLaboratory } from '../laboratory.ts';
import { faultsOf } from './fhir-validation.ts';

let laboratory: TestLaboratory;
let app: FastifyInstance;
let headers: { authorization: string };
let addresses = 0;
/** One caller a test. */
let remoteAddress: string;

beforeAll(async () => {
  laboratory = await openTestLaboratory({ http: { rateLimits: { requests: 5, signIns: 2, tokens: 2 } } });
  app = await laboratory.app();
  headers = await laboratory.bearer('system/*.rs');
});
afterAll(() => laboratory.close());
beforeEach(() => {
  addresses += 1;
  remoteAddress = `10.0.0.${addresses}`;
});
afterEach(() => {
  vi.useRealTimers();
});

const ask = (url: string) => app.inject({ url, headers, remoteAddress });
async function statuses(count: number, make: () => Promise<{ statusCode: number }>): Promise<number[]> {
  const found: number[] = [];
  for (let turn = 0; turn < count; turn += 1) found.push((await make()).statusCode);
  return found;
}

describe('requests a minute from one address', () => {
  test('beyond the limit get 429 with the time to wait, under /api and under FHIR in its own form', async () => {
    expect(await statuses(5, () => ask('/fhir/R4/Organization'))).toEqual([200, 200, 200, 200, 200]);
    const fhir = await ask('/fhir/R4/DiagnosticReport?patient=x');
    expect(fhir.statusCode).toBe(429);
    expect(Number(fhir.headers['retry-after'])).toBeGreaterThan(0);
    expect(Number(fhir.headers['retry-after'])).toBeLessThanOrEqual(60);
    expect(fhir.headers['content-type']).toContain('application/fhir+json');
    expect(faultsOf(fhir.body)).toEqual([]);
    expect(fhir.json()).toMatchObject({ resourceType: 'OperationOutcome', issue: [{ code: 'throttled' }] });
    const api = await ask('/api/deliveries');
    expect([api.statusCode, api.json().code]).toEqual([429, 'RATE_LIMITED']);
    expect(Number(api.headers['retry-after'])).toBeGreaterThan(0);
  });

  test('are counted for each address alone, and anew after a minute', async () => {
    // Only what tells the time: timers go on as they are.
    vi.useFakeTimers({ toFake: ['Date'] });
    await statuses(5, () => ask('/fhir/R4/Organization'));
    expect((await ask('/fhir/R4/Organization')).statusCode).toBe(429);
    const other = await app.inject({ url: '/fhir/R4/Organization', headers, remoteAddress: '10.0.1.1' });
    expect(other.statusCode).toBe(200);
    vi.setSystemTime(Date.now() + 61_000);
    expect((await ask('/fhir/R4/Organization')).statusCode).toBe(200);
  });

  test('never hide whether the laboratory lives', async () => {
    await statuses(6, () => ask('/fhir/R4/Organization'));
    for (const path of ['/healthz', '/readyz', '/metrics'])
      expect(await statuses(12, () => ask(path))).toEqual(Array.from({ length: 12 }, () => 200));
  });

  test('stop tries for passwords and tokens sooner', async () => {
    const payload = { username: 'nobody', password: 'wrong-wrong-wrong' };
    const signIn = () => app.inject({ method: 'POST', url: '/api/session', payload, remoteAddress });
    expect(await statuses(3, signIn)).toEqual([401, 401, 429]);
    const body = 'grant_type=client_credentials&scope=x&client_assertion=x';
    const form = { 'content-type': 'application/x-www-form-urlencoded' };
    const token = () => app.inject({ method: 'POST', url: '/auth/token', headers: form, payload: body, remoteAddress });
    const tried = await statuses(3, token);
    expect([tried.slice(0, 2).every((each) => each === 400 || each === 401), tried[2]]).toEqual([true, 429]);
  });

  test('are not counted where lab.yaml switches limits off', async () => {
    const open = await openTestLaboratory({ http: { rateLimits: 'off' } });
    try {
      const openApp = await open.app();
      expect(await statuses(20, () => openApp.inject('/fhir/R4/metadata'))).toEqual(
        Array.from({ length: 20 }, () => 200),
      );
      expect((await openApp.inject('/fhir/R4/metadata')).headers['x-ratelimit-limit']).toBeUndefined();
    } finally {
      await open.close();
    }
  });
});
