import { DateTime } from 'luxon';
import type { Actor, Priority, Sex } from '../domain/ids.ts';
import { isLisError, LisError } from '../errors.ts';
import { isoNow, type Laboratory } from '../laboratory/context.ts';
import type { OrderDoc, SpecimenDoc } from '../store/documents.ts';
import { appendAudit } from './audit.ts';
import { mostUrgent, type OrderRequest, orderDocs, requireKnown, requireOrderable } from './orderable.ts';
import { requirePast } from './past.ts';
import { requireSamePatient, savePatient } from './patients.ts';
import { pregnantMan } from './reevaluate.ts';
import { inTurn } from './turn.ts';
import { rankOf } from './work.ts';

/** A patient as the registration gives him. */
export interface PatientFacts {
  readonly id: string;
  readonly name: string;
  readonly sex: Sex;
  /** `YYYY[-MM[-DD]]`, or empty when unknown. */
  readonly birthDate: string;
  readonly identifiers?: readonly { readonly system: string; readonly value: string }[] | undefined;
  readonly phone?: string | undefined;
  readonly address?: string | undefined;
  readonly insuranceNumber?: string | undefined;
}

export interface Registration {
  /** Allotted when absent. */
  readonly accession?: string | undefined;
  readonly patient: PatientFacts;
  /** Codes of panels or analytes. */
  readonly orders: readonly (string | OrderRequest)[];
  readonly priority?: Priority | undefined;
  /** UTC instant; the time of receipt stands in when absent. */
  readonly collectedAt?: string | undefined;
  readonly type?: string | undefined;
  readonly requester?: string | undefined;
  readonly ward?: string | undefined;
  readonly diagnosis?: string | undefined;
  readonly encounter?: string | undefined;
  readonly pregnant?: boolean | undefined;
  readonly containers?: readonly { readonly id: string; readonly type: string }[] | undefined;
  /** The specimen this one is drawn again for. */
  readonly recollectOf?: string | undefined;
  /** `refuse`: not where the patient's id is registered with another name, sex or birth date. */
  readonly patientDiffers?: 'refuse' | 'take' | undefined;
  /** Why an order that does not fit sex or age is given all the same. */
  readonly reason?: string | undefined;
}

/**
 * Register a specimen and its orders. The insert of the specimen is what commits it: patient and orders are written
 * before, under ids that a second try writes again.
 * Throws CATALOGUE_CODE_UNKNOWN, ORDER_NOT_POSSIBLE, SPECIMEN_ACCESSION_TAKEN, SPECIMEN_TIME_AHEAD, PATIENT_DIFFERS,
 * REQUEST_INVALID for a birth after collection.
 */
export async function registerSpecimen(lab: Laboratory, actor: Actor, request: Registration): Promise<SpecimenDoc> {
  const orders = request.orders.map((order) => (typeof order === 'string' ? { code: order } : order));
  const collectedAt = request.collectedAt ?? isoNow(lab);
  requirePast(lab, collectedAt);
  requireBorn(request.patient.birthDate, collectedAt);
  if (request.pregnant === true && request.patient.sex === 'male') throw pregnantMan();
  if (request.patientDiffers === 'refuse') await requireSamePatient(lab, request.patient);
  if ((request.reason ?? '') === '') requireOrderable(lab, orders, request.patient, collectedAt);
  else requireKnown(lab, orders);
  if (request.accession !== undefined) return registerAs(lab, actor, request.accession, request, orders);
  for (;;) {
    const accession = await allotAccession(lab);
    try {
      return await registerAs(lab, actor, accession, request, orders);
    } catch (thrown) {
      // Someone else uses this number already: the next one.
      if (!isLisError(thrown, 'SPECIMEN_ACCESSION_TAKEN')) throw thrown;
    }
  }
}

/** Nobody is drawn before he is born; the day itself may have begun elsewhere. */
function requireBorn(birthDate: string, collectedAt: string): void {
  const dayAfter = new Date(Date.parse(collectedAt) + 86_400_000).toISOString().slice(0, birthDate.length);
  if (birthDate > dayAfter) throw new LisError('REQUEST_INVALID', { detail: 'patient.birthDate: is after collection' });
}

