import { setTimeout as pause } from 'node:timers/promises';
import { seeded } from '../../simulators/template.ts';
import type { Client } from '../journeys/client.ts';
import { freePort, openSite, type Product } from '../journeys/harness.ts';
import { hospital } from '../journeys/hospital.ts';
import { startHospitalSystem } from '../journeys/receiver.ts';
import { until } from '../journeys/until.ts';
import { dayPages } from './day-pages.ts';
import { chemistry, expectedOf, messageOf, type Tube, tubesOf } from './day-tubes.ts';
import { measurePaint, type Paint } from './page-paint.ts';

export interface DayPlan {
  readonly patients: number;
  readonly specimens: number;
  readonly limitMs: number;
  /** How often each page of the workbench is opened in each way; 0: no browser is started. */
  readonly paintRounds: number;
  /** Names of those to open; all when absent. */
  readonly paintPages?: readonly string[];
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
  /** Accessions of which the hospital system has not got exactly one report. */
  readonly unsent: readonly string[];
  readonly times: readonly Times[];
  /** Of the pages, with a quarter of the day waiting and the rest reported; empty without a browser. */
  readonly paints: readonly Paint[];
}

interface Times {
  readonly what: string;
  readonly n: number;
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
}

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
/** Results of tubes nobody registered: they are held. */
const strays = 5;

/** Run the day; the process, its data, the analyzers and the browser are gone when it resolves. */
export async function replayDay(plan: DayPlan): Promise<DayFigures> {
  const begun = Date.now();
  const random = seeded(7);
  const ports = new Map<string, number>();
  const ordersPort = await freePort();
  for (const [id] of analyzers) ports.set(id, await freePort());
  const lines = analyzers.map(
    ([id, driver]) => `  - { id: ${id}, driver: ${driver}, tcp: { listen: ${ports.get(id)} } }`,
  );
  const emr = await startHospitalSystem();
  const recipient = `recipients: [{ id: emr, hl7: { connect: "127.0.0.1:${emr.port}" } }]`;
  const site = await openSite({
    lab: ['undoSeconds: 0', `orders: { hl7: { listen: ${ordersPort} } }`, recipient, 'analyzers:', ...lines].join('\n'),
    staff: ['technician'],
  });
  const watch = createWatch();
  const said = (what: string): void => plan.say(`${Math.round((Date.now() - begun) / 1000)} s: ${what}`);
  try {
    const product = await site.start();
    const tubes = tubesOf(plan.specimens, plan.patients);
    const evening = new Set(tubes.slice(Math.floor(tubes.length * 0.75)).map(({ accession }) => accession));
    await orderAll(ordersPort, tubes, watch);
    said(`${tubes.length} specimens ordered`);
    const people = await Promise.all(Array.from({ length: technicians }, () => product.as('technician')));
    await Promise.all(
      people.map((person, at) =>
        receive(
          person,
          tubes.filter((_tube, n) => n % technicians === at),
          watch,
        ),
      ),
    );
    said('all received');
    const sending = analyzers.map(async ([id, driver, kind], lane) => {
      const analyzer = site.simulator(driver, { tcp: `127.0.0.1:${ports.get(id)}` });
      const own = tubes.filter((tube) => tube.kind === kind).filter((_tube, at) => at % 3 === lane % 3);
      for (const tube of own) await analyzer.send(messageOf(tube, random));
      if (lane === 0) for (const tube of tubesOf(strays, 1)) await analyzer.send(messageOf(stray(tube), random));
    });
    const sent = Promise.all(sending);
    let sendingOver = false;
    void sent.then(() => {
      sendingOver = true;
    });
    const shift: Shift = { watch, over: () => sendingOver, deadline: begun + plan.limitMs, leave: evening };
    await Promise.all(people.map((person, at) => work(person, at, shift)));
    await sent;
    said(`all sent; ${tubes.length - evening.size} specimens verified and stored`);
    const paints = plan.paintRounds === 0 ? [] : await paintOf(product, tubes, evening, plan);
    if (plan.paintRounds > 0) said('every page of the workbench looked at');
    await Promise.all(people.map((person, at) => work(person, at, { ...shift, leave: new Set() })));
    said('all verified');
    const [person] = people;
    if (person === undefined) throw new Error('nobody is there');
    const judged = await judge(person, tubes, watch);
    const unsent = await unsentOf(tubes, emr.arrived);
    const seconds = (Date.now() - begun) / 1000;
    return { specimens: tubes.length, ...judged, unsent, seconds, times: watch.times(), paints };
  } finally {
    await site.close();
    await emr.down();
  }
}

const stray = (tube: Tube): Tube => ({ ...tube, kind: 'blood count', accession: `X${tube.accession}` });

