import { againstOrder } from '../domain/against-order.ts';
import { gradeOf, indicesFor, interferenceWith, latestOf, serumIndexKinds } from '../domain/interference.ts';
import { chooseRange } from '../domain/ranges.ts';
import type { Laboratory } from '../laboratory/context.ts';
import type { ObservationDoc, OrderDoc, PatientDoc, ReportDoc, SpecimenDoc } from '../store/documents.ts';
import type {
  ObservationView,
  OrderView,
  PatientView,
  SpecimenRowView,
  SpecimenView,
  WorkRowView,
} from './schemas/specimen.ts';
import { trendsOf } from './trends.ts';

/** Documents of the store as the API shows them: named field by field, so that nothing leaves by accident. */

export function patientView(patient: PatientDoc): PatientView {
  return {
    id: patient._id,
    ...(patient.identifiers === undefined ? {} : { identifiers: patient.identifiers }),
    name: patient.name,
    sex: patient.sex,
    birthDate: patient.birthDate,
    ...(patient.phone === undefined ? {} : { phone: patient.phone }),
    ...(patient.address === undefined ? {} : { address: patient.address }),
    ...(patient.insuranceNumber === undefined ? {} : { insuranceNumber: patient.insuranceNumber }),
    ...(patient.earlier === undefined ? {} : { earlier: patient.earlier }),
    version: patient.version,
  };
}

/** Stands in where a specimen names a patient that is not in the store (a store that was restored in part). */
function unknownPatient(id: string): PatientView {
  return { id, name: '', sex: 'unknown', birthDate: '' };
}

export function orderView(order: OrderDoc): OrderView {
  const { _id, analytes, version: _version, ...rest } = order;
  return { id: _id, ...rest, analytes };
}

export function observationView(observation: ObservationDoc): ObservationView {
  const {
    _id,
    sent,
    patient: _patient,
    span: _span,
    mapping: _mapping,
    conversion: _conversion,
    lastAct: _lastAct,
    ...rest
  } = observation;
  const { rules: _rules, referenceRange, ...shown } = rest;
  return {
    id: _id,
    ...shown,
    sent: {
      value: sent.value,
      ...(sent.comparator === undefined ? {} : { comparator: sent.comparator }),
      unit: sent.unit,
      flags: sent.flags,
    },
    ...(referenceRange === undefined ? {} : { referenceRange: rangeView(referenceRange) }),
  };
}

function rangeView(
  range: NonNullable<ObservationDoc['referenceRange']>,
): NonNullable<ObservationView['referenceRange']> {
  const { id: _id, ...shown } = range;
  return shown;
}

export function reportSummary(report: Pick<ReportDoc, '_id' | 'version' | 'status' | 'issued'>) {
  return { id: report._id, version: report.version, status: report.status, issued: report.issued };
}

/** In the order of the catalogue, the runs of one analyte together, the current one first. */
export function inCatalogueOrder(lab: Laboratory, observations: readonly ObservationDoc[]): ObservationDoc[] {
  const place = (each: ObservationDoc): number => lab.catalogue.analyte(each.analyte)?.order ?? Number.MAX_SAFE_INTEGER;
  return [...observations].sort(
    (a, b) =>
      place(a) - place(b) ||
      a.analyte.localeCompare(b.analyte) ||
      Number(b.current) - Number(a.current) ||
      a.run - b.run,
  );
}

/** A specimen whole; `values: false` for those who only register and receive. */
export async function specimenView(lab: Laboratory, specimen: SpecimenDoc, values: boolean): Promise<SpecimenView> {
  const { _id: accession } = specimen;
  const { patients, orders, observations, reports } = lab.collections;
  const [patient, ordered, observed, reported] = await Promise.all([
    patients.findOne({ _id: specimen.patient }),
    orders.find({ accession }).toArray(),
    values ? observations.find({ accession }).toArray() : [],
    reports.find({ accession }, { sort: { version: 1 }, projection: { version: 1, status: 1, issued: 1 } }).toArray(),
  ]);
  const { _id, patient: patientId, work: _work, interference: _interference, ...rest } = specimen;
  return {
    accession: _id,
    ...rest,
    patient: patient === null ? unknownPatient(patientId) : patientView(patient),
    orders: ordered.map(orderView),
    observations: inCatalogueOrder(lab, observed).map(observationView),
    history: values ? await trendsOf(lab, patientId, specimen.collectedAt) : {},
    interference: values ? interferenceView(lab, specimen, observed) : [],
    reports: reported.map(reportSummary),
    progress: {
      collected: specimen.state !== 'ordered',
      examined: observed.length > 0 || reported.length > 0,
      resulted: reported.length > 0,
    },
    ...(values ? { against: againstOrder(analytesOf(ordered), observed) } : {}),
  };
}

