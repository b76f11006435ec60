import { XMLParser } from 'fast-xml-parser';
import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { amendObservation } from '../../src/acts/correct.ts';
import { createUser } from '../../src/api/auth/users.ts';
import { xml4Fields } from '../../src/publish/insurance/fields.ts';
import { openTestLaboratory, type TestLaboratory } from '../laboratory.ts';

const clock = { now: Date.parse('2026-11-24T16:30:00.000Z') };
let laboratory: TestLaboratory;
let app: FastifyInstance;
let bearer: { authorization: string };

beforeAll(async () => {
  laboratory = await openTestLaboratory(
    {
      lab: { id: '24001' },
      analyzers: [
        {
          id: 'c311-1',
          driver: 'roche/cobas-c311',
          name: 'Máy sinh hoá',
          tcp: { listen: 6001 },
          insurance: { group: 'SH', funding: 1, serial: 'A77' },
        },
        { id: 'xn-1', driver: 'sysmex/xn-1000', tcp: { listen: 6002 } },
      ],
    },
    () => clock.now,
  );
  app = await laboratory.app();
  bearer = await laboratory.bearer('system/*.rs');
  const glucose = laboratory.lab.catalogue.analyte('GLU');
  if (glucose === undefined) throw new Error('no GLU');
  laboratory.lab.catalogue.put({ ...glucose, nationalCode: '1000001', serviceCode: '23.0075.1494' });
});
afterAll(() => laboratory.close());

async function rows(query: string, headers: Record<string, string> = {}) {
  const answer = await app.inject({ url: `/api/bhyt/xml4?${query}`, headers: { ...bearer, ...headers } });
  expect(answer.statusCode).toBe(200);
  return answer;
}

describe('XML4', () => {
  it('has a row for each released value of the local days asked for, with what is missing', async () => {
    const { accession } = await laboratory.release(
      { encounter: 'LK0001', collectedAt: '2026-11-24T15:00:00.000Z' },
      { GLU: '<2.10', CREA: '80' },
    );
    // 16:30 UTC is 23:30 in Vietnam: still the 24th.
    const { items } = (await rows('from=2026-11-24&to=2026-11-24&decision=3176')).json();
    const glucose = items.find(({ fields }: { fields: { TEN_CHI_SO: string } }) => /glu/i.test(fields.TEN_CHI_SO));
    expect(Object.keys(glucose.fields)).toEqual([...xml4Fields]);
    expect(glucose).toMatchObject({
      accession,
      resend: null,
      fields: {
        MA_LK: 'LK0001',
        MA_DICH_VU: '23.0075.1494',
        MA_CHI_SO: '1000001',
        GIA_TRI: '<2.10',
        DON_VI_DO: 'mmol/L',
        NGAY_KQ: '202611242330',
      },
      issues: [{ field: 'MA_BS_DOC_KQ', code: 'required' }],
    });
    expect((await rows('from=2026-11-25&to=2026-11-25')).json().items).toEqual([]);
  });

  it('leaves rows without MA_LK out of the XML and numbers the others', async () => {
    await laboratory.release({ collectedAt: '2026-11-24T15:00:00.000Z' }, { NA: '140' });
    const json = (await rows('from=2026-11-24&to=2026-11-24&decision=130')).json();
    const loose = json.items.find(({ fields }: { fields: { MA_LK: string } }) => fields.MA_LK === '');
    expect(loose.issues).toContainEqual({ field: 'MA_LK', code: 'required' });
    expect(loose.issues).toContainEqual({ field: 'MA_CHI_SO', code: 'required' });
    const answer = await rows('from=2026-11-24&to=2026-11-24&decision=130', { accept: 'application/xml' });
    expect(answer.headers['content-type']).toContain('application/xml');
    const parsed = new XMLParser({ parseTagValue: false }).parse(answer.payload);
    const list = parsed.CHITIEU_CHITIET_DICHVUCANLAMSANG.DSACH_CHI_TIET_CLS.CHI_TIET_CLS;
    expect(list.map((each: { STT: string }) => each.STT)).toEqual(['1', '2']);
    expect(list.every((each: { MA_LK: string }) => each.MA_LK === 'LK0001')).toBe(true);
    expect(Object.keys(list[0])).toEqual([...xml4Fields]);
    expect(answer.payload).toContain('<GIA_TRI>&lt;2.10</GIA_TRI>');
  });

  it('marks a correction and a late result for sending again, each on its own day', async () => {
    const { accession, observations } = await laboratory.release(
      { encounter: 'LK0002', collectedAt: '2026-11-24T15:00:00.000Z' },
      { GLU: '5.10', CREA: '80' },
    );
    clock.now = Date.parse('2026-11-26T02:00:00.000Z');
    const id = observations.find(({ analyte }) => analyte === 'GLU')?.id ?? '';
    const known = await laboratory.lab.collections.observations.findOne({ _id: id });
    await amendObservation(laboratory.lab, { username: 'minh', role: 'doctor' }, id, {
      version: known?.version ?? 0,
      value: '6.10',
      reason: 'Nhầm ống',
    });
    await laboratory.release({ encounter: 'LK0003', collectedAt: '2026-11-01T01:00:00.000Z' }, { K: '4.0' });
    const { items } = (await rows('from=2026-11-26&to=2026-11-26')).json();
    expect(
      items.map(({ fields, resend }: { fields: { MA_LK: string; GIA_TRI: string }; resend: string }) => [
        fields.MA_LK,
        fields.GIA_TRI,
        resend,
      ]),
    ).toEqual([
      ['LK0002', '6.10', 'corrected'],
      ['LK0003', '4.0', 'late'],
    ]);
    const earlier = (await rows('from=2026-11-24&to=2026-11-24')).json().items;
    const left = earlier.filter((each: { accession: string }) => each.accession === accession);
    expect(left.map(({ fields }: { fields: { GIA_TRI: string } }) => fields.GIA_TRI)).toEqual(['80']);
  });

  it('takes the three decisions and days that are days, nothing else', async () => {
    for (const query of [
      'from=2026-11-24&to=2026-11-24&decision=131',
      'from=24/11/2026&to=2026-11-24',
      'to=2026-11-24',
      'from=2026-02-30&to=2026-03-01',
    ]) {
      const answer = await app.inject({ url: `/api/bhyt/xml4?${query}`, headers: bearer });
      expect([query, answer.statusCode]).toEqual([query, 400]);
    }
    const narrow = await laboratory.bearer('system/Specimen.rs');
    expect(
      (await app.inject({ url: '/api/bhyt/xml4?from=2026-11-24&to=2026-11-24', headers: narrow })).statusCode,
    ).toBe(403);
  });

  it('pages by position', async () => {
    const first = (await rows('from=2026-11-24&to=2026-11-26&limit=2')).json();
    const second = (await rows(`from=2026-11-24&to=2026-11-26&limit=100&cursor=${first.next}`)).json();
    const all = (await rows('from=2026-11-24&to=2026-11-26')).json();
    expect([...first.items, ...second.items]).toEqual(all.items);
  });
});

