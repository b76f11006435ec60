import fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import { closeDue } from '../../src/acts/close.ts';
import { amendObservation, withdrawObservation, withdrawSpecimen } from '../../src/acts/correct.ts';
import { moveSpecimen } from '../../src/acts/custody.ts';
import { issueDue } from '../../src/acts/issue.ts';
import { mergePatients } from '../../src/acts/merge.ts';
import { changeOrders } from '../../src/acts/order-changes.ts';
import { recollect } from '../../src/acts/recollect.ts';
import { registerSpecimen } from '../../src/acts/registration.ts';
import type { Actor } from '../../src/domain/ids.ts';
import { isLisError } from '../../src/errors.ts';
import { composeOru } from '../../src/publish/hl7/oru.ts';
import type { ObservationDoc, ReportDoc } from '../../src/store/documents.ts';
import { openTestLaboratory, technician } from '../laboratory.ts';

const laboratory = await openTestLaboratory();
const { lab } = laboratory;
afterAll(() => laboratory.close());

const doctor: Actor = { username: 'bs-minh', role: 'doctor' };
const analytes = ['GLU', 'CREA', 'K'] as const;

/** One thing people may do to a specimen; what is not possible then is refused and changes nothing. */
type Step =
  | { readonly act: 'result'; readonly analyte: (typeof analytes)[number]; readonly value: number }
  | { readonly act: 'amend'; readonly analyte: (typeof analytes)[number]; readonly value: number }
  | { readonly act: 'withdraw'; readonly analyte: (typeof analytes)[number] }
  | { readonly act: 'withdrawAll' }
  | { readonly act: 'order' | 'cancel'; readonly analyte: (typeof analytes)[number] }
  | { readonly act: 'cancelAll' | 'reject' | 'redraw' };

const analyte = fc.constantFrom(...analytes);
const value = fc.integer({ min: 30, max: 90 });
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ act: fc.constant('result' as const), analyte, value }) },
  { weight: 2, arbitrary: fc.record({ act: fc.constant('amend' as const), analyte, value }) },
  fc.record({ act: fc.constant('withdraw' as const), analyte }),
  fc.record({ act: fc.constant('withdrawAll' as const) }),
  { weight: 2, arbitrary: fc.record({ act: fc.constantFrom('order' as const, 'cancel' as const), analyte }) },
  fc.record({ act: fc.constant('cancelAll' as const) }),
  fc.record({ act: fc.constantFrom('reject' as const, 'redraw' as const) }),
);

async function current(accession: string, code: string): Promise<ObservationDoc | undefined> {
  const all = await lab.collections.observations.find({ accession }).toArray();
  return all.find((each) => each.analyte === code && each.current && each.state === 'released');
}

async function take(accession: string, next: Step): Promise<void> {
  const reason = 'theo yêu cầu';
  switch (next.act) {
    case 'result':
      await laboratory.add(accession, { [next.analyte]: `${next.value / 10}` });
      return;
    case 'amend': {
      const known = await current(accession, next.analyte);
      if (known === undefined) return;
      await amendObservation(lab, doctor, known._id, { version: known.version, reason, value: `${next.value / 10}` });
      return issueDue(lab, accession);
    }
    case 'withdraw': {
      const known = await current(accession, next.analyte);
      if (known === undefined) return;
      await withdrawObservation(lab, doctor, known._id, { version: known.version, reason });
      return issueDue(lab, accession);
    }
    case 'withdrawAll':
      await withdrawSpecimen(lab, doctor, accession, { reason });
      return issueDue(lab, accession);
    case 'order':
      return changeOrders(lab, doctor, accession, { add: [{ code: next.analyte }], cancel: [] });
    case 'cancel':
      return changeOrders(lab, doctor, accession, { add: [], cancel: [next.analyte] });
    case 'cancelAll': {
      const orders = await lab.collections.orders.find({ accession }).toArray();
      return changeOrders(lab, doctor, accession, { add: [], cancel: orders.map((each) => each._id), reason });
    }
    case 'reject':
      await moveSpecimen(lab, technician, accession, 'reject', { reason: 'clotted' });
      return closeDue(lab, accession);
    case 'redraw': {
      const count = (): Promise<number> => lab.collections.reports.countDocuments({ accession });
      const before = await count();
      await moveSpecimen(lab, technician, accession, 'reject', { reason: 'clotted' });
      await recollect(lab, technician, accession);
      await closeDue(lab, accession);
      // The orders stand on the new specimen: nothing is said of them.
      expect(await count()).toBe(before);
      return;
    }
    default:
      return next satisfies never;
  }
}

const field = (message: string, segment: string, number: number): string[] =>
  message
    .split('\r')
    .filter((line) => line.startsWith(`${segment}|`))
    .map((line) => line.split('|')[number] ?? '');