/** Grades are by the laboratory's range of the index: for that analyzer, else for all; whose specimen it is does not matter. */
function interferenceView(
  lab: Laboratory,
  { interference = [], collectedAt }: Pick<SpecimenDoc, 'interference' | 'collectedAt'>,
  observed: readonly ObservationDoc[],
): SpecimenView['interference'] {
  const there = observed
    .filter((each) => each.current && stands(each))
    .map(({ analyte, observedAt }) => ({ analyte, by: indicesFor(interference, observedAt) }));
  const last = latestOf(interference);
  const zone = lab.config.lab.timeZone;
  const kindOf = ({ index }: { index: (typeof serumIndexKinds)[number] }): number => serumIndexKinds.indexOf(index);
  const inOrder = [...interference].sort((one, other) => kindOf(one) - kindOf(other));
  return inOrder.flatMap((each) => {
    const told = there.filter(({ by }) => by.includes(each)).map(({ analyte }) => analyte);
    const affects = told.filter((code) => interferenceWith(lab.catalogue.interferences(code), [each]).affected);
    if (affects.length === 0 && !last.includes(each)) return [];
    const { index, value, comparator, unit, analyzer, observedAt, message } = each;
    const asked = {
      sex: 'unknown',
      birthDate: '',
      collectedAt,
      zone,
      analyzer,
      pregnant: false,
      method: undefined,
    } as const;
    const { range } = chooseRange(lab.catalogue.ranges(each.analyte), asked);
    const grade = gradeOf(each, range ?? {});
    return {
      index,
      value,
      ...(comparator === undefined ? {} : { comparator }),
      ...(unit === undefined ? {} : { unit }),
      ...(grade === undefined ? {} : { grade }),
      analyzer,
      observedAt,
      ...(message === undefined ? {} : { message }),
      affects,
    };
  });
}

const stands = ({ state }: ObservationDoc): boolean =>
  state === 'pending' || state === 'verified' || state === 'released';

/** Specimens as rows of a list; orders that were cancelled are left out. */
export async function specimenRowsView(lab: Laboratory, specimens: readonly SpecimenDoc[]): Promise<SpecimenRowView[]> {
  if (specimens.length === 0) return [];
  const accession = { $in: specimens.map((each) => each._id) };
  const [people, ordered] = await Promise.all([
    lab.collections.patients.find({ _id: { $in: [...new Set(specimens.map((each) => each.patient))] } }).toArray(),
    lab.collections.orders.find({ accession }).toArray(),
  ]);
  const patients = new Map(people.map((each) => [each._id, patientView(each)]));
  return specimens.map((each) => ({
    accession: each._id,
    patient: patients.get(each.patient) ?? unknownPatient(each.patient),
    orders: ordered
      .filter((order) => order.accession === each._id && order.state !== 'cancelled')
      .map(({ code }) => code),
    priority: each.priority,
    state: each.state,
    registeredAt: each.registeredAt,
    ...(each.requester === undefined ? {} : { requester: each.requester }),
    ...(each.ward === undefined ? {} : { ward: each.ward }),
  }));
}

function analytesOf(orders: readonly OrderDoc[]): string[] {
  return orders.filter((order) => order.state !== 'cancelled').flatMap((order) => order.analytes);
}

/** One row of the worklist, from the specimen's own projection. */
export function workRowView(
  specimen: SpecimenDoc,
  patient: PatientDoc | undefined,
  observations: readonly ObservationDoc[] | undefined,
): WorkRowView {
  const { work } = specimen;
  return {
    accession: specimen._id,
    patient: patient === undefined ? unknownPatient(specimen.patient) : patientView(patient),
    priority: specimen.priority,
    state: specimen.state,
    registeredAt: specimen.registeredAt,
    collectedAt: specimen.collectedAt,
    ...(specimen.receivedAt === undefined ? {} : { receivedAt: specimen.receivedAt }),
    ...(specimen.requester === undefined ? {} : { requester: specimen.requester }),
    ...(specimen.ward === undefined ? {} : { ward: specimen.ward }),
    pending: work.pending,
    clean: work.clean,
    verified: work.verified,
    ordered: work.ordered,
    sections: work.sections,
    analyzers: work.analyzers,
    flags: work.flags,
    alerts: work.alerts,
    values: work.values ?? [],
    flagged: work.flagged ?? 0,
    onHold: work.onHold ?? 0,
    ...(observations === undefined ? {} : { observations: observations.map(observationView) }),
  };
}