describe('XML3', () => {
  it('has times, people and machine of each service', async () => {
    // A system reads them beside XML4; the list by service is a person's.
    const asked = '/api/bhyt/xml3?from=2026-11-24&to=2026-11-24';
    expect((await app.inject({ url: asked, headers: bearer })).statusCode).toBe(403);
    const { items } = (await rows('from=2026-11-24&to=2026-11-24')).json();
    expect(items[0].xml3).toMatchObject({ MA_LK: 'LK0001', NGAY_KQ: '202611242330' });
    const password = 'Nui-Cao-Bien-Rong-42';
    await createUser(laboratory.lab, { username: 'his', password, role: 'integration' });
    const session = await app.inject({ method: 'POST', url: '/api/session', payload: { username: 'his', password } });
    const headers = { cookie: String(session.headers['set-cookie']).split(';')[0] ?? '' };
    const answer = await app.inject({ url: asked, headers });
    expect(answer.statusCode).toBe(200);
    const row = answer.json().items.find(({ fields }: { fields: { MA_DICH_VU: string } }) => fields.MA_DICH_VU !== '');
    expect(row.fields).toMatchObject({ MA_LK: 'LK0001', NGAY_KQ: '202611242330' });
    expect(row.fields.NGAY_YL).toMatch(/^\d{12}$/);
  });
});

