import { issueDue } from '../../src/acts/issue.ts';
import { registerSpecimen } from '../../src/acts/registration.ts';
import { verifyObservations } from '../../src/acts/verify.ts';
import type { Laboratory } from '../../src/laboratory/context.ts';
import { chemistry } from './cobas.ts';
import type { LinePlan, TestLaboratory } from './harness.ts';
import { until } from './harness.ts';
import { bloodCount, differential, healthy } from './sysmex.ts';

/** A morning of a district laboratory with invented people: what a technician sees at twenty to ten. */
export const morningLines: readonly LinePlan[] = [
  { id: 'xn-1', driver: 'sysmex/xn-1000', name: 'XN-1000' },
  { id: 'c311-1', driver: 'roche/cobas-c311', name: 'c311' },
  { id: 'bc-1', driver: 'mindray/bc-5380', name: 'BC-5380' },
];

interface Visit {
  readonly accession: string;
  readonly name: string;
  readonly sex: 'male' | 'female';
  readonly birthDate: string;
  readonly ward: string;
  readonly priority?: 'routine' | 'urgent' | 'stat';
  readonly minutesAgo: number;
  readonly values: Readonly<Record<string, string>>;
  readonly flags?: Readonly<Record<string, string>>;
  readonly remark?: string;
}

const anaemic = {
  WBC: '11.80',
  RBC: '2.61',
  HGB: '6.1',
  HCT: '19.1',
  MCV: '73.2',
  MCH: '23.4',
  MCHC: '31.9',
  PLT: '188',
};

const visits: readonly Visit[] = [
  visit('24112300431', 'Phạm Thị Mai', 'female', '1992-05-14', 'Cấp cứu', 48, anaemic, 'stat', 'Anemia'),
  visit(
    '24112300436',
    'Ngô Đức Anh',
    'male',
    '2019-03-02',
    'Cấp cứu',
    31,
    { ...healthy, WBC: '15.20', PLT: '461' },
    'stat',
  ),
  visit(
    '24112300388',
    'Nguyễn Thị Hồng Nhung',
    'female',
    '1985-08-20',
    'Nội TH',
    84,
    { ...healthy, WBC: '3.10', PLT: '121' },
    'urgent',
  ),
  visit('24112300389', 'Vũ Văn Long', 'male', '1963-01-11', 'Nội TH', 84, { ...healthy, HGB: '12.1', RBC: '4.11' }),
  visit('24112300392', 'Hoàng Thị Lan', 'female', '1997-12-01', 'Sản', 79, healthy),
  visit('24112300394', 'Đỗ Minh Quân', 'male', '1974-07-09', 'PK 3', 76, {
    ...healthy,
    HGB: '14.8',
    RBC: '5.02',
    HCT: '44.1',
  }),
  visit('24112300395', 'Bùi Thị Tuyết', 'female', '1956-02-28', 'PK 3', 76, { ...healthy, PLT: '139' }),
  visit('24112300397', 'Lý A Páo', 'male', '1980-06-15', 'PK 1', 72, {
    ...healthy,
    HGB: '15.1',
    RBC: '5.11',
    HCT: '45.0',
  }),
  visit('24112300398', 'Trịnh Thu Trang', 'female', '2001-04-04', 'Sản', 70, healthy),
  visit('24112300402', 'Đặng Quốc Việt', 'male', '1988-10-30', 'PK 2', 62, {
    ...healthy,
    HGB: '14.2',
    RBC: '4.92',
    HCT: '42.5',
  }),
  visit('24112300405', 'Phan Văn Hải', 'male', '1960-03-17', 'Nội TM', 58, {
    ...healthy,
    HGB: '10.9',
    RBC: '3.80',
    WBC: '12.40',
  }),
  visit('24112300408', 'Tạ Thị Ngân', 'female', '1969-09-09', 'Nội TM', 54, healthy),
  visit('24112300409', 'Cao Xuân Trường', 'male', '1982-11-21', 'PK 2', 53, {
    ...healthy,
    HGB: '14.0',
    RBC: '4.80',
    HCT: '41.9',
  }),
  visit('24112300411', 'Dương Thị Kim Oanh', 'female', '1995-01-25', 'Sản', 50, healthy),
  visit('24112300412', 'Hà Văn Thắng', 'male', '1977-05-05', 'PK 1', 48, {
    ...healthy,
    HGB: '13.9',
    RBC: '4.70',
    PLT: '402',
  }),
  visit('24112300414', 'Lâm Thị Bích', 'female', '1990-08-18', 'PK 1', 44, healthy),
];

