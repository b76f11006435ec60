import { setTimeout as pause } from 'node:timers/promises';
import { type Client, client } from '../journeys/client.ts';
import { openSite, type Product, type Site } from '../journeys/harness.ts';
import { until } from '../journeys/until.ts';
import { type FhirReceiver, startFhirReceiver } from '../publish/fhir-receiver.ts';
import { ack, type Hl7Receiver, type Received, startHl7Receiver } from '../publish/hl7-receiver.ts';
import { openKeyFolder } from '../publish/signed-laboratory.ts';
import { compareCentral, startCentral } from './central.ts';
import { type Random, seeded } from './random.ts';

export interface WeekOptions {
  readonly seed: number;
  readonly specimens: number;
  /** kill -9 of the laboratory, at random instants. */
  readonly kills: number;
  /** Recipients go down, at random instants. */
  readonly outages: number;
  readonly say?: (words: string) => void;
}

export interface WeekResult {
  readonly reports: number;
  readonly versions: number;
  readonly kills: number;
  readonly hl7Messages: number;
  readonly fhirTransactions: number;
  readonly polls: number;
  /** kill -9 of the second Cuvette. */
  readonly centralKills: number;
  /** What befell calls to it, and how often. */
  readonly centralFaults: Readonly<Record<string, number>>;
  /** What a recipient holds otherwise than the laboratory: must be empty. */
  readonly faults: readonly string[];
}

/** The last version of one report, as the laboratory itself says. */
interface Truth {
  readonly version: number;
  readonly issued: string;
  readonly status: string;
  readonly values: Readonly<Record<string, string>>;
}

const orders = ['GLU', 'CREA', 'K'];
const patient = { id: 'BN7', name: 'Hoàng Thị Ngọc Ánh', sex: 'female', birthDate: '1969-12-30' };

/**
 * A week of results, made short: specimens are registered, resulted, verified, corrected and withdrawn while four
 * recipients (HL7 push, FHIR push, an EMR that polls, a second Cuvette that is sent signed referrals) answer late,
 * wrongly or not at all, go down, and the laboratory itself is killed. In the end each recipient must hold exactly the last version of every report.
 */
export async function runWeek(options: WeekOptions): Promise<WeekResult> {
  const random = seeded(options.seed);
  const hl7 = await startHl7Receiver();
  const fhir = await startFhirReceiver();
  const filed = fileByRules(hl7, seeded(options.seed + 1));
  misbehave(fhir, seeded(options.seed + 2));
  const keys = await openKeyFolder('CA y tế');
  const central = await startCentral(keys.trustFile, seeded(options.seed + 3));
  const signers = { technician: 'Nguyễn Thị Lan', doctor: 'Lê Quang Minh' };
  const people = [await keys.person('technician', signers.technician), await keys.person('doctor', signers.doctor)];
  const site = await openSite({
    staff: ['technician', 'doctor'],
    startWithinMs: 60_000,
    lab: `
lab: { id: "24001", name: Bệnh viện tỉnh }
undoSeconds: 0
signing: { trust: [${keys.trustFile}], revocation: off, keys: ${JSON.stringify(people)} }
recipients:
  - { id: his, hl7: { connect: "127.0.0.1:${hl7.port}", ackTimeoutSeconds: 0.4 }, retrySeconds: [0.05, 0.3] }
  - { id: emr, fhir: { url: "${fhir.url}", timeoutSeconds: 0.6, auth: { token: t } }, retrySeconds: [0.05, 0.3] }
  - { id: central, referral: true, retrySeconds: [0.05, 0.3], fhir: { url: "${central.url}/fhir/R4", timeoutSeconds: 0.8, auth: { token: "${central.token}" } } }`,
  });
  try {
    const week = await startWeek(site, random, options, [hl7, fhir, central]);
    await week.work();
    for (const each of [hl7, fhir, central]) await each.up().catch(() => undefined);
    const truth = await week.settle();
    const faults = [
      ...filed.faults,
      ...compareHl7(filed.latest, truth),
      ...compareFhir(fhir, truth),
      ...compareHeld('poller', week.polled(), truth),
      ...(await compareCentral(central, patient.id, truth, Object.values(signers), keys.anchors)),
    ];
    return {
      reports: truth.size,
      versions: [...truth.values()].reduce((sum, each) => sum + each.version, 0),
      kills: week.kills(),
      hl7Messages: hl7.received.length,
      fhirTransactions: fhir.transactions(),
      polls: week.polls(),
      centralKills: central.kills(),
      centralFaults: Object.fromEntries(central.faults),
      faults,
    };
  } finally {
    await site.close();
    await central.close();
    await keys.close();
    await hl7.down();
    await fhir.down();
  }
}

