import fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import { amendObservation, withdrawObservation, withdrawSpecimen } from '../../src/acts/correct.ts';
import { issueDue } from '../../src/acts/issue.ts';
import { mergePatients } from '../../src/acts/merge.ts';
import { changeOrders } from '../../src/acts/order-changes.ts';
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
  | { readonly act: 'order' | 'cancel'; readonly analyte: (typeof analytes)[number] };

const analyte = fc.constantFrom(...analytes);
const value = fc.integer({ min: 30, max: 90 });
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ act: fc.constant('result' as const), analyte, value }) },
  { weight: 2, arbitrary: fc.record({ act: fc.constant('amend' as const), analyte, value }) },
  fc.record({ act: fc.constant('withdraw' as const), analyte }),
  fc.record({ act: fc.constant('withdrawAll' as const) }),
  fc.record({ act: fc.constantFrom('order' as const, 'cancel' as const), analyte }),
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
  const statuses = report.observations.map((each) => each.status);
  const missing = report.orders.some((order) =>
    order.analytes.some((code) => !report.observations.some((each) => each.analyte === code)),
  );
  const finalAlone = statuses.every((each) => each === 'final');
  const wasFinal = before !== undefined && before.status !== 'preliminary';
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
    default:
      expect.unreachable(`a version was ${report.status}`);
  }
  for (const each of report.observations) {
    if (each.status === 'corrected') expect(each.was?.reason).toBeTruthy();
    if (each.status === 'final') expect(each.was).toBeUndefined();
  }
  if (before !== undefined) {
    expect(report.issued > before.issued).toBe(true);
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
};
const valueStatus: Readonly<Record<string, string>> = { final: 'F', corrected: 'C', 'entered-in-error': 'W' };

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
  expect(new Set(field(message, 'OBR', 25))).toEqual(new Set([orderStatus[report.status]]));
  expect(field(message, 'OBX', 11).sort()).toEqual(report.observations.map((each) => valueStatus[each.status]).sort());
  for (const filler of field(message, 'OBR', 3)) expect(filler.startsWith(`${report.accession}-`)).toBe(true);
}

describe('the status of a report', () => {
  test('follows the table over every history of results, corrections, withdrawals and orders', async () => {
    let histories = 0;
    const reached = new Set<string>();
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 8 }), async (steps) => {
        histories += 1;
        const accession = `H${histories}`;
        await laboratory.release({ accession, orders: ['GLU', 'CREA'] }, { GLU: '5.0' });
        for (const next of steps) {
          await take(accession, next).catch((thrown: unknown) => {
            if (!isLisError(thrown)) throw thrown;
          });
        }
        const versions = await lab.collections.reports.find({ accession }, { sort: { version: 1 } }).toArray();
        for (const [position, report] of versions.entries()) {
          holdsTable(report, versions[position - 1]);
          holdsOnTheWire(report);
          reached.add(report.status);
        }
        expect(versions.map((each) => each.latest)).toEqual(versions.map((_, n) => n === versions.length - 1));
        // Whatever was cancelled since: a report waits only for what is still ordered.
        const newest = versions.at(-1);
        const orders = await lab.collections.orders.find({ accession }).toArray();
        const wanted = orders.filter((each) => each.state !== 'cancelled').flatMap((each) => each.analytes);
        const there = newest?.observations.map((each) => each.analyte) ?? [];
        if (newest?.status === 'preliminary') expect(wanted.some((code) => !there.includes(code))).toBe(true);
      }),
      { numRuns: 25, seed: 20261125 },
    );
    for (const must of ['preliminary', 'final', 'corrected', 'entered-in-error']) expect(reached).toContain(must);
  });

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