/** interfaces.md 1.3, read as a rule for one version. */
function holdsTable(report: ReportDoc, before: ReportDoc | undefined): void {
  const statuses = report.observations.flatMap((each) => (each.status === 'cancelled' ? [] : [each.status]));
  const values = new Set(report.observations.flatMap((each) => (each.status === 'cancelled' ? [] : [each.analyte])));
  const gone = report.cancelledOrders ?? [];
  const standing = report.orders.filter((order) => !gone.includes(order.id));
  const missing = standing.some((order) => order.analytes.some((code) => !values.has(code)));
  // A cancelled order has a value that says so, unless a result came all the same or another order asks for it.
  const said = [...report.observations.map((each) => each.analyte), ...standing.flatMap((order) => order.analytes)];
  for (const order of report.orders.filter(({ id }) => gone.includes(id)))
    for (const code of order.analytes) expect(said).toContain(code);
  const finalAlone = statuses.every((each) => each === 'final');
  const wasFinal = before !== undefined && !['preliminary', 'registered', 'cancelled'].includes(before.status);
  switch (report.status) {
    case 'preliminary':
      expect(finalAlone && missing).toBe(true);
      break;
    case 'final':
      expect(finalAlone && !missing && !wasFinal).toBe(true);
      break;
    case 'amended':
    case 'appended':
      expect(finalAlone && !missing && wasFinal).toBe(true);
      break;
    case 'corrected':
      expect(statuses.some((each) => each === 'corrected' || each === 'entered-in-error')).toBe(true);
      expect(statuses.some((each) => each !== 'entered-in-error')).toBe(true);
      break;
    case 'entered-in-error':
      expect(statuses.length > 0 && statuses.every((each) => each === 'entered-in-error')).toBe(true);
      break;
    case 'cancelled':
      // Never after a value was released.
      expect(before === undefined || before.status === 'cancelled' || before.status === 'registered').toBe(true);
      expect([statuses, standing.length, missing]).toEqual([[], 0, false]);
      expect(report.reason).toBeTruthy();
      break;
    default:
      expect.unreachable(`a version was ${report.status}`);
  }
  for (const each of report.observations) {
    if (each.status === 'corrected') expect(each.was?.reason).toBeTruthy();
    if (each.status === 'final') expect(each.was).toBeUndefined();
  }
  if (before !== undefined) {
    expect(report.issued > before.issued).toBe(true);
    // What was said to be cancelled is never taken back, and is said in the same words.
    expect(report.cancelledOrders ?? []).toEqual(expect.arrayContaining([...(before.cancelledOrders ?? [])]));
    for (const told of before.observations.filter((each) => each.status === 'cancelled'))
      if (!values.has(told.analyte)) expect(report.observations).toContainEqual(told);
    expect([report.version, before.latest, before.supersededAt]).toEqual([before.version + 1, false, report.issued]);
    const gone = before.observations.filter((old) => !report.observations.some((each) => each.analyte === old.analyte));
    expect(gone).toEqual([]);
  }
}

const orderStatus: Readonly<Record<string, string>> = {
  preliminary: 'P',
  final: 'F',
  amended: 'C',
  appended: 'C',
  corrected: 'C',
  'entered-in-error': 'C',
  cancelled: 'X',
};
const valueStatus: Readonly<Record<string, string>> = {
  final: 'F',
  corrected: 'C',
  'entered-in-error': 'W',
  cancelled: 'X',
};

function holdsOnTheWire(report: ReportDoc): void {
  const { config, catalogue } = lab;
  const message = composeOru(report, {
    config,
    catalogue,
    recipient: 'his',
    controlId: 'X',
    now: report.issued,
    settings: {},
  });
  const groups = new Set(field(message, 'OBR', 25));
  // Beside values that came, the group of an order that was cancelled says so.
  if ((report.cancelledOrders ?? []).length > 0) groups.delete('X');
  expect([...groups]).toEqual(report.status === 'cancelled' ? [] : [orderStatus[report.status]]);
  expect(new Set(field(message, 'OBR', 25)).has('X')).toBe(
    report.observations.some((each) => each.status === 'cancelled'),
  );
  expect(field(message, 'OBX', 11).sort()).toEqual(report.observations.map((each) => valueStatus[each.status]).sort());
  for (const filler of field(message, 'OBR', 3)) expect(filler.startsWith(`${report.accession}-`)).toBe(true);
}