/** The machine is the laboratory's alone for it: nobody works, no analyzer sends. */
async function paintOf(
  product: Product,
  tubes: readonly Tube[],
  evening: ReadonlySet<string>,
  plan: DayPlan,
): Promise<Paint[]> {
  const waiting = tubes.find(({ accession, kind }) => evening.has(accession) && kind === 'blood count');
  const done = tubes.find(({ kind }) => kind === 'blood count');
  if (waiting === undefined || done === undefined) throw new Error('the day is too short to look at');
  const { body } = await product.admin.get('/api/analyzers/xn-1/messages?direction=in&limit=1');
  const pages = dayPages({ waiting: waiting.accession, reported: done.accession, message: body.items[0].id });
  return measurePaint({
    url: product.url,
    cookie: product.admin.credentials.cookie ?? '',
    pages: pages.filter(({ page }) => plan.paintPages?.includes(page) ?? true),
    rounds: plan.paintRounds,
  });
}

/** The hospital system gets each report once. */
async function unsentOf(tubes: readonly Tube[], arrived: readonly { readonly text: string }[]): Promise<string[]> {
  const missing = (): string[] => {
    const all = arrived.map(({ text }) => text).join('\n');
    return tubes.filter(({ accession }) => !all.includes(accession)).map(({ accession }) => accession);
  };
  await until('every report is at the hospital system', () => missing().length === 0, 60_000).catch(() => undefined);
  const twice = new Map<string, number>();
  for (const { text } of arrived) {
    const accession = /\bD\d{6}\b/.exec(text)?.[0] ?? '';
    twice.set(accession, (twice.get(accession) ?? 0) + 1);
  }
  return tubes.map(({ accession }) => accession).filter((accession) => twice.get(accession) !== 1);
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

/** The tubes come in, one scan after the other. */
async function receive(person: Client, tubes: readonly Tube[], watch: Watch): Promise<void> {
  for (const { accession } of tubes) {
    const { status, text } = await watch.time('receive', () => person.post(`/api/specimens/${accession}/receive`));
    if (status !== 200) throw new Error(`${accession} is not received: ${text}`);
  }
}

interface Shift {
  readonly watch: Watch;
  readonly over: () => boolean;
  readonly deadline: number;
  /** Tubes for the next shift. */
  readonly leave: ReadonlySet<string>;
}

/** One technician: open the list, open a specimen, look, verify, put the tube away; until nothing more comes. */
async function work(person: Client, lane: number, shift: Shift): Promise<void> {
  const { watch, leave } = shift;
  const forNow = (rows: readonly { accession: string }[]) => rows.filter(({ accession }) => !leave.has(accession));
  for (;;) {
    if (Date.now() > shift.deadline) throw new Error('the day took too long');
    const finished = shift.over();
    const list = await watch.time('worklist', () => person.get('/api/worklist?limit=60'));
    const own = forNow(list.body.items).filter((_row, at) => at % technicians === lane);
    for (const { accession } of own) await verify(person, accession, watch);
    if (finished && forNow(list.body.items).length === 0) {
      const whole = await person.get('/api/worklist?limit=1000&brief=true');
      if (forNow(whole.body.items).length === 0) return;
    }
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
  if (done.status !== 200) return;
  const number = Number(accession.slice(1)) - 1;
  const place = { rack: `D${Math.floor(number / 100) + 1}`, position: String((number % 100) + 1) };
  const stored = await watch.time('store', () => person.post(`/api/specimens/${accession}/store`, place));
  if (stored.status !== 200) throw new Error(`${accession} is not stored: ${stored.text}`);
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
  for (const tube of tubes) {
    const { accession } = tube;
    const specimen = await until(`the report of ${accession}`, async () => {
      const { status, body, text } = await patiently(person, `/api/specimens/${accession}`);
      if (status !== 200) throw new Error(`${accession} can not be read: ${status} ${text}`);
      return body.reports.length > 0 ? body : null;
    });
    const measured = specimen.observations.filter(
      (each: { origin?: string; analyzer: string }) => each.analyzer !== 'calculated',
    );
    results += measured.length;
    if (measured.length > expectedOf(tube)) doubled.push(accession);
    if (specimen.orders.some((order: { state: string }) => order.state !== 'completed')) unanswered.push(accession);
    for (const { id } of measured) {
      const { status, body } = await watch.time('explain', () => patiently(person, `/api/observations/${id}/explain`));
      const whole = status === 200 && body.message?.id !== undefined && body.span !== null && body.mapping !== null;
      if (!whole || body.acts.length === 0) unexplained.push(id);
    }
  }
  return { results, unanswered, unexplained, doubled };
}

/** Who judges asks for more in a minute than the server takes from one address: then he waits. */
async function patiently(person: Client, path: string): ReturnType<Client['get']> {
  for (;;) {
    const answer = await person.get(path);
    if (answer.status !== 429) return answer;
    await pause(2000);
  }
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
