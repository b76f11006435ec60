import { setTimeout as pause } from 'node:timers/promises';
import { seeded } from '../../simulators/template.ts';
import type { Client } from '../journeys/client.ts';
import { freePort, openSite, xnMessage } from '../journeys/harness.ts';
import { hospital } from '../journeys/hospital.ts';
import { until } from '../journeys/until.ts';

export interface DayPlan {
  readonly patients: number;
  readonly specimens: number;
  readonly limitMs: number;
  readonly say: (line: string) => void;
}

export interface DayFigures {
  readonly specimens: number;
  readonly results: number;
  readonly seconds: number;
  /** Accessions with an order that is not completed. */
  readonly unanswered: readonly string[];
  readonly unexplained: readonly string[];
  /** Accessions with more values than were sent. */
  readonly doubled: readonly string[];
  readonly times: readonly Times[];
}

interface Times {
  readonly what: string;
  readonly n: number;
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
}

interface Tube {
  readonly accession: string;
  readonly patient: number;
  readonly kind: 'blood count' | 'chemistry';
}

/** Middle of what is normal, and a spread that leaves some outside. */
const bloodCount: Readonly<Record<string, readonly [middle: number, spread: number, decimals: number]>> = {
  WBC: [7, 3, 2],
  RBC: [4.6, 0.7, 2],
  HGB: [13.6, 2, 1],
  HCT: [41, 5, 1],
  MCV: [89, 8, 1],
  MCH: [30, 3, 1],
  MCHC: [33.5, 2, 1],
  PLT: [250, 90, 0],
  'RDW-CV': [13, 1.5, 1],
  'NEUT#': [4, 1.8, 2],
  'LYMPH#': [2, 0.8, 2],
  'MONO#': [0.5, 0.2, 2],
  'EO#': [0.2, 0.15, 2],
  'BASO#': [0.04, 0.03, 2],
  'NEUT%': [58, 10, 1],
  'LYMPH%': [30, 8, 1],
  'MONO%': [7, 2, 1],
  'EO%': [3, 2, 1],
  'BASO%': [0.6, 0.3, 1],
};
const chemistry: Readonly<Record<string, readonly [code: string, unit: string, middle: number, spread: number]>> = {
  GLU: ['717', 'mmol/l', 5.4, 1.2],
  CREA: ['690', 'umol/l', 80, 25],
  AST: ['687', 'U/l', 24, 12],
  ALT: ['685', 'U/l', 22, 12],
};

const analyzers = [
  ['xn-1', 'sysmex/xn-1000', 'blood count'],
  ['xn-2', 'sysmex/xn-1000', 'blood count'],
  ['xn-3', 'sysmex/xn-1000', 'blood count'],
  ['c311-1', 'roche/cobas-c311', 'chemistry'],
  ['c311-2', 'roche/cobas-c311', 'chemistry'],
  ['c311-3', 'roche/cobas-c311', 'chemistry'],
] as const;

/** Technicians at work at the same time. */
const technicians = 3;

/** Run the day; the process, its data and the analyzers are gone when it resolves. */
export async function replayDay(plan: DayPlan): Promise<DayFigures> {
  const begun = Date.now();
  const random = seeded(7);
  const ports = new Map<string, number>();
  const ordersPort = await freePort();
  for (const [id] of analyzers) ports.set(id, await freePort());
  const lines = analyzers.map(
    ([id, driver]) => `  - { id: ${id}, driver: ${driver}, tcp: { listen: ${ports.get(id)} } }`,
  );
  const site = await openSite({
    lab: ['undoSeconds: 0', `orders: { hl7: { listen: ${ordersPort} } }`, 'analyzers:', ...lines].join('\n'),
    staff: ['technician'],
  });
  const watch = createWatch();
  try {
    const product = await site.start();
    const tubes = Array.from(
      { length: plan.specimens },
      (_each, at): Tube => ({
        accession: `D${String(at + 1).padStart(6, '0')}`,
        patient: at % plan.patients,
        kind: at % 12 < 7 ? 'blood count' : 'chemistry',
      }),
    );
    await orderAll(ordersPort, tubes, watch);
    plan.say(`${Math.round((Date.now() - begun) / 1000)} s: ${tubes.length} specimens ordered`);
    const sending = analyzers.map(async ([id, driver, kind], lane) => {
      const analyzer = site.simulator(driver, { tcp: `127.0.0.1:${ports.get(id)}` });
      const own = tubes.filter((tube) => tube.kind === kind).filter((_tube, at) => at % 3 === lane % 3);
      for (const tube of own) await analyzer.send(messageOf(tube, random));
    });
    const sent = Promise.all(sending);
    let sendingOver = false;
    void sent.then(() => {
      sendingOver = true;
    });
    const people = await Promise.all(Array.from({ length: technicians }, () => product.as('technician')));
    const deadline = begun + plan.limitMs;
    await Promise.all(people.map((person, at) => work(person, at, watch, () => sendingOver, deadline)));
    await sent;
    plan.say(`${Math.round((Date.now() - begun) / 1000)} s: all sent and verified`);
    const [person] = people;
    if (person === undefined) throw new Error('nobody is there');
    const judged = await judge(person, tubes, watch);
    return { specimens: tubes.length, ...judged, seconds: (Date.now() - begun) / 1000, times: watch.times() };
  } finally {
    await site.close();
  }
}

