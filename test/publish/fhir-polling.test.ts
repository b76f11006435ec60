import type { FastifyInstance } from 'fastify';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { registerSpecimen } from '../../src/acts/registration.ts';
import { openTestLaboratory, type TestLaboratory, technician } from '../laboratory.ts';
import { bundleOf, followAll, get, idsOf, nextOf } from './fhir-client.ts';

let laboratory: TestLaboratory;
let app: FastifyInstance;
let all: { authorization: string };
/** A clock that stands: instants must rise all the same. */
const standing = Date.parse('2026-11-24T03:00:00.000Z');

beforeEach(async () => {
  laboratory = await openTestLaboratory({}, () => standing);
  app = await laboratory.app();
  all = await laboratory.bearer('system/*.rs');
});
afterEach(() => laboratory.close());

const url = (query: string): string => `/fhir/R4/${query}`;

describe('a system that polls by _lastUpdated', () => {
  test('sees every version although the clock stands, and its mark rises strictly', async () => {
    const marks: string[] = [];
    for (let n = 0; n < 4; n += 1) {
      await laboratory.release({}, { GLU: '5.0' });
      marks.push(bundleOf(await get(app, url('DiagnosticReport?_summary=count'), all)).meta?.lastUpdated ?? '');
    }
    expect(new Set(marks).size).toBe(4);
    expect([...marks].sort()).toEqual(marks);
    for (const mark of marks) expect(mark).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
  });

  test.each(['DiagnosticReport', 'Observation', 'Specimen', 'Patient', 'ServiceRequest', 'Provenance'])(
    'never misses a %s while others write at the same time',
    async (type) => {
      const seen = new Map<string, string>();
      let writing = true;
      const writers = Array.from({ length: 3 }, async (_, writer) => {
        for (let n = 0; n < 4; n += 1) {
          const key = `${writer}-${n}`;
          await laboratory.release(
            { accession: `W${key}`, patient: { id: `P${key}`, name: 'Lê A', sex: 'male', birthDate: '1990' } },
            { GLU: `${n}.10` },
          );
        }
      });
      const poll = async (mark: string): Promise<string> => {
        let reached = mark;
        let next: string | undefined = url(`${type}?_lastUpdated=gt${mark}&_count=3`);
        while (next !== undefined) {
          const bundle = bundleOf(await get(app, next, all));
          reached = bundle.meta?.lastUpdated ?? reached;
          for (const { resource } of bundle.entry) {
            const before = seen.get(resource.id) ?? '';
            expect(resource.meta.lastUpdated > mark).toBe(true);
            if (resource.meta.lastUpdated > before) seen.set(resource.id, resource.meta.lastUpdated);
          }
          next = nextOf(bundle);
        }
        return reached;
      };
      const poller = (async () => {
        let mark = '1970-01-01T00:00:00.000Z';
        while (writing) mark = await poll(mark);
        await poll(mark);
      })();
      await Promise.all(writers);
      writing = false;
      await poller;
      const now = bundleOf(await get(app, url(`${type}?_count=200`), all));
      expect(now.entry.length).toBe(12);
      for (const { resource } of now.entry) expect(seen.get(resource.id)).toBe(resource.meta.lastUpdated);
      const stamps = now.entry.map((each) => each.resource.meta.lastUpdated);
      expect([...stamps].sort()).toEqual(stamps);
      if (type !== 'Observation') expect(new Set(stamps).size).toBe(stamps.length);
    },
  );

  test('is not told of a specimen again because its worklist row changed', async () => {
    const specimen = await registerSpecimen(laboratory.lab, technician, {
      accession: 'S1',
      patient: { id: 'P1', name: 'Lê A', sex: 'male', birthDate: '1990' },
      orders: ['GLU'],
      collectedAt: '2026-11-24T01:00:00.000Z',
    });
    const { specimens } = laboratory.lab.collections;
    const before = (await specimens.findOne({ _id: 'S1' }))?.changedAt;
    await specimens.updateOne({ _id: 'S1' }, { $set: { work: { ...specimen.work, pending: 3 } } });
    expect((await specimens.findOne({ _id: 'S1' }))?.changedAt).toBe(before);
    await specimens.updateOne({ _id: 'S1' }, { $set: { state: 'received' }, $inc: { version: 1 } });
    expect((await specimens.findOne({ _id: 'S1' }))?.changedAt).not.toBe(before);
  });
});

