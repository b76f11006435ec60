import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { closeDue } from '../../src/acts/close.ts';
import { moveSpecimen } from '../../src/acts/custody.ts';
import { enterByHand } from '../../src/acts/enter.ts';
import { issueDue, startIssuer } from '../../src/acts/issue.ts';
import { changeOrders } from '../../src/acts/order-changes.ts';
import { recollect } from '../../src/acts/recollect.ts';
import { registerSpecimen } from '../../src/acts/registration.ts';
import { undoVerify, verifyObservations } from '../../src/acts/verify.ts';
import type { ReportDoc } from '../../src/store/documents.ts';
import { until } from '../journeys/until.ts';
import { openTestLaboratory, type TestLaboratory, technician } from '../laboratory.ts';

const patient = { id: 'BN001', name: 'Nguyễn Thị Đào', sex: 'female', birthDate: '1980-05-17' } as const;
const clock = { ahead: 0 };
let laboratory: TestLaboratory;

beforeAll(async () => {
  laboratory = await openTestLaboratory({ undoSeconds: 8 }, () => Date.now() + clock.ahead);
});
afterAll(() => laboratory.close());

const registered = (accession: string, orders: readonly string[] = ['GLU', 'CREA']) =>
  registerSpecimen(laboratory.lab, technician, {
    accession,
    patient,
    orders: orders.map((code, position) => ({ code, placer: `P${accession}-${position + 1}^HIS` })),
    collectedAt: '2026-11-24T01:30:00.000Z',
  });

const versionsOf = (accession: string): Promise<ReportDoc[]> =>
  laboratory.lab.collections.reports.find({ accession }, { sort: { version: 1 } }).toArray();

const cancelAll = (accession: string, reason?: string): Promise<void> =>
  changeOrders(laboratory.lab, technician, accession, { add: [], cancel: ['GLU', 'CREA'], reason });

describe('a cancellation and the time to undo', () => {
  it('keep it back: drawn again or ordered again meanwhile, nothing is said', async () => {
    const { lab } = laboratory;
    await registered('S1');
    await moveSpecimen(lab, technician, 'S1', 'reject', { reason: 'clotted' });
    await closeDue(lab, 'S1');
    expect(await versionsOf('S1')).toEqual([]);
    await recollect(lab, technician, 'S1');
    await registered('S2');
    await cancelAll('S2');
    await changeOrders(lab, technician, 'S2', { add: [{ code: 'K' }], cancel: [] });
    clock.ahead += 10_000;
    for (const accession of ['S1', 'S2']) {
      await closeDue(lab, accession);
      expect(await versionsOf(accession)).toEqual([]);
      expect((await lab.collections.specimens.findOne({ _id: accession }))?.closing).toBeUndefined();
    }
  });

  it('over, also after a crash, it is said by whoever works through what is due', async () => {
    const { lab } = laboratory;
    await registered('S3');
    await cancelAll('S3', 'trùng');
    const mark = (await lab.collections.specimens.findOne({ _id: 'S3' }))?.closing;
    expect(mark).toMatchObject({ by: { username: 'lan' }, reason: 'trùng' });
    clock.ahead += 10_000;
    const issuer = startIssuer(lab);
    try {
      await until('the report', async () => (await versionsOf('S3'))[0]?.status === 'cancelled');
      await until('the mark gone', async () => {
        const specimen = await lab.collections.specimens.findOne({ _id: 'S3' });
        return specimen?.closing === undefined;
      });
    } finally {
      await issuer.close();
    }
  });

  it('a value that is verified and waits comes first; taken back, there will be no results', async () => {
    const { lab } = laboratory;
    const verified = async (accession: string): Promise<void> => {
      await registered(accession, ['GLU']);
      const [entered] = await enterByHand(lab, technician, accession, [{ analyte: 'GLU', value: '5.0' }]);
      await verifyObservations(lab, technician, accession, {
        observations: [{ id: entered?._id ?? '', version: entered?.version ?? 0 }],
        ownEntryReason: 'đêm trực',
      });
      await changeOrders(lab, technician, accession, { add: [], cancel: ['GLU'] });
    };
    await verified('S4');
    clock.ahead += 8_000;
    await closeDue(lab, 'S4');
    expect(await versionsOf('S4')).toEqual([]);
    await issueDue(lab, 'S4');
    clock.ahead += 60_000;
    await closeDue(lab, 'S4');
    expect((await versionsOf('S4')).map((each) => each.status)).toEqual(['final']);
    await verified('S5');
    await undoVerify(lab, technician, 'S5');
    clock.ahead += 10_000;
    await closeDue(lab, 'S5');
    expect((await versionsOf('S5')).map((each) => each.status)).toEqual(['cancelled']);
  });
});