/** An HL7 receiver that files by the rules of real ones (interfaces.md 2.4) and answers as bad ones do. */
function fileByRules(hl7: Hl7Receiver, random: Random): { latest: Map<string, Received>; faults: string[] } {
  const latest = new Map<string, Received>();
  const seen = new Map<string, string>();
  const faults: string[] = [];
  hl7.behave(async (message) => {
    const { controlId, accession, released } = message;
    const key = `${accession} ${released}`;
    const before = seen.get(controlId);
    if (before === undefined) {
      if ([...seen.values()].includes(key)) faults.push(`hl7: ${key} came under two control ids`);
      const known = latest.get(accession);
      if (known !== undefined && released < known.released) faults.push(`hl7: ${accession} went back to ${released}`);
      seen.set(controlId, key);
      latest.set(accession, message);
    } else if (before !== key) faults.push(`hl7: control id ${controlId} stands for two messages`);
    const dice = random.next();
    if (dice < 0.06) return 'cut';
    if (dice < 0.12) return [];
    if (dice < 0.18) return ['not HL7 at all'];
    if (dice < 0.24) return [ack('AE', 'SOMEONE-ELSE'), ack('AA', controlId)];
    if (dice < 0.28) return [ack(random.chance(0.5) ? 'AE' : 'AR', controlId, 'closed for the night')];
    if (dice < 0.4) await pause(random.between(50, 700));
    return [ack('AA', controlId)];
  });
  return { latest, faults };
}

function misbehave(fhir: FhirReceiver, random: Random): void {
  fhir.behave(async () => {
    const dice = random.next();
    if (dice < 0.06) return 503;
    if (dice < 0.1) return 429;
    if (dice < 0.15) return 'takeAndCut';
    if (dice < 0.19) return 'hang';
    if (dice < 0.22) return 422;
    if (dice < 0.35) await pause(random.between(50, 900));
    return 'take';
  });
}