async function orderAll(port: number, tubes: readonly Tube[], watch: Watch): Promise<void> {
  const his = hospital(`127.0.0.1:${port}`);
  try {
    for (const [at, { accession, patient, kind }] of tubes.entries()) {
      const codes = kind === 'blood count' ? ['CBC'] : Object.keys(chemistry);
      const answer = await watch.time('order', () =>
        his.send([
          `MSH|^~\\&|HIS|BV|LIS|XN|20261125070000||OML^O21^OML_O21|D${at}|P|2.5.1`,
          `PID|1||NB${patient}^^^BV^MR||Người bệnh^Số ${patient}||${1940 + (patient % 70)}0412|${patient % 2 === 0 ? 'F' : 'M'}`,
          'PV1|1|I|Nội^1^1',
          ...codes.flatMap((code, order) => [
            `ORC|NW|${accession}-${order}^HIS`,
            `OBR|${order + 1}|${accession}-${order}^HIS||${code}`,
            ...(order === 0 ? [`SPM|1|${accession}^||BLD`] : []),
          ]),
        ]),
      );
      if (!answer.some((line) => line.startsWith('MSA|AA'))) throw new Error(`order refused: ${answer.join(' ')}`);
    }
  } finally {
    his.close();
  }
}

function messageOf(tube: Tube, random: () => number): Uint8Array {
  const around = (middle: number, spread: number, decimals: number): string =>
    Math.max(0.01, middle + (random() + random() - 1) * 1.6 * spread).toFixed(decimals);
  if (tube.kind === 'blood count') {
    const values = Object.entries(bloodCount).map(([code, [middle, spread, decimals]]) => [
      code,
      around(middle, spread, decimals),
    ]);
    return xnMessage(tube.accession, Object.fromEntries(values));
  }
  const rows = Object.values(chemistry).map(
    ([code, unit, middle, spread], at) =>
      `R|${at + 1}|^^^${code}/|${around(middle, spread, 1)}|${unit}||N||F||||20261125081500|P1`,
  );
  const tests = Object.values(chemistry).map(([code]) => `^^^${code}/`);
  const records = [
    'H|\\^&|||c311^1|||||host|RSUPL^REAL|P|1',
    'P|1',
    `O|1|${tube.accession.padStart(22)}|1^50001^001^^S1^SC|${tests.join('\\')}|R||||||N||||1|||||||20261125081500|||F`,
    ...rows,
    'L|1|N',
  ];
  return Buffer.from(`${records.join('\r')}\r`, 'latin1');
}

/** One technician: open the list, open a specimen, look, verify; until nothing more comes. */
async function work(person: Client, lane: number, watch: Watch, over: () => boolean, deadline: number): Promise<void> {
  for (;;) {
    if (Date.now() > deadline) throw new Error('the day took too long');
    const finished = over();
    const list = await watch.time('worklist', () => person.get('/api/worklist?limit=60'));
    const own = list.body.items.filter((_row: unknown, at: number) => at % technicians === lane);
    for (const { accession } of own) await verify(person, accession, watch);
    if (finished && list.body.items.length === 0) return;
    // What one sees, another may be verifying: look again a moment later.
    if (own.length === 0) await pause(100);
  }
}

async function verify(person: Client, accession: string, watch: Watch): Promise<void> {
  const { body } = await watch.time('specimen', () => person.get(`/api/specimens/${accession}`));
  const observations = body.observations
    .filter((each: { state: string; current: boolean }) => each.state === 'pending' && each.current)
    .map((each: { id: string; version: number; alerts: string[] }) => ({
      id: each.id,
      version: each.version,
      acknowledge: each.alerts,
    }));
  if (observations.length === 0) return;
  const done = await watch.time('verify', () => person.post(`/api/specimens/${accession}/verify`, { observations }));
  // Another technician was there first, or a result came in between: the next look at the list shows it.
  if (done.status !== 200 && done.status !== 409 && done.status !== 422) throw new Error(`${accession}: ${done.text}`);
}

async function judge(
  person: Client,
  tubes: readonly Tube[],
  watch: Watch,
): Promise<Pick<DayFigures, 'results' | 'unanswered' | 'unexplained' | 'doubled'>> {
  const unanswered: string[] = [];
  const unexplained: string[] = [];
  const doubled: string[] = [];
  let results = 0;
  for (const { accession, kind } of tubes) {
    const expected = Object.keys(kind === 'blood count' ? bloodCount : chemistry).length;
    const specimen = await until(`the report of ${accession}`, async () => {
      const { body } = await person.get(`/api/specimens/${accession}`);
      return body.reports.length > 0 ? body : null;
    });
    const measured = specimen.observations.filter(
      (each: { origin?: string; analyzer: string }) => each.analyzer !== 'calculated',
    );
    results += measured.length;
    if (measured.length > expected) doubled.push(accession);
    if (specimen.orders.some((order: { state: string }) => order.state !== 'completed')) unanswered.push(accession);
    for (const { id } of measured) {
      const { status, body } = await watch.time('explain', () => person.get(`/api/observations/${id}/explain`));
      const whole = status === 200 && body.message?.id !== undefined && body.span !== null && body.mapping !== null;
      if (!whole || body.acts.length === 0) unexplained.push(id);
    }
  }
  return { results, unanswered, unexplained, doubled };
}

interface Watch {
  time<T>(what: string, work: () => Promise<T>): Promise<T>;
  times(): Times[];
}

function createWatch(): Watch {
  const taken = new Map<string, number[]>();
  return {
    async time(what, work) {
      const begun = performance.now();
      const done = await work();
      const list = taken.get(what) ?? [];
      list.push(performance.now() - begun);
      taken.set(what, list);
      return done;
    },
    times: () =>
      [...taken].map(([what, list]) => {
        const sorted = [...list].sort((one, other) => one - other);
        const at = (share: number): number =>
          sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
        return { what, n: list.length, p50: at(0.5), p95: at(0.95), p99: at(0.99) };
      }),
  };
}
