import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { closeDue } from '../../src/acts/close.ts';
import { withdrawSpecimen } from '../../src/acts/correct.ts';
import { moveSpecimen } from '../../src/acts/custody.ts';
import { enterByHand } from '../../src/acts/enter.ts';
import { issueDue } from '../../src/acts/issue.ts';
import { mergePatients } from '../../src/acts/merge.ts';
import { changeOrders } from '../../src/acts/order-changes.ts';
import { registerSpecimen } from '../../src/acts/registration.ts';
import { verifyObservations } from '../../src/acts/verify.ts';
import { createUser } from '../../src/api/auth/users.ts';
import type { Actor } from '../../src/domain/ids.ts';
import { listenForOrders } from '../../src/orders/listen.ts';
import { fhirJson } from '../../src/publish/fhir/json.ts';
import { resourcesOf } from '../../src/publish/fhir/report-types.ts';
import { composeOru } from '../../src/publish/hl7/oru.ts';
import { startPublishing } from '../../src/publish/start.ts';
import type { ReportDoc } from '../../src/store/documents.ts';
import { hospital } from '../journeys/hospital.ts';
import { until } from '../journeys/until.ts';
import { openTestLaboratory, type TestLaboratory, technician } from '../laboratory.ts';
import { faultsOf } from './fhir-validation.ts';
import { startHl7Receiver } from './hl7-receiver.ts';

const doctor: Actor = { username: 'bs-minh', role: 'doctor' };
const patient = { id: 'BN001', name: 'Nguyễn Thị Đào', sex: 'female', birthDate: '1980-05-17' } as const;
const clock = { ahead: 0 };
let laboratory: TestLaboratory;
/** The same with eight seconds to undo. */
let slow: TestLaboratory;

beforeAll(async () => {
  laboratory = await openTestLaboratory({ lab: { id: '24001' } });
  slow = await openTestLaboratory({ undoSeconds: 8 }, () => Date.now() + clock.ahead);
});
afterAll(async () => {
  await laboratory.close();
  await slow.close();
});

async function registered(accession: string, orders: readonly string[] = ['GLU', 'CREA'], site = laboratory) {
  const placed = orders.map((code, position) => ({ code, placer: `P${accession}-${position + 1}^HIS` }));
  const collectedAt = '2026-11-24T01:30:00.000Z';
  await registerSpecimen(site.lab, technician, { accession, patient, orders: placed, collectedAt });
}

function versionsOf(accession: string, site = laboratory): Promise<ReportDoc[]> {
  return site.lab.collections.reports.find({ accession }, { sort: { version: 1 } }).toArray();
}

const cancelAll = (accession: string, reason?: string, site = laboratory): Promise<void> =>
  changeOrders(site.lab, technician, accession, { add: [], cancel: ['GLU', 'CREA'], reason });