describe('MA_MAY', () => {
  const range = 'from=2026-11-24&to=2026-12-31';
  let cookie: string;
  beforeAll(async () => {
    const password = 'Nui-Cao-Bien-Rong-42';
    await createUser(laboratory.lab, { username: 'quan-tri', password, role: 'administrator' });
    const session = await app.inject({
      method: 'POST',
      url: '/api/session',
      payload: { username: 'quan-tri', password },
    });
    cookie = String(session.headers['set-cookie']).split(';')[0] ?? '';
  });
  const ask = async (method: 'GET' | 'POST' | 'PUT' | 'DELETE', path: string, payload?: object | string) => {
    const type = typeof payload === 'string' ? 'text/csv' : 'application/json';
    const headers = { cookie, ...(payload === undefined ? {} : { 'content-type': type }) };
    const url = `/api/catalogue/analyzers${path}`;
    return app.inject({ method, url, headers, ...(payload === undefined ? {} : { payload }) });
  };
  /** A released value that came from a line. */
  const measured = async (line: string, encounter: string) => {
    const { accession } = await laboratory.release(
      { encounter, collectedAt: '2026-11-26T01:00:00.000Z' },
      { GLU: '5.0' },
    );
    const found = await laboratory.lab.collections.reports.findOne({ accession });
    if (found === null) throw new Error(`no report of ${accession}`);
    const observations = found.observations.map((each) => ({ ...each, analyzer: line }));
    await laboratory.lab.collections.reports.replaceOne({ _id: found._id }, { ...found, observations });
  };
  const machines = async (encounter: string): Promise<string[]> =>
    (await rows(range))
      .json()
      .items.filter(({ fields }: { fields: { MA_LK: string } }) => fields.MA_LK === encounter)
      .map(({ xml3 }: { xml3: { MA_MAY: string } }) => xml3.MA_MAY);

  it('is what the catalogue says before what lab.yaml says, with every version kept', async () => {
    await measured('c311-1', 'LKM1');
    await measured('xn-1', 'LKM2');
    expect([await machines('LKM1'), await machines('LKM2')]).toEqual([['SH.1.24001.A77'], ['']]);
    const made = await ask('POST', '', {
      analyzer: 'xn-1',
      displayName: 'Máy huyết học 1',
      machineCode: 'HH.2.24001.X9',
    });
    expect(made.statusCode).toBe(201);
    await ask('POST', '', { analyzer: 'c311-1', machineCode: 'SH.1.24001.A78;SH.1.24001.A79' });
    expect([await machines('LKM1'), await machines('LKM2')]).toEqual([
      ['SH.1.24001.A78;SH.1.24001.A79'],
      ['HH.2.24001.X9'],
    ]);
    const stale = await ask('PUT', '/xn-1', { analyzer: 'xn-1', machineCode: 'HH.3.24001.X9', version: 2 });
    expect(stale.statusCode).toBe(409);
    const changed = await ask('PUT', '/xn-1', { analyzer: 'xn-1', machineCode: 'HH.3.24001.X9', version: 1 });
    expect(changed.json()).toMatchObject({ analyzer: 'xn-1', machineCode: 'HH.3.24001.X9', version: 2 });
    expect(await machines('LKM2')).toEqual(['HH.3.24001.X9']);
    expect((await ask('GET', '/xn-1/history')).json().items).toMatchObject([
      { version: 2, by: 'quan-tri', before: { machineCode: 'HH.2.24001.X9' }, after: { machineCode: 'HH.3.24001.X9' } },
      { version: 1, before: null },
    ]);
    expect((await ask('DELETE', '/c311-1')).statusCode).toBe(204);
    expect(await machines('LKM1')).toEqual(['SH.1.24001.A77']);
  });

  it('is refused where it is none, for a line that is not there, and with nothing to say', async () => {
    for (const [body, status] of [
      [{ analyzer: 'c311-1', machineCode: 'SH.4.24001.A77' }, 400],
      [{ analyzer: 'c311-1', machineCode: 'SH.1.24001.A77;' }, 400],
      [{ analyzer: 'nope', machineCode: 'SH.1.24001.A77' }, 422],
      [{ analyzer: 'c311-1' }, 422],
    ] as const)
      expect([body, (await ask('POST', '', body)).statusCode]).toEqual([body, status]);
  });

  it('goes out as a table and comes in again', async () => {
    const out = await app.inject({ url: '/api/catalogue/analyzers', headers: { cookie, accept: 'text/csv' } });
    expect(out.payload).toContain('analyzer,displayName,machineCode');
    const same = await ask('POST', '/import', out.payload);
    expect(same.json()).toEqual({ created: 0, changed: 0, unchanged: 1 });
    const table = 'analyzer,displayName,machineCode\r\nxn-1,Máy đếm,HH.1.24001.X9\r\nc311-1,,SH.1.24001.B1\r\n';
    expect((await ask('POST', '/import', table)).json()).toEqual({ created: 1, changed: 1, unchanged: 0 });
    expect([await machines('LKM1'), await machines('LKM2')]).toEqual([['SH.1.24001.B1'], ['HH.1.24001.X9']]);
  });

  it('stands on the FHIR Device beside the id, with the name of the catalogue', async () => {
    const found = await app.inject({ url: '/fhir/R4/Device?identifier=xn-1', headers: bearer });
    expect(found.json().entry[0].resource).toMatchObject({
      identifier: [{ value: 'xn-1' }, { system: 'urn:cuvette:laboratory:24001:ma-may', value: 'HH.1.24001.X9' }],
      deviceName: [{ name: 'Máy đếm' }],
    });
    const other = await app.inject({ url: '/fhir/R4/Device?identifier=c311-1', headers: bearer });
    expect(other.json().entry[0].resource.deviceName).toMatchObject([{ name: 'Máy sinh hoá' }]);
  });
});