describe('the status of a report', () => {
  /** What stands at the end, whatever the way there was. */
  async function holdsAtTheEnd(accession: string, versions: readonly ReportDoc[]): Promise<void> {
    const newest = versions.at(-1);
    const orders = await lab.collections.orders.find({ accession }).toArray();
    const specimen = await lab.collections.specimens.findOne({ _id: accession });
    const wanted = orders.filter((each) => each.state !== 'cancelled').flatMap((each) => each.analytes);
    const there = newest?.observations.flatMap((each) => (each.status === 'cancelled' ? [] : [each.analyte])) ?? [];
    // Whatever was cancelled since: a report waits only for what is still ordered.
    if (newest?.status === 'preliminary') expect(wanted.some((code) => !there.includes(code))).toBe(true);
    const valued = versions.some((each) => each.status !== 'cancelled' && each.status !== 'registered');
    const nothingComes = wanted.length === 0 || specimen?.state === 'rejected';
    if (specimen?.recollectedAs !== undefined) return;
    if (valued && newest?.status !== 'entered-in-error') {
      // Nobody waits for what was cancelled, and of a rejected specimen for nothing.
      const told = newest?.observations.map((each) => each.analyte) ?? [];
      const gone = orders.filter((each) => each.state === 'cancelled' || specimen?.state === 'rejected');
      for (const code of gone.flatMap((each) => each.analytes))
        expect([...told, ...(specimen?.state === 'rejected' ? [] : wanted)]).toContain(code);
    }
    if (valued) return;
    if (nothingComes) expect([newest?.status, newest?.cancelledOrders?.length]).toEqual(['cancelled', orders.length]);
    else expect((newest?.cancelledOrders ?? []).length).toBeLessThan(orders.length);
  }

  test('follows the table over every history of results, corrections, withdrawals, orders and rejections', async () => {
    let histories = 0;
    const reached = new Set<string>();
    const history = fc.record({ released: fc.boolean(), steps: fc.array(step, { minLength: 1, maxLength: 7 }) });
    await fc.assert(
      fc.asyncProperty(history, async ({ released, steps }) => {
        histories += 1;
        const accession = `H${histories}`;
        const patient = { id: 'BN001', name: 'Nguyễn Thị Đào', sex: 'female', birthDate: '1980-05-17' } as const;
        if (released) await laboratory.release({ accession, orders: ['GLU', 'CREA'] }, { GLU: '5.0' });
        else await registerSpecimen(lab, technician, { accession, patient, orders: ['GLU', 'CREA'] });
        for (const next of steps) {
          await take(accession, next).catch((thrown: unknown) => {
            if (!isLisError(thrown)) throw thrown;
          });
        }
        const read = () => lab.collections.reports.find({ accession }, { sort: { version: 1 } }).toArray();
        const versions = await read();
        for (const [position, report] of versions.entries()) {
          holdsTable(report, versions[position - 1]);
          holdsOnTheWire(report);
          reached.add(report.status);
        }
        expect(versions.map((each) => each.latest)).toEqual(versions.map((_, n) => n === versions.length - 1));
        await holdsAtTheEnd(accession, versions);
        // Looked at again there is nothing more to say.
        await closeDue(lab, accession);
        expect((await read()).length).toBe(versions.length);
      }),
      { numRuns: 30, seed: 20261125 },
    );
    for (const must of ['preliminary', 'final', 'corrected', 'entered-in-error', 'cancelled'])
      expect(reached).toContain(must);
  }, 60_000);

  test('a merge sends the report again under the survivor; the loser stays, inactive, with a link', async () => {
    const app = await laboratory.app();
    const all = await laboratory.bearer('system/*.rs');
    const survivor = { id: 'BN-S', name: 'Trần Thị Lý', sex: 'female', birthDate: '1980-05-17' } as const;
    await laboratory.release({ accession: 'M1', patient: { ...survivor, id: 'BN-L' } }, { GLU: '5.0' });
    await laboratory.release({ accession: 'M2', patient: survivor }, { GLU: '5.5' });
    await mergePatients(lab, technician, 'BN-L', 'BN-S');
    await issueDue(lab, 'M1');
    const read = async (path: string) => (await app.inject({ url: `/fhir/R4/${path}`, headers: all })).json();
    expect(await read('Patient/BN-L')).toMatchObject({
      active: false,
      link: [{ type: 'replaced-by', other: { reference: 'Patient/BN-S' } }],
    });
    expect(await read('DiagnosticReport/M1')).toMatchObject({
      meta: { versionId: '2' },
      subject: { reference: 'Patient/BN-S' },
    });
    expect((await read('DiagnosticReport?patient=BN-S')).total).toBe(2);
    expect((await read('DiagnosticReport?patient=BN-L')).total).toBe(0);
    expect(await read('DiagnosticReport/M1/_history/1')).toMatchObject({ subject: { reference: 'Patient/BN-L' } });
  });
});
