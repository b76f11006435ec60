import { DateTime } from 'luxon';
import type { AnswerContext, DecodedMessage, Driver, OrderForAnalyzer } from '../../drivers/driver.ts';
import type { AnalyzerConfig } from '../laboratory/config.ts';
import type { Laboratory } from '../laboratory/context.ts';
import type { ObservationDoc, OrderDoc, PatientDoc, SpecimenDoc } from '../store/documents.ts';

/** Specimens told in one answer to "everything that waits". */
const mostPending = 100;

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
  for (const accession of all ? await pendingBeside(lab, named) : []) {
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

/** Specimens with open orders, newest first, beyond those named. */
async function pendingBeside(lab: Laboratory, named: readonly string[]): Promise<string[]> {
  const open = await lab.collections.orders
    .find({ state: { $in: ['ordered', 'inProcess'] } }, { sort: { orderedAt: -1 }, limit: mostPending * 5 })
    .toArray();
  return [...new Set(open.map((order) => order.accession))].filter((accession) => !named.includes(accession));
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
  return told(specimen, patient, hostCodesOf(lab, line.id, outstanding(orders, done)));
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