async function startWeek(
  site: Site,
  random: Random,
  options: WeekOptions,
  recipients: readonly { down(): Promise<void>; up(): Promise<void> }[],
) {
  const say = options.say ?? (() => undefined);
  let product = await site.start();
  const added = await site.cuvette(['token', 'add', 'poller', '--scope', 'system/*.rs']);
  const token = added.stdout.trim();
  let technician = await product.as('technician');
  let doctor = await product.as('doctor');
  let kills = 0;
  const accessions: string[] = [];
  const poller = startPoller(() => product, token);

  async function killed(): Promise<void> {
    await pause(random.between(0, 120));
    await product.kill();
    kills += 1;
    say(`killed and started again (${kills})`);
    product = await site.start();
    technician = await product.as('technician');
    doctor = await product.as('doctor');
  }

  async function work(): Promise<void> {
    const killAt = new Set(Array.from({ length: options.kills }, () => random.between(0, options.specimens - 1)));
    const outageAt = new Set(Array.from({ length: options.outages }, () => random.between(0, options.specimens - 1)));
    for (let n = 0; n < options.specimens; n += 1) {
      const accession = `W${String(n).padStart(5, '0')}`;
      accessions.push(accession);
      await oneSpecimen(accession);
      if (outageAt.has(n)) void outage(recipients[random.between(0, recipients.length - 1)]);
      if (killAt.has(n)) await killed();
      if (n % 50 === 49) say(`${n + 1} specimens`);
    }
  }

  async function outage(recipient: { down(): Promise<void>; up(): Promise<void> } | undefined): Promise<void> {
    await recipient?.down();
    await pause(random.between(200, 1500));
    await recipient?.up().catch(() => undefined);
  }

  async function oneSpecimen(accession: string): Promise<void> {
    await done(
      technician.post('/api/specimens', { accession, patient, orders, collectedAt: '2026-11-24T01:30:00.000Z' }),
      201,
    );
    const first = random.between(1, orders.length);
    await result(accession, orders.slice(0, first));
    await done(
      doctor.post('/api/referrals', { patient: patient.id, recipient: 'central', accessions: [accession] }),
      201,
    );
    if (first < orders.length && random.chance(0.7)) await result(accession, orders.slice(first));
    if (random.chance(0.25)) await correct(accession);
    if (random.chance(0.06))
      await done(doctor.post(`/api/specimens/${accession}/withdraw`, { reason: 'Nhầm bệnh nhân' }), 200);
  }

  async function result(accession: string, analytes: readonly string[]): Promise<void> {
    const observations = analytes.map((analyte) => ({ analyte, value: `${random.between(40, 60) / 10}0` }));
    await done(technician.post(`/api/specimens/${accession}/observations`, { observations }), 201);
    const specimen = await done(technician.get(`/api/specimens/${accession}`), 200);
    const pending = specimen.observations.filter((each: Row) => each.state === 'pending');
    await done(
      technician.post(`/api/specimens/${accession}/verify`, {
        observations: pending.map(({ id, version, alerts }: Row) => ({ id, version, acknowledge: alerts })),
        ownEntryReason: 'một mình trực đêm',
      }),
      200,
    );
  }

  async function correct(accession: string): Promise<void> {
    const specimen = await done(doctor.get(`/api/specimens/${accession}`), 200);
    const released = specimen.observations.find((each: Row) => each.state === 'released' && each.current);
    if (released === undefined) return;
    const request = { version: released.version, value: `${random.between(61, 90) / 10}5`, reason: 'Đo lại' };
    await done(doctor.post(`/api/observations/${released.id}/amend`, request), 200);
  }

  /** Bring back what was parked until all is delivered, then tell what the laboratory holds. */
  async function settle(): Promise<Map<string, Truth>> {
    await until(
      'every delivery is delivered or superseded',
      async () => {
        const open = await deliveries(product.admin, ['queued', 'sending', 'parked']);
        for (const each of open.filter((row) => row.state === 'parked'))
          await product.admin.post(`/api/deliveries/${encodeURIComponent(each.id)}/redrive`);
        return open.length === 0;
      },
      120_000,
    );
    const truth = new Map<string, Truth>();
    for (const accession of accessions) {
      const specimen = await done(technician.get(`/api/specimens/${accession}`), 200);
      const newest = specimen.reports.reduce((one: Row, other: Row) => (other.version > one.version ? other : one));
      const report = await done(technician.get(`/api/reports/${encodeURIComponent(newest.id)}`), 200);
      const values = report.observations.map((each: Row) => [each.analyte, `${each.comparator ?? ''}${each.value}`]);
      truth.set(accession, {
        version: report.version,
        issued: report.issued,
        status: report.status,
        values: Object.fromEntries(values),
      });
    }
    await poller.finish();
    return truth;
  }

  return { work, settle, kills: () => kills, polls: poller.polls, polled: poller.held };
}

type Row = ReturnType<typeof JSON.parse>;

async function deliveries(admin: Client, states: readonly string[]): Promise<Row[]> {
  const found: Row[] = [];
  for (const state of states)
    found.push(...(await done(admin.get(`/api/deliveries?state=${state}&limit=1000`), 200)).items);
  return found;
}

async function done(asked: ReturnType<Client['get']>, status: number): Promise<Row> {
  const answer = await asked;
  if (answer.status !== status) throw new Error(`${answer.status} instead of ${status}: ${answer.text}`);
  return answer.body;
}