function registerAs(
  lab: Laboratory,
  actor: Actor,
  accession: string,
  request: Registration,
  orders: readonly OrderRequest[],
): Promise<SpecimenDoc> {
  return inTurn(lab.collections, accession, async () => {
    const { specimens } = lab.collections;
    if ((await specimens.findOne({ _id: accession }, { projection: { _id: 1 } })) !== null) {
      throw new LisError('SPECIMEN_ACCESSION_TAKEN', { accession });
    }
    const at = isoNow(lab);
    const patient = await savePatient(lab, actor, request.patient);
    const documents = orderDocs(lab, { ...request, accession, patient, at }, orders, 0);
    const specimen = specimenDoc(lab, actor, accession, patient, request, documents, at);
    if (documents.length > 0) {
      await lab.collections.orders.bulkWrite(
        documents.map((replacement) => ({
          replaceOne: { filter: { _id: replacement._id }, replacement, upsert: true },
        })),
      );
    }
    await insertSpecimen(lab, specimen);
    await appendAudit(lab, {
      actor: actor.username,
      action: 'register',
      subject: accession,
      after: { patient, orders: orders.map(({ code }) => code), priority: specimen.priority },
      ...(request.reason === undefined || request.reason === '' ? {} : { reason: request.reason }),
      source: `register/${accession}`,
      at,
    });
    lab.events.emit({ type: 'registered', accession });
    lab.events.emit({ type: 'worklist', accession });
    return specimen;
  });
}

async function insertSpecimen(lab: Laboratory, specimen: SpecimenDoc): Promise<void> {
  try {
    await lab.collections.specimens.insertOne(specimen);
  } catch (thrown) {
    if (!isLisError(thrown, 'STORE_DUPLICATE_KEY')) throw thrown;
    throw new LisError('SPECIMEN_ACCESSION_TAKEN', { accession: specimen._id });
  }
}

function specimenDoc(
  lab: Laboratory,
  actor: Actor,
  accession: string,
  patient: string,
  request: Registration,
  orders: readonly OrderDoc[],
  at: string,
): SpecimenDoc {
  const given = request.collectedAt !== undefined;
  const first = orders[0];
  const type = request.type ?? (first === undefined ? undefined : specimenTypeOf(lab, first));
  const priority = mostUrgent([request.priority ?? 'routine', ...orders.map((order) => order.priority)]);
  return {
    _id: accession,
    patient,
    priority,
    state: given ? 'collected' : 'ordered',
    ...(type === undefined ? {} : { type }),
    registeredAt: at,
    collectedAt: request.collectedAt ?? at,
    collectedAtSource: given ? 'given' : 'assumed',
    ...(request.requester === undefined ? {} : { requester: request.requester }),
    ...(request.ward === undefined ? {} : { ward: request.ward }),
    ...(request.diagnosis === undefined ? {} : { diagnosis: request.diagnosis }),
    ...(request.encounter === undefined ? {} : { encounter: request.encounter }),
    ...(request.pregnant === true ? { pregnant: true as const } : {}),
    ...(request.recollectOf === undefined ? {} : { recollectOf: request.recollectOf }),
    ...(request.containers === undefined
      ? {}
      : { containers: request.containers.map((each) => ({ ...each, state: given ? 'collected' : 'ordered' })) }),
    work: {
      open: false,
      pending: 0,
      clean: 0,
      verified: 0,
      ordered: new Set(orders.flatMap((order) => order.analytes)).size,
      sections: [],
      analyzers: [],
      flags: [],
      alerts: [],
      analytes: [],
      rank: rankOf({ _id: accession, priority, registeredAt: at }),
    },
    custody: [{ action: 'register', at, by: actor.username }],
    version: 1,
  };
}

function specimenTypeOf(lab: Laboratory, order: OrderDoc): string | undefined {
  return lab.catalogue.panel(order.code)?.specimenType ?? lab.catalogue.analyte(order.code)?.specimenType;
}

/** Year, month, day and a running number of the day: `2611240001`. Its last six digits are unique within the month. */
async function allotAccession(lab: Laboratory): Promise<string> {
  const day = DateTime.fromMillis(lab.now(), { zone: lab.config.lab.timeZone }).toFormat('yyMMdd');
  const counter = await lab.collections.counters.findOneAndUpdate(
    { _id: `accession/${day}` },
    { $inc: { value: 1 } },
    { upsert: true, returnDocument: 'after' },
  );
  return `${day}${String(counter?.value ?? 1).padStart(4, '0')}`;
}