describe('a report that says there will be no results', () => {
  it('comes when the last order is cancelled, not before, says why of each value, and once', async () => {
    const { lab } = laboratory;
    await registered('X1');
    await changeOrders(lab, technician, 'X1', { add: [], cancel: ['GLU'] });
    expect(await versionsOf('X1')).toEqual([]);
    await changeOrders(lab, technician, 'X1', { add: [], cancel: ['CREA'], reason: 'chỉ định nhầm' });
    await changeOrders(lab, technician, 'X1', { add: [], cancel: ['CREA'] });
    await closeDue(lab, 'X1');
    const versions = await versionsOf('X1');
    expect(versions).toMatchObject([
      {
        version: 1,
        status: 'cancelled',
        actor: { username: 'lan' },
        reason: 'Hủy chỉ định: chỉ định nhầm',
        cancelledOrders: ['X1.1', 'X1.2'],
        observations: [
          { analyte: 'GLU', status: 'cancelled', value: '', comments: ['Hủy chỉ định: chỉ định nhầm'] },
          { analyte: 'CREA', status: 'cancelled', value: '' },
        ],
      },
    ]);
    expect((await lab.collections.specimens.findOne({ _id: 'X1' }))?.closing).toBeUndefined();
  });

  it('says of each order the reason it was cancelled for, not that of the last', async () => {
    const { lab } = laboratory;
    await registered('X1b');
    await changeOrders(lab, technician, 'X1b', { add: [], cancel: ['GLU'], reason: 'chỉ định trùng' });
    await changeOrders(lab, technician, 'X1b', { add: [], cancel: ['CREA'], reason: 'người bệnh xin thôi' });
    await closeDue(lab, 'X1b');
    const [cancelled] = await versionsOf('X1b');
    expect(cancelled?.observations.map(({ analyte, comments }) => [analyte, comments])).toEqual([
      ['GLU', ['Hủy chỉ định: chỉ định trùng']],
      ['CREA', ['Hủy chỉ định: người bệnh xin thôi']],
    ]);
  });

  it('comes when the specimen is rejected, with the reason of the list; drawn again there is none', async () => {
    const app = await laboratory.app();
    await createUser(laboratory.lab, { username: 'hoa', password: 'Nui-Cao-Bien-Rong-42', role: 'technician' });
    const session = { username: 'hoa', password: 'Nui-Cao-Bien-Rong-42' };
    const signed = await app.inject({ method: 'POST', url: '/api/session', payload: session });
    const headers = { cookie: String(signed.headers['set-cookie']).split(';')[0] ?? '' };
    const reject = (accession: string, more: object) => {
      const payload = { reason: 'clotted', ...more };
      return app.inject({ method: 'POST', url: `/api/specimens/${accession}/reject`, headers, payload });
    };
    await registered('X2');
    expect((await reject('X2', { comment: 'ống EDTA' })).statusCode).toBe(200);
    const [cancelled] = await versionsOf('X2');
    expect(cancelled).toMatchObject({ status: 'cancelled', actor: { username: 'hoa', role: 'technician' } });
    expect(cancelled?.reason).toMatch(/^Từ chối mẫu: .+; ống EDTA$/);
    const specimen = await app.inject({ url: '/fhir/R4/Specimen/X2', headers: await laboratory.bearer('system/*.rs') });
    expect(faultsOf(specimen.body)).toEqual([]);
    expect(specimen.json()).toMatchObject({ status: 'unsatisfactory', condition: [{ text: 'Mẫu đông' }] });
    await registered('X3');
    const { recollectedAs } = (await reject('X3', { recollect: true })).json();
    expect(await versionsOf('X3')).toEqual([]);
    expect(await versionsOf(recollectedAs)).toEqual([]);
  });

  it('leaves as X in every group with its own numbers, and what comes later replaces it as F', async () => {
    const { lab } = laboratory;
    const receiver = await startHl7Receiver();
    const settings = { retrySeconds: [1, 1] as const, paused: false, source: 'api' as const, version: 1 };
    const hl7 = { connect: `127.0.0.1:${receiver.port}`, ackTimeoutSeconds: 10 };
    await lab.collections.recipients.insertOne({ _id: 'his', hl7, ...settings });
    const publishing = await startPublishing(lab);
    try {
      await registered('X4');
      await cancelAll('X4', 'a | b');
      await until('the cancellation', () => receiver.received.length === 1);
      // Ordered again after all: a new version, and what was cancelled stays so.
      await changeOrders(lab, technician, 'X4', { add: [{ code: 'GLU', placer: 'P9^HIS' }], cancel: [] });
      await laboratory.add('X4', { GLU: '5.10' });
      await until('the result', () => receiver.received.length === 2);
      const [first = [], second = []] = receiver.received.map(({ text }) => text.split('\r'));
      const fields = (lines: readonly string[], segment: string, ...numbers: number[]) =>
        lines
          .filter((line) => line.startsWith(`${segment}|`))
          .map((line) => numbers.map((each) => line.split('|')[each] ?? ''));
      expect(fields(first, 'ORC', 2, 3, 5)).toEqual([
        ['PX4-1^HIS', 'X4-GLU^24001', 'CA'],
        ['PX4-2^HIS', 'X4-CREA^24001', 'CA'],
      ]);
      expect(fields(first, 'OBR', 2, 25)).toEqual([
        ['PX4-1^HIS', 'X'],
        ['PX4-2^HIS', 'X'],
      ]);
      expect(fields(first, 'OBX', 5, 11, 19)).toEqual([
        ['', 'X', ''],
        ['', 'X', ''],
      ]);
      expect(fields(first, 'NTE', 3)[0]).toEqual(['Hủy chỉ định: a \\F\\ b']);
      expect(fields(second, 'OBR', 2, 3, 25)).toEqual([
        ['P9^HIS', 'X4-GLU^24001', 'F'],
        ['PX4-2^HIS', 'X4-CREA^24001', 'X'],
      ]);
      expect(fields(second, 'OBX', 5, 11)).toEqual([
        ['5.10', 'F'],
        ['', 'X'],
      ]);
      expect((await versionsOf('X4')).map((each) => each.status)).toEqual(['cancelled', 'final']);
    } finally {
      await publishing.close();
      await receiver.down();
      await lab.collections.recipients.deleteMany({ _id: 'his' });
    }
  });

  it('goes to every recipient of reports, but for one that wants none of these', async () => {
    const { lab } = laboratory;
    const settings = { retrySeconds: [1, 1] as const, paused: true, source: 'api' as const, version: 1 };
    const hl7 = { connect: '127.0.0.1:1', ackTimeoutSeconds: 1 };
    await lab.collections.recipients.insertMany([
      { _id: 'placer', hl7: { ...hl7, cancelled: 'skip' }, ...settings },
      { _id: 'emr', hl7, ...settings },
      { _id: 'central', referral: true, fhir: { url: 'http://127.0.0.1:1' }, ...settings },
    ]);
    await registered('X8');
    await cancelAll('X8');
    const sentTo = async () =>
      (await lab.collections.outbox.find({ accession: 'X8' }).toArray()).map(({ _id }) => _id).sort();
    expect(await sentTo()).toEqual(['X8-v1.emr']);
    await changeOrders(lab, technician, 'X8', { add: [{ code: 'GLU' }], cancel: [] });
    await laboratory.add('X8', { GLU: '5.0' });
    expect(await sentTo()).toEqual(['X8-v1.emr', 'X8-v2.emr', 'X8-v2.placer']);
    await lab.collections.recipients.deleteMany({});
  });

  it('is valid FHIR, found by status, with reasons in place of values; none of it is paid', async () => {
    const app = await laboratory.app();
    const headers = await laboratory.bearer('system/*.rs');
    await registered('X5', ['CBC']);
    await changeOrders(laboratory.lab, technician, 'X5', { add: [], cancel: ['CBC'], reason: 'trùng' });
    const read = async (path: string) => {
      const answer = await app.inject({ url: `/fhir/R4/${path}`, headers });
      expect(answer.statusCode, path).toBe(200);
      return answer;
    };
    const report = await read('DiagnosticReport/X5');
    expect(faultsOf(report.body)).toEqual([]);
    expect(report.json()).toMatchObject({ status: 'cancelled', conclusion: 'Hủy chỉ định: trùng' });
    const found = (
      await read('DiagnosticReport?patient=BN001&status=cancelled&_include=DiagnosticReport:result')
    ).json();
    expect(found.entry.map(({ resource }: { resource: { id: string } }) => resource.id)).toContain('X5');
    const observations = (await read('Observation?specimen=X5')).json();
    expect(observations.total).toBeGreaterThan(10);
    for (const { resource } of observations.entry) {
      expect(faultsOf(JSON.stringify(resource))).toEqual([]);
      expect(resource).toMatchObject({
        status: 'cancelled',
        dataAbsentReason: { coding: [{ code: 'not-performed' }] },
        note: [{ text: 'Hủy chỉ định: trùng' }],
      });
    }
    expect(faultsOf((await read('Provenance/X5-v1')).body)).toEqual([]);
    const day = new Date().toISOString().slice(0, 10);
    const paid = await app.inject({ url: `/api/bhyt/xml4?from=${day}&to=${day}&decision=3176&limit=1000`, headers });
    expect(paid.json().items.filter((each: { accession: string }) => each.accession === 'X5')).toEqual([]);
    const paper = await app.inject({ url: '/api/reports/X5-v1.pdf', headers });
    expect([paper.statusCode, paper.headers['content-type']]).toEqual([200, 'application/pdf']);
  });

  it('is told also where the hospital system cancels its own orders; nobody is said to have read anything', async () => {
    const { lab } = laboratory;
    await registered('X6', ['GLU']);
    const listener = await listenForOrders(lab, { host: '127.0.0.1', listen: 0 });
    await until('a port', () => !listener.address().endsWith(':0'));
    const his = hospital(listener.address());
    try {
      const answer = await his.send([
        'MSH|^~\\&|HIS|BV|LIS|XN|20261125080000||ORM^O01|CX6|P|2.5.1',
        'PID|1||BN001^^^BV^MR||Nguyễn^Đào^Thị||19800517|F',
        'ORC|CA|PX6-1^HIS',
        'OBR|1|PX6-1^HIS||GLU',
      ]);
      expect(answer.find((line) => line.startsWith('ORC'))).toContain('ORC|CR|');
    } finally {
      his.close();
      await listener.close();
    }
    expect(await versionsOf('X6')).toMatchObject([{ status: 'cancelled', actor: { username: 'hl7', role: 'system' } }]);
    const app = await laboratory.app();
    const headers = await laboratory.bearer('system/*.rs');
    for (const path of ['DiagnosticReport/X6', 'Provenance/X6-v1']) {
      const { body } = await app.inject({ url: `/fhir/R4/${path}`, headers });
      expect(faultsOf(body)).toEqual([]);
      expect(body).not.toContain('Practitioner/');
    }
  });

  it('moves with a merge; an order added meanwhile makes it one that is awaited, and the result makes it final', async () => {
    const { lab } = laboratory;
    const other = { ...patient, id: 'BN-LOSER' };
    const orders = [
      { code: 'GLU', placer: 'P1' },
      { code: 'CREA', placer: 'P2' },
    ];
    await registerSpecimen(lab, technician, { accession: 'X9', patient: other, orders });
    await cancelAll('X9');
    await changeOrders(lab, technician, 'X9', { add: [{ code: 'GLU', placer: 'P3' }], cancel: [] });
    await mergePatients(lab, technician, 'BN-LOSER', 'BN001');
    await laboratory.add('X9', { GLU: '5.0' });
    const versions = await versionsOf('X9');
    expect(versions.map((each) => [each.status, each.patient.id])).toEqual([
      ['cancelled', 'BN-LOSER'],
      ['registered', 'BN001'],
      ['final', 'BN001'],
    ]);
    const { config, catalogue } = lab;
    const context = {
      config,
      catalogue,
      recipient: 'his',
      controlId: 'C',
      now: '2026-11-25T03:00:00.000Z',
      settings: {},
    };
    const status = (report: ReportDoc): string[] =>
      composeOru(report, context)
        .split('\r')
        .filter((line) => line.startsWith('OBR|'))
        .map((line) => `${line.split('|')[2]} ${line.split('|')[25]}`);
    // The order that is awaited is in no message before its result; what was cancelled stays so.
    expect(versions.map(status)).toEqual([
      ['P1 X', 'P2 X'],
      ['P1 X', 'P2 X'],
      ['P3 F', 'P2 X'],
    ]);
    for (const report of versions)
      for (const type of ['DiagnosticReport', 'Observation'] as const)
        for (const resource of resourcesOf(lab, type, report)) expect(faultsOf(fhirJson(resource))).toEqual([]);
  });

  it('never follows values: what was released and withdrawn stays withdrawn', async () => {
    const { lab } = laboratory;
    await laboratory.release({ accession: 'X7', orders: ['GLU', 'CREA'] }, { GLU: '5.0' });
    await withdrawSpecimen(lab, doctor, 'X7', { reason: 'nhầm bệnh nhân' });
    await issueDue(lab, 'X7');
    await moveSpecimen(lab, technician, 'X7', 'reject', { reason: 'clotted' });
    await closeDue(lab, 'X7');
    const versions = await versionsOf('X7');
    expect(versions.map((each) => each.status)).toEqual(['preliminary', 'entered-in-error']);
    expect(versions.at(-1)?.cancelledOrders).toBeUndefined();
  });
});

