import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readArrival, takeMessage } from '../../src/orders/take.ts';
import { openTestLaboratory, type TestLaboratory } from '../laboratory.ts';

/** What public laboratories and hospitals send each other, beside the checkout: reports and orders. */
const corpus = fileURLToPath(new URL('../../../shared/corpus/emr', import.meta.url));
const files = existsSync(corpus) ? readdirSync(corpus, { recursive: true, encoding: 'utf8' }).sort() : [];
const messages = files.filter((file) => file.endsWith('.hl7'));
const resources = files.filter((file) => /\.(json|fhir)$/.test(file)).flatMap(resourcesIn);

interface Sent {
  readonly file: string;
  readonly type: string;
  readonly body: string;
}

/** Reports and orders of a file, also within a Bundle; each Bundle itself as a document. */
function resourcesIn(file: string): Sent[] {
  const whole = JSON.parse(readFileSync(join(corpus, file), 'utf8'));
  const inside = Array.isArray(whole.entry) ? whole.entry.map((each: { resource?: unknown }) => each.resource) : [];
  return [whole, ...inside].flatMap((each): Sent[] =>
    ['Bundle', 'ServiceRequest', 'DiagnosticReport', 'Observation'].includes(each?.resourceType)
      ? [{ file, type: each.resourceType, body: JSON.stringify(each) }]
      : [],
  );
}

let laboratory: TestLaboratory;
let app: FastifyInstance;
let headers: Record<string, string>;

beforeAll(async () => {
  laboratory = await openTestLaboratory({ http: { rateLimits: 'off' } });
  app = await laboratory.app();
  headers = { ...(await laboratory.bearer('system/*.cruds')), 'content-type': 'application/fhir+json' };
});
afterAll(() => laboratory.close());

describe.skipIf(files.length === 0)('public messages and resources', () => {
  test('every HL7 message is carried out or refused in words, none of them breaks anything', async () => {
    const answers = new Map<string, number>();
    for (const file of messages) {
      const answer = await takeMessage(laboratory.lab, readArrival(readFileSync(join(corpus, file))));
      if (answer.code !== 'AA') {
        expect([file, answer.refusals.length > 0]).toEqual([file, true]);
        for (const { code, words } of answer.refusals)
          expect([file, code, words]).toEqual([file, code, expect.stringMatching(/\S{3}/)]);
      }
      answers.set(answer.code, (answers.get(answer.code) ?? 0) + 1);
    }
    expect(messages.length).toBeGreaterThan(130);
    // Patients are taken; a laboratory takes no other's ORU, and no order for what it does not measure.
    expect(answers.get('AA') ?? 0).toBeGreaterThan(1);
    expect([...answers.keys()].every((code) => ['AA', 'AE', 'AR'].includes(code))).toBe(true);
    const reports = await laboratory.lab.collections.observations.countDocuments({});
    expect(reports).toBe(0);
  });

  test('every report and order in FHIR is refused with what is wrong with it, or taken', async () => {
    const reasons = new Map<string, Set<string>>();
    for (const { file, type, body } of resources) {
      const answer = await app.inject({ method: 'POST', url: `/fhir/R4/${type}`, headers, payload: body });
      const { resourceType, issue } = answer.json();
      expect([file, type, answer.statusCode < 500]).toEqual([file, type, true]);
      if (answer.statusCode < 300) continue;
      expect([file, resourceType, issue[0].diagnostics]).toEqual([
        file,
        'OperationOutcome',
        expect.stringMatching(/\S{3}/),
      ]);
      reasons.set(type, (reasons.get(type) ?? new Set()).add(`${answer.statusCode} ${issue[0].code}`));
    }
    expect(resources.length).toBeGreaterThan(500);
    expect(reasons.get('DiagnosticReport')).toEqual(new Set(['405 not-supported']));
    expect(reasons.get('Observation')).toEqual(new Set(['405 not-supported']));
    expect([...(reasons.get('Bundle') ?? [])].every((each) => each.startsWith('4'))).toBe(true);
    expect(await laboratory.lab.collections.external.countDocuments({})).toBe(0);
  });
});
