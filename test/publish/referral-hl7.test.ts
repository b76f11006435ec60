import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { listenForOrders, type OrderListener } from '../../src/orders/listen.ts';
import { writeFileRecipients } from '../../src/publish/recipients.ts';
import { hospital } from '../journeys/hospital.ts';
import { until } from '../journeys/until.ts';
import { openTestLaboratory, type TestLaboratory } from '../laboratory.ts';

const now = Date.parse('2026-11-25T03:00:00.000Z');
let laboratory: TestLaboratory;
let listener: OrderListener;
let his: ReturnType<typeof hospital>;

beforeAll(async () => {
  laboratory = await openTestLaboratory(
    {
      recipients: [
        { id: 'bach-mai', referral: true },
        { id: 'emr', hl7: { connect: '127.0.0.1:1' } },
      ],
    },
    () => now,
  );
  await writeFileRecipients(laboratory.lab);
  const patient = { id: 'BN001', name: 'Nguyễn Thị Đào', sex: 'female', birthDate: '1980-05-17' } as const;
  for (const [accession, collectedAt] of [
    ['OLD', '2026-10-01T01:00:00.000Z'],
    ['ADMITTED', '2026-11-10T01:00:00.000Z'],
    ['NEW', '2026-11-24T01:00:00.000Z'],
  ] as const)
    await laboratory.release({ accession, patient, collectedAt }, { GLU: '5.0' });
  listener = await listenForOrders(laboratory.lab, { host: '127.0.0.1', listen: 0 });
  await until('a port', () => !listener.address().endsWith(':0'));
  his = hospital(listener.address());
});
afterAll(async () => {
  his.close();
  await listener.close();
  await laboratory.close();
});

let controls = 0;
interface Wanted {
  readonly patient?: string;
  readonly number?: string;
  readonly to?: string;
  readonly admitted?: string;
}
async function refer({ patient = 'BN001', number = '', to = 'bach-mai', admitted = '' }: Wanted): Promise<string[]> {
  controls += 1;
  return his.send([
    `MSH|^~\\&|HIS|BV|LIS|XN|20261125100000||REF^I12^REF_I12|REF${controls}|P|2.5.1`,
    `RF1||||||${number}`,
    'PRD|RP|Nguyễn^An|||||BV24001',
    ...(to === '' ? [] : [`PRD|RT|Bạch Mai|||||${to}`]),
    `PID|1||${patient}^^^BV^MR||Nguyễn^Đào^Thị||19800517|F`,
    `PV1|1|I|A2${'|'.repeat(41)}${admitted}`,
  ]);
}
const all = () => laboratory.lab.collections.referrals.find({}, { sort: { createdAt: 1 } }).toArray();
const field = (lines: readonly string[], segment: string, number: number): string | undefined =>
  lines.find((line) => line.startsWith(segment))?.split('|')[number];

describe('a referral that the hospital system asks for', () => {
  test('takes along what was released since the admission, else in thirty days; the same again changes nothing', async () => {
    const answer = await refer({ number: 'CV-1', admitted: '20261101080000' });
    expect([field(answer, 'MSH', 8), field(answer, 'MSA', 1)]).toEqual(['RRI^I12^RRI_I12', 'AA']);
    expect(await all()).toMatchObject([
      {
        patient: 'BN001',
        recipient: 'bach-mai',
        accessions: ['ADMITTED', 'NEW'],
        createdBy: 'hl7',
        origin: 'hl7 HIS CV-1',
      },
    ]);
    expect(field(await refer({ number: 'CV-1', admitted: '20261101080000' }), 'MSA', 1)).toBe('AA');
    expect(await all()).toHaveLength(1);
    await refer({ number: 'CV-2', admitted: '20260930' });
    await refer({ number: 'CV-3' });
    expect((await all()).map((each) => each.accessions)).toEqual(
      expect.arrayContaining([
        ['OLD', 'ADMITTED', 'NEW'],
        ['ADMITTED', 'NEW'],
      ]),
    );
    const trail = await laboratory.lab.collections.audit.find({ action: 'refer' }).toArray();
    expect(trail.every((each) => each.actor === 'hl7' && each.subject === 'BN001')).toBe(true);
  });

  test('is refused in words: nowhere to go, nobody known there, one that takes no referrals, nothing to send', async () => {
    const count = (await all()).length;
    for (const [wanted, words] of [
      [{ to: '' }, 'PRD is missing'],
      [{ to: 'nowhere' }, 'Recipient nowhere is not known'],
      [{ to: 'emr' }, 'emr is no recipient of referrals'],
      [{ patient: 'BN404' }, 'no report of this patient'],
    ] as const) {
      const answer = await refer(wanted);
      expect([field(answer, 'MSA', 1), answer.find((line) => line.startsWith('ERR'))]).toEqual([
        'AE',
        expect.stringContaining(words),
      ]);
    }
    expect((await all()).length).toBe(count);
  });
});