describe('an order cancelled beside others', () => {
  const values = (report: ReportDoc | undefined) => report?.observations.map((each) => [each.analyte, each.status]);
  function segments(report: ReportDoc | undefined, segment: string, ...numbers: number[]): string[][] {
    const { config, catalogue } = laboratory.lab;
    const context = {
      config,
      catalogue,
      recipient: 'his',
      controlId: 'C',
      now: '2026-11-25T03:00:00.000Z',
      settings: {},
    };
    return (report === undefined ? '' : composeOru(report, context))
      .split('\r')
      .filter((line) => line.startsWith(`${segment}|`))
      .map((line) => numbers.map((each) => line.split('|')[each] ?? ''));
  }

  it('is said once after the values were released: X under its own number, the rest unchanged and final', async () => {
    const { lab } = laboratory;
    await registered('Y1');
    await laboratory.add('Y1', { GLU: '5.10' });
    await changeOrders(lab, doctor, 'Y1', { add: [], cancel: ['CREA'], reason: 'trùng' });
    await closeDue(lab, 'Y1');
    const versions = await versionsOf('Y1');
    const newest = versions.at(-1);
    expect(versions.map((each) => each.status)).toEqual(['preliminary', 'final']);
    // Who released the value answers for it; the reason stands with the test, not over the whole report.
    expect(newest).toMatchObject({ actor: { username: 'lan' }, cancelledOrders: ['Y1.2'] });
    expect(newest?.reason).toBeUndefined();
    expect(values(newest)).toEqual([
      ['GLU', 'final'],
      ['CREA', 'cancelled'],
    ]);
    expect(segments(newest, 'OBR', 2, 3, 25)).toEqual([
      ['PY1-1^HIS', 'Y1-GLU^24001', 'F'],
      ['PY1-2^HIS', 'Y1-CREA^24001', 'X'],
    ]);
    expect(segments(newest, 'ORC', 2, 5)).toEqual([
      ['PY1-1^HIS', 'CM'],
      ['PY1-2^HIS', 'CA'],
    ]);
    expect(segments(newest, 'OBX', 5, 11)).toEqual([
      ['5.10', 'F'],
      ['', 'X'],
    ]);
    expect(segments(newest, 'NTE', 3)).toEqual([['Hủy chỉ định: trùng']]);
  });

  it('is valid FHIR: the report final, its observation cancelled with the reason, the order revoked', async () => {
    const app = await laboratory.app();
    const headers = await laboratory.bearer('system/*.rs');
    await registered('Y2');
    await laboratory.add('Y2', { GLU: '5.10' });
    await changeOrders(laboratory.lab, doctor, 'Y2', { add: [], cancel: ['CREA'], reason: 'trùng' });
    const found = await app.inject({
      url: '/fhir/R4/DiagnosticReport?_id=Y2&_include=DiagnosticReport:result&_include=DiagnosticReport:based-on',
      headers,
    });
    const resources: { id: string; status: string }[] = found
      .json()
      .entry.map(({ resource }: { resource: object }) => resource);
    for (const each of resources) expect(faultsOf(JSON.stringify(each))).toEqual([]);
    expect(resources.map(({ id, status }) => [id, status])).toEqual([
      ['Y2', 'final'],
      ['Y2..GLU', 'final'],
      ['Y2..CREA', 'cancelled'],
      [expect.stringMatching(/^Y2\./), 'completed'],
      [expect.stringMatching(/^Y2\./), 'revoked'],
    ]);
    expect(resources[2]).toMatchObject({ note: [{ text: 'Hủy chỉ định: trùng' }] });
    expect(resources[4]).toMatchObject({ note: [{ text: 'Hủy chỉ định: trùng' }] });
    // Each value is found by the order that asked for it, and by no other.
    for (const [position, analyte] of [
      [3, 'GLU'],
      [4, 'CREA'],
    ] as const) {
      const url = `/fhir/R4/Observation?based-on=ServiceRequest/${resources[position]?.id}`;
      const asked = (await app.inject({ url, headers })).json();
      expect(asked.entry.map(({ resource }: { resource: { id: string } }) => resource.id)).toEqual([`Y2..${analyte}`]);
    }
  });

  it('before any value leaves with the first of them, in one version; ordered again it is awaited and not said', async () => {
    const { lab } = laboratory;
    await registered('Y3', ['GLU', 'CREA', 'K']);
    await changeOrders(lab, technician, 'Y3', { add: [], cancel: ['CREA', 'K'] });
    await changeOrders(lab, technician, 'Y3', { add: [{ code: 'K' }], cancel: [] });
    expect(await versionsOf('Y3')).toEqual([]);
    await laboratory.add('Y3', { GLU: '5.10' });
    await closeDue(lab, 'Y3');
    const [first, ...more] = await versionsOf('Y3');
    expect([first?.status, more]).toEqual(['preliminary', []]);
    expect(values(first)).toEqual([
      ['GLU', 'final'],
      ['CREA', 'cancelled'],
    ]);
    await laboratory.add('Y3', { K: '4.1' });
    expect(values((await versionsOf('Y3')).at(-1))?.map(([, status]) => status)).toEqual([
      'final',
      'final',
      'cancelled',
    ]);
  });

  it('that a recipient cancelled itself is no message of its own for it; that the report is final now is one', async () => {
    const { lab } = laboratory;
    const settings = { retrySeconds: [1, 1] as const, paused: true, source: 'api' as const, version: 1 };
    const hl7 = { connect: '127.0.0.1:1', ackTimeoutSeconds: 1 };
    await lab.collections.recipients.insertMany([
      { _id: 'placer', hl7: { ...hl7, cancelled: 'skip' }, ...settings },
      { _id: 'emr', hl7, ...settings },
    ]);
    await registered('Y6', ['GLU', 'CREA', 'K']);
    await laboratory.add('Y6', { GLU: '5.10' });
    await changeOrders(lab, technician, 'Y6', { add: [], cancel: ['CREA'] });
    await changeOrders(lab, technician, 'Y6', { add: [], cancel: ['K'] });
    const sent = await lab.collections.outbox.find({ accession: 'Y6' }).toArray();
    await lab.collections.recipients.deleteMany({});
    expect((await versionsOf('Y6')).map((each) => each.status)).toEqual(['preliminary', 'preliminary', 'final']);
    expect(sent.map(({ _id }) => _id).sort()).toEqual([
      'Y6-v1.emr',
      'Y6-v1.placer',
      'Y6-v2.emr',
      'Y6-v3.emr',
      'Y6-v3.placer',
    ]);
  });

  it('is kept back for the time to undo, and then said with whatever is released meanwhile', async () => {
    const { lab } = slow;
    await registered('Y7', ['GLU', 'CREA'], slow);
    const verify = async (analyte: string): Promise<void> => {
      const [entered] = await enterByHand(lab, technician, 'Y7', [{ analyte, value: '5.0' }]);
      await verifyObservations(lab, technician, 'Y7', {
        observations: [{ id: entered?._id ?? '', version: entered?.version ?? 0 }],
        ownEntryReason: 'đêm trực',
      });
    };
    await verify('GLU');
    clock.ahead += 6_000;
    await changeOrders(lab, technician, 'Y7', { add: [], cancel: ['CREA'] });
    clock.ahead += 4_000;
    // The value is due; the order could still be asked for again.
    await issueDue(lab, 'Y7');
    expect((await versionsOf('Y7', slow)).map(values)).toEqual([[['GLU', 'final']]]);
    await closeDue(lab, 'Y7');
    expect(await versionsOf('Y7', slow)).toHaveLength(1);
    clock.ahead += 6_000;
    await closeDue(lab, 'Y7');
    await closeDue(lab, 'Y7');
    expect((await versionsOf('Y7', slow)).map(values).slice(1)).toEqual([
      [
        ['GLU', 'final'],
        ['CREA', 'cancelled'],
      ],
    ]);
  });
});