describe('pages', () => {
  test.each(['', '&_sort=-_lastUpdated', '&_sort=date', '&_sort=-date'])(
    'show what was there at the first page, whatever is released meanwhile (%s)',
    async (sort) => {
      for (let n = 1; n <= 5; n += 1)
        await laboratory.release({ accession: `A${n}`, orders: ['GLU', 'CREA'] }, { GLU: '5.0' });
      const first = bundleOf(await get(app, url(`DiagnosticReport?_count=2${sort}`), all));
      const next = nextOf(first) ?? '';
      await laboratory.add('A3', { CREA: '80.0' });
      await laboratory.add(idsOf(first)[0] ?? '', { CREA: '81.0' });
      await laboratory.release({ accession: 'A0' }, { GLU: '6.0' });
      const rest = await followAll(app, next, all);
      expect([...idsOf(first), ...rest].sort()).toEqual(['A1', 'A2', 'A3', 'A4', 'A5']);
      const second = bundleOf(await get(app, next, all));
      expect(second.meta?.lastUpdated).toBe(first.meta?.lastUpdated);
      expect(await followAll(app, url(`DiagnosticReport?_count=2${sort}`), all)).toHaveLength(6);
    },
  );

  test('many reports of one collection time are all on some page', async () => {
    for (let n = 0; n < 7; n += 1) await laboratory.release({}, { GLU: '5.0' });
    expect(new Set(await followAll(app, url('DiagnosticReport?_sort=-date&_count=1'), all)).size).toBe(7);
  });
});

describe('versions', () => {
  test('vread and history of reports and observations; ETag, If-None-Match and 304', async () => {
    await laboratory.release({ accession: 'A1', orders: ['GLU', 'CREA'] }, { GLU: '7.10' });
    await laboratory.add('A1', { CREA: '80.0' });
    const now = await get(app, url('DiagnosticReport/A1'), all);
    expect(now.headers.etag).toBe('W/"2"');
    expect(now.headers['last-modified']).toMatch(/GMT$/);
    const same = await get(app, url('DiagnosticReport/A1'), { ...all, 'if-none-match': 'W/"2"' });
    expect([same.statusCode, same.body]).toEqual([304, '']);
    expect((await get(app, url('DiagnosticReport/A1'), { ...all, 'if-none-match': 'W/"1"' })).statusCode).toBe(200);
    const first = (await get(app, url('DiagnosticReport/A1/_history/1'), all)).json();
    expect(first).toMatchObject({ status: 'preliminary', meta: { versionId: '1' }, result: [{}] });
    const history = (await get(app, url('DiagnosticReport/A1/_history'), all)).json();
    expect(history).toMatchObject({ type: 'history', total: 2, entry: [{ response: { etag: 'W/"2"' } }, {}] });
    const narrow = (
      await get(app, url(`DiagnosticReport/A1/_history?_since=${now.json().meta.lastUpdated}`), all)
    ).json();
    expect(narrow.total).toBe(1);
    expect((await get(app, url('Observation/A1..GLU/_history'), all)).json().total).toBe(2);
    expect((await get(app, url('Observation/A1..CREA/_history/1'), all)).statusCode).toBe(404);
    expect((await get(app, url('Observation/A1..CREA/_history/2'), all)).statusCode).toBe(200);
    for (const type of ['Patient/BN001', 'Specimen/A1', 'ServiceRequest/A1.2E1', 'Organization/LAB']) {
      const answer = await get(app, url(type), all);
      const tag = String(answer.headers.etag);
      expect((await get(app, url(type), { ...all, 'if-none-match': tag })).statusCode).toBe(304);
    }
  });
});
