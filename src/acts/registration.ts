import { DateTime } from 'luxon';
import type { Actor, Priority, Sex } from '../domain/ids.ts';
import { isLisError, LisError } from '../errors.ts';
import { isoNow, type Laboratory } from '../laboratory/context.ts';
import type { OrderDoc, SpecimenDoc } from '../store/documents.ts';
import { appendAudit } from './audit.ts';
import { savePatient } from './patients.ts';
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
  readonly orders: readonly (string | { readonly code: string; readonly placer?: string | undefined })[];
  readonly priority?: Priority | undefined;
  /** UTC instant; the time of receipt stands in when absent. */
  readonly collectedAt?: string | undefined;
  readonly type?: string | undefined;
  readonly requester?: string | undefined;
  readonly ward?: string | undefined;
  readonly diagnosis?: string | undefined;
  readonly encounter?: string | undefined;
}

/**
 * Register a specimen and its orders. The insert of the specimen is what commits it: patient and orders are written
 * before, under ids that a second try writes again.
 * Throws CATALOGUE_CODE_UNKNOWN, ORDER_NOT_POSSIBLE, SPECIMEN_ACCESSION_TAKEN.
 */
export async function registerSpecimen(lab: Laboratory, actor: Actor, request: Registration): Promise<SpecimenDoc> {
  const orders = request.orders.map((order) => (typeof order === 'string' ? { code: order } : order));
  requireOrderable(lab, orders, request.patient.sex);
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

type OrderRequest = { readonly code: string; readonly placer?: string | undefined };

function requireOrderable(lab: Laboratory, orders: readonly OrderRequest[], sex: Sex): void {
  for (const { code } of orders) {
    const analytes = lab.catalogue.expand(code);
    if (analytes === undefined) throw new LisError('CATALOGUE_CODE_UNKNOWN', { code });
    for (const each of analytes) {
      const only = lab.catalogue.analyte(each)?.sex;
      const known = sex === 'male' || sex === 'female';
      if (only !== undefined && known && only !== sex) {
        throw new LisError('ORDER_NOT_POSSIBLE', { code, detail: `${each} is for ${only} patients` });
      }
    }
  }
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
    const documents = orderDocs(lab, accession, patient, request, orders, at);
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

function orderDocs(
  lab: Laboratory,
  accession: string,
  patient: string,
  request: Registration,
  orders: readonly OrderRequest[],
  at: string,
): OrderDoc[] {
  const seen = new Set<string>();
  return orders
    .filter(({ code }) => !seen.has(code) && seen.add(code))
    .map(({ code, placer }, position) => ({
      _id: `${accession}.${position + 1}`,
      accession,
      patient,
      code,
      analytes: lab.catalogue.expand(code) ?? [],
      ...(placer === undefined ? {} : { placer }),
      priority: request.priority ?? 'routine',
      state: 'ordered',
      orderedAt: at,
      ...(request.requester === undefined ? {} : { requester: request.requester }),
      version: 1,
    }));
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
  const priority = request.priority ?? 'routine';
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