function visit(
  accession: string,
  name: string,
  sex: Visit['sex'],
  birthDate: string,
  ward: string,
  minutesAgo: number,
  values: Visit['values'],
  priority: NonNullable<Visit['priority']> = 'routine',
  remark?: string,
): Visit {
  return {
    accession,
    name,
    sex,
    birthDate,
    ward,
    minutesAgo,
    values,
    priority,
    ...(remark === undefined ? {} : { remark }),
  };
}

/** Registers and runs the morning; resolves when all its results wait. Phạm Thị Mai was here twice before. */
export async function playMorning(laboratory: TestLaboratory, now: Date = new Date()): Promise<void> {
  const { lab } = laboratory;
  const analyzer = laboratory.analyzer('xn-1');
  const mai = visits[0];
  if (mai === undefined) return;
  for (const [days, values] of [
    [9, { ...healthy, HGB: '13.1', WBC: '6.90' }],
    [2, { ...healthy, HGB: '12.8', WBC: '7.40', RBC: '4.32', HCT: '39.0', MCV: '90.3' }],
  ] as const) {
    const at = new Date(now.getTime() - days * 86_400_000);
    const accession = `${mai.accession.slice(0, -1)}${days}`;
    await registerVisit(lab, { ...mai, accession, priority: 'routine' }, at);
    await analyzer.send(bloodCount(accession, { ...differential, ...values }, at));
    await released(lab, accession);
  }
  for (const each of visits) {
    const at = new Date(now.getTime() - each.minutesAgo * 60_000);
    await registerVisit(lab, each, at);
    const options = each.remark === undefined ? {} : { remark: each.remark };
    const run = new Date(at.getTime() + 15 * 60_000);
    await analyzer.send(bloodCount(each.accession, { ...differential, ...each.values }, run, options));
    if (alsoChemistry(each)) {
      await laboratory
        .analyzer('c311-1')
        .send(chemistry(each.accession, { '717': '5.62', '690': '78', '685': '24', '687': '61' }, run));
    }
  }
  await until(
    'the morning waits',
    async () => (await lab.collections.specimens.find({ 'work.open': true }).toArray()).length === visits.length,
  );
}

/** Every third tube came with a second one for chemistry. */
const alsoChemistry = (visit: Visit): boolean => visits.indexOf(visit) % 3 === 0;

async function registerVisit(lab: Laboratory, visit: Visit, at: Date): Promise<void> {
  const person = { username: 'mai', role: 'receptionist' } as const;
  const { accession, name, sex, birthDate, ward, priority } = visit;
  await registerSpecimen(lab, person, {
    accession,
    patient: {
      id: `BN${[...name].reduce((sum, letter) => (sum * 31 + (letter.codePointAt(0) ?? 0)) % 900_000, 7) + 100_000}`,
      name,
      sex,
      birthDate,
    },
    orders: ['CBC', ...(alsoChemistry(visit) ? ['GLU', 'CREA', 'ALT', 'AST'] : [])],
    priority: priority ?? 'routine',
    collectedAt: new Date(at.getTime() - 9 * 60_000).toISOString(),
    ward,
    requester: 'BS. Trần Khánh',
  });
  const receivedAt = at.toISOString();
  const specimen = await lab.collections.specimens.findOne({ _id: accession });
  if (specimen === null) throw new Error(`${accession} was not registered`);
  const digit = { stat: 0, urgent: 1, routine: 2 }[priority ?? 'routine'];
  await lab.collections.specimens.updateOne(
    { _id: accession },
    { $set: { receivedAt, state: 'received', work: { ...specimen.work, rank: `${digit}${receivedAt}/${accession}` } } },
  );
}

async function released(lab: Laboratory, accession: string): Promise<void> {
  const technician = { username: 'nam', role: 'technician' } as const;
  await until(
    `results of ${accession}`,
    async () => (await lab.collections.observations.find({ accession }).toArray()).length > 0,
  );
  const observations = await lab.collections.observations.find({ accession }).toArray();
  await verifyObservations(lab, technician, accession, {
    observations: observations.map((each) => ({ id: each._id, version: each.version, acknowledge: each.alerts })),
  });
  await until(`report of ${accession}`, async () => {
    await issueDue(lab, accession);
    return (await lab.collections.reports.findOne({ accession })) !== null;
  });
}
