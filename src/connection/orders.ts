import { DateTime } from 'luxon';
import type { AnswerContext, DecodedMessage, Driver, OrderForAnalyzer } from '../../drivers/driver.ts';
import type { AnalyzerConfig } from '../laboratory/config.ts';
import type { Laboratory } from '../laboratory/context.ts';
import type { ObservationDoc, OrderDoc, PatientDoc, SpecimenDoc } from '../store/documents.ts';

/** Specimens told in one answer to "everything that waits". */
const mostPending = 300;
/** Open orders looked through for them. */
const mostLooked = 2_000;
/** What was ordered longer ago waits for a tube that does not come: it is told when the analyzer names it. */
const pendingDays = 3;

/** The answer to a query. */
export interface QueryAnswer {
  /** ASTM: record texts for one session; HL7: whole messages, the first of them the reply. */
  readonly messages: readonly Uint8Array[];
  /** Specimens whose orders are in it. */
  readonly told: readonly string[];
}

/**
 * What an analyzer is to run, read from the orders at the moment it asks. Empty where the driver answers no queries.
 * @param stranger the message is not of this line's analyzer: it is answered, and told no orders
 */
export async function answerQuery(
  lab: Laboratory,
  line: AnalyzerConfig,
  driver: Driver,
  query: DecodedMessage,
  raw: Uint8Array,
  nextControlId: () => string,
  stranger = false,
): Promise<QueryAnswer> {
  if (driver.answer === undefined) return { messages: [], told: [] };
  const orders: OrderForAnalyzer[] = [];
  const unknown: string[] = [];
  const queries = query.queries ?? [];
  const named = [...new Set(queries.flatMap((each) => (each.accession === undefined ? [] : [each.accession])))];
  for (const accession of named) {
    const order = stranger ? null : await orderFor(lab, line, accession);
    if (order === null || order.hostCodes.length === 0) unknown.push(accession);
    else orders.push(order);
  }
  // What waits and is nothing for this analyzer is no answer to "everything that waits".
  const all = !stranger && queries.some((each) => each.all === true);
  for (const accession of all ? await pendingBeside(lab, line, named) : []) {
    const order = await orderFor(lab, line, accession);
    if (order !== null && order.hostCodes.length > 0) orders.push(order);
    if (orders.length >= mostPending) break;
  }
  const messages = driver.answer(query, orders, unknown, raw, contextOf(lab, line, nextControlId));
  return { messages, told: orders.map((order) => order.accession) };
}

/** How the line's analyzer writes times, and who we are. */
export function contextOf(lab: Laboratory, line: AnalyzerConfig, nextControlId: () => string): AnswerContext {
  const zone = line.timeZone ?? lab.config.lab.timeZone;
  return {
    now: DateTime.fromMillis(lab.now(), { zone }).toFormat('yyyyMMddHHmmss'),
    nextControlId,
    hostName: 'CUVETTE',
  };
}

/**
 * Specimens beyond those named with open orders that this line can run: the most urgent first, then those that wait
 * longest, so that none is left behind when more wait than one answer holds.
 */
async function pendingBeside(lab: Laboratory, line: AnalyzerConfig, named: readonly string[]): Promise<string[]> {
  const mappings = lab.catalogue.mappings(line.id).filter((mapping) => mapping.ignored !== true);
  const analytes = [...new Set(mappings.map((mapping) => mapping.analyte))];
  const since = new Date(lab.now() - pendingDays * 86_400_000).toISOString();
  const open = await lab.collections.orders
    .find(
      { state: { $in: ['ordered', 'inProcess'] }, orderedAt: { $gte: since }, analytes: { $in: analytes } },
      { sort: { orderedAt: 1 }, limit: mostLooked, projection: { accession: 1 } },
    )
    .toArray();
  const waiting = [...new Set(open.map((order) => order.accession))].filter((accession) => !named.includes(accession));
  const urgent = await lab.collections.specimens
    .find({ _id: { $in: waiting }, priority: { $in: ['stat', 'urgent'] } }, { projection: { priority: 1 } })
    .toArray();
  const rank = new Map(urgent.map(({ _id, priority }) => [_id, priority === 'stat' ? 0 : 1]));
  return waiting.sort((one, other) => (rank.get(one) ?? 2) - (rank.get(other) ?? 2));
}