/** An EMR that asks for what is after the mark it has seen, as partners do; outages of the laboratory are its daily bread. */
function startPoller(product: () => Product, token: string) {
  const held = new Map<string, { version: number; status: string }>();
  let mark = '1970-01-01T00:00:00.000Z';
  let polls = 0;
  let ending = false;
  async function poll(): Promise<void> {
    polls += 1;
    const caller = client(product().url, { authorization: `Bearer ${token}` });
    let reached = mark;
    let next: string | undefined = `/fhir/R4/DiagnosticReport?_lastUpdated=gt${mark}&_count=20`;
    while (next !== undefined) {
      const bundle: Row = await done(caller.get(next), 200);
      reached = bundle.meta.lastUpdated;
      for (const { resource } of bundle.entry ?? [])
        held.set(resource.id, { version: Number(resource.meta.versionId), status: resource.status });
      const url: string | undefined = bundle.link.find((each: Row) => each.relation === 'next')?.url;
      next = url?.slice(url.indexOf('/fhir/'));
    }
    mark = reached;
  }
  const running = (async () => {
    while (!ending) {
      await poll().catch(() => undefined);
      await pause(40);
    }
  })();
  return {
    held: () => held,
    polls: () => polls,
    async finish() {
      ending = true;
      await running;
      await poll();
    },
  };
}

function compareHeld(
  name: string,
  held: ReadonlyMap<string, { version: number; status: string }>,
  truth: ReadonlyMap<string, Truth>,
): string[] {
  const faults = [...held.keys()].filter((key) => !truth.has(key)).map((key) => `${name}: holds ${key}, which is none`);
  for (const [accession, { version, status }] of truth) {
    const theirs = held.get(accession);
    if (theirs?.version !== version || theirs.status !== status)
      faults.push(`${name}: ${accession} is ${version} ${status}, holds ${theirs?.version} ${theirs?.status}`);
  }
  return faults;
}

function compareHl7(latest: ReadonlyMap<string, Received>, truth: ReadonlyMap<string, Truth>): string[] {
  const faults: string[] = [];
  for (const [accession, { values, issued }] of truth) {
    const segments = (latest.get(accession)?.text ?? '').split('\r').map((each) => each.split('|'));
    const theirs: Record<string, string> = {};
    for (const obx of segments.filter((each) => each[0] === 'OBX')) {
      const code = (obx[3] ?? '').split('^');
      theirs[code[2] === 'LN' ? (code[3] ?? '') : (code[0] ?? '')] = obx[5] ?? '';
    }
    if (!sameValues(values, theirs))
      faults.push(`hl7: ${accession} is ${JSON.stringify(values)}, holds ${JSON.stringify(theirs)}`);
    const released = latest.get(accession)?.released ?? '';
    const local = released.replace(
      /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d\.\d{3})([+-]\d\d)(\d\d)$/,
      '$1-$2-$3T$4:$5:$6$7:$8',
    );
    if (Date.parse(local) !== Date.parse(issued))
      faults.push(`hl7: ${accession} was issued ${issued}, holds ${released}`);
  }
  return faults;
}

function compareFhir(fhir: FhirReceiver, truth: ReadonlyMap<string, Truth>): string[] {
  const faults: string[] = [];
  for (const [accession, { version, status, values }] of truth) {
    const report: Row = JSON.parse(fhir.held.get(`DiagnosticReport/${accession}`) ?? '{}');
    if (report.meta?.versionId !== String(version) || report.status !== status)
      faults.push(`fhir: ${accession} is ${version} ${status}, holds ${report.meta?.versionId} ${report.status}`);
    for (const [analyte, value] of Object.entries(values)) {
      const text = fhir.held.get(`Observation/${accession}..${analyte}`) ?? '';
      const digits = /"valueQuantity":\{"value":([-0-9.]+)/.exec(text)?.[1] ?? '';
      if (digits !== value) faults.push(`fhir: ${accession} ${analyte} is ${value}, holds ${digits}`);
    }
  }
  return faults;
}

const sameValues = (one: Readonly<Record<string, string>>, other: Readonly<Record<string, string>>): boolean =>
  JSON.stringify(Object.entries(one).sort()) === JSON.stringify(Object.entries(other).sort());