/** What of a specimen this line can run and has not yet; null when the accession is not registered. */
export async function orderFor(
  lab: Laboratory,
  line: AnalyzerConfig,
  accession: string,
): Promise<OrderForAnalyzer | null> {
  const specimen = await lab.collections.specimens.findOne({ _id: accession });
  if (specimen === null) return unknownOrder(lab, line, accession);
  if (specimen.state === 'rejected' || specimen.state === 'disposed') return null;
  const orders = await lab.collections.orders.find({ accession }).toArray();
  const done = await lab.collections.observations.find({ accession }).toArray();
  const patient = await lab.collections.patients.findOne({ _id: specimen.patient });
  const open = outstanding(orders, done);
  const runs: Record<string, number> = {};
  for (const analyte of open) {
    const run = runOf(analyte, orders, done);
    // Of several analytes under one code the latest run: a name that one of them has had is not given again.
    if (run > 1) for (const code of hostCodesOf(lab, line.id, [analyte])) runs[code] = Math.max(run, runs[code] ?? 1);
  }
  return { ...told(specimen, patient, hostCodesOf(lab, line.id, open)), runs };
}

/** The analyzer's codes of what stands ordered, with a result or without. */
export async function orderedCodes(lab: Laboratory, line: AnalyzerConfig, accession: string): Promise<string[]> {
  const orders = await lab.collections.orders.find({ accession }).toArray();
  return hostCodesOf(
    lab,
    line.id,
    orders.filter((order) => order.state !== 'cancelled').flatMap((order) => order.analytes),
  );
}

/** Ordered, not cancelled, and without a current value that stands. */
function outstanding(orders: readonly OrderDoc[], done: readonly ObservationDoc[]): string[] {
  const there = new Set(done.filter((each) => each.current && each.state !== 'rejected').map((each) => each.analyte));
  const open = orders.filter((order) => order.state === 'ordered' || order.state === 'inProcess');
  return [...new Set(open.flatMap((order) => order.analytes))].filter((analyte) => !there.has(analyte));
}

/** Which time the analyte is asked for: once more for each value sent back, and for each order taken back before this one. */
function runOf(analyte: string, orders: readonly OrderDoc[], done: readonly ObservationDoc[]): number {
  const holding = orders.filter((order) => order.analytes.includes(analyte));
  const standing = holding.filter((order) => order.state !== 'cancelled').map((order) => order.orderedAt);
  const since = standing.sort()[0] ?? '';
  const takenBack = holding.filter(({ cancelled }) => cancelled !== undefined && cancelled.at <= since);
  const sentBack = done.filter((each) => each.analyte === analyte && each.state === 'rejected');
  return 1 + sentBack.length + takenBack.length;
}

/** The analyzer's codes for analytes, each once, in the order they were ordered. */
function hostCodesOf(lab: Laboratory, line: string, analytes: readonly string[]): string[] {
  const mappings = lab.catalogue.mappings(line).filter((mapping) => mapping.ignored !== true);
  const codes = analytes.flatMap((analyte) => {
    const mine = mappings.find((mapping) => mapping.analyte === analyte);
    return mine === undefined ? [] : [mine.orderCode ?? mine.hostCode];
  });
  return [...new Set(codes)];
}

/** `unknownQuery: defaultPanel`: an analyzer that must be told something gets the line's panel; nothing is registered. */
function unknownOrder(lab: Laboratory, line: AnalyzerConfig, accession: string): OrderForAnalyzer | null {
  if (line.unknownQuery !== 'defaultPanel' || line.defaultPanel === undefined) return null;
  const analytes = lab.catalogue.expand(line.defaultPanel) ?? [];
  return { accession, patient: {}, hostCodes: hostCodesOf(lab, line.id, analytes), priority: 'routine' };
}

function told(specimen: SpecimenDoc, patient: PatientDoc | null, hostCodes: readonly string[]): OrderForAnalyzer {
  return {
    accession: specimen._id,
    patient: {
      id: specimen.patient,
      ...(patient === null ? {} : { name: patient.name, sex: patient.sex }),
      ...(patient === null || patient.birthDate === '' ? {} : { birthDate: patient.birthDate }),
    },
    hostCodes,
    priority: specimen.priority,
    ...(specimen.type === undefined ? {} : { specimenType: specimen.type }),
    collectedAt: specimen.collectedAt,
  };
}
