import type { CatalogueView } from '../laboratory/catalogue-view.ts';
import type {
  ActDoc,
  ObservationDoc,
  OrderDoc,
  PatientDoc,
  ReportDoc,
  ReportedObservation,
  ReportStatus,
  SpecimenDoc,
} from '../store/documents.ts';
import { type Cancellation, cancelledValues } from './cancelled-values.ts';

/** What a report version is made from. */
export interface ReportSources {
  readonly specimen: SpecimenDoc;
  readonly patient: PatientDoc | null;
  readonly orders: readonly OrderDoc[];
  readonly observations: readonly ObservationDoc[];
  /** The version before, if any. */
  readonly before: ReportDoc | null;
  /** The acts this version publishes. */
  readonly acts: readonly ActDoc[];
  /** What this version is made to say there will be no results of. */
  readonly cancels?: Cancellation;
  readonly catalogue: CatalogueView;
  /** Whether the laboratory can measure an analyte: some line maps it, or it is entered by hand. */
  readonly measurable: (analyte: string) => boolean;
}

type Content = Pick<
  ReportDoc,
  'status' | 'patient' | 'specimen' | 'orders' | 'observations' | 'cancelledOrders' | 'comment' | 'reason'
>;

/** What the clinic sees of an accession now: a snapshot that no later change touches. */
export function reportContent(sources: ReportSources): Content {
  const { specimen, patient, before, acts } = sources;
  const { cancels } = sources;
  const gone = new Set([...(before?.cancelledOrders ?? []), ...(cancels?.orders ?? [])]);
  const orders = sources.orders.filter((order) => order.state !== 'cancelled' && !gone.has(order._id));
  const cancelled = sources.orders.filter((order) => gone.has(order._id));
  const reason =
    cancels?.reason ?? acts.find((act) => act.reason !== undefined && correcting.includes(act.kind))?.reason;
  const values = reportedOf(sources, [...orders, ...cancelled], reason);
  const { catalogue, measurable } = sources;
  const awaited = new Set(orders.flatMap((order) => order.analytes));
  const observations = [
    ...values,
    ...cancelledValues(cancelled, values, before?.observations ?? [], cancels, catalogue, measurable, awaited),
  ];
  const comment = acts.map((act) => act.comment).find((text) => text !== undefined) ?? before?.comment;
  return {
    status: statusOf(observations, before, openOf(sources, orders, observations)),
    patient: {
      id: specimen.patient,
      name: patient?.name ?? '',
      sex: patient?.sex ?? 'unknown',
      birthDate: patient?.birthDate ?? '',
      ...(patient?.identifiers === undefined ? {} : { identifiers: patient.identifiers }),
    },
    specimen: {
      collectedAt: specimen.collectedAt,
      collectedAtSource: specimen.collectedAtSource,
      ...given({
        receivedAt: specimen.receivedAt,
        type: specimen.type,
        requester: specimen.requester,
        ward: specimen.ward,
        encounter: specimen.encounter,
        diagnosis: specimen.diagnosis,
      }),
    },
    orders: [...orders, ...cancelled].map(({ _id, code, placer, analytes }) => ({
      id: _id,
      code,
      analytes,
      ...given({ placer }),
    })),
    observations,
    ...(gone.size === 0 ? {} : { cancelledOrders: [...gone] }),
    ...given({ comment, reason }),
  };
}

const correcting: readonly ActDoc['kind'][] = ['amend', 'withdraw', 'choose', 'merge'];

function reportedOf(
  sources: ReportSources,
  orders: readonly OrderDoc[],
  reason: string | undefined,
): ReportedObservation[] {
  const { catalogue, before } = sources;
  const shown = sources.observations.filter(
    (each) =>
      (each.state === 'released' && each.current) ||
      (each.state === 'withdrawn' && before?.observations.some((old) => old.id === each._id) === true),
  );
  const order = (analyte: string): number => catalogue.analyte(analyte)?.order ?? Number.MAX_SAFE_INTEGER;
  return shown
    .filter(
      (each) =>
        each.state !== 'withdrawn' ||
        !shown.some((other) => other.analyte === each.analyte && other.state === 'released'),
    )
    .sort((one, other) => order(one.analyte) - order(other.analyte) || (one.analyte < other.analyte ? -1 : 1))
    .map((each) =>
      reported(
        each,
        sources,
        orders,
        before?.observations.find((old) => old.analyte === each.analyte),
        reason,
      ),
    );
}

function reported(
  observation: ObservationDoc,
  { catalogue }: ReportSources,
  orders: readonly OrderDoc[],
  before: ReportedObservation | undefined,
  reason: string | undefined,
): ReportedObservation {
  const analyte = catalogue.analyte(observation.analyte);
  const panel = orders.find(
    (order) => order.code !== observation.analyte && order.analytes.includes(observation.analyte),
  );
  const was = wasOf(observation, before, reason);
  return {
    id: observation._id,
    analyte: observation.analyte,
    name: analyte?.name ?? { vi: observation.analyte, en: observation.analyte },
    section: observation.section,
    kind: analyte?.valueKind ?? 'qualitative',
    value: observation.value,
    unit: observation.unit,
    flags: observation.flags,
    status: observation.state === 'withdrawn' ? 'entered-in-error' : was === undefined ? 'final' : 'corrected',
    observedAt: observation.observedAt,
    analyzer: observation.analyzer,
    comments: observation.comments.map((each) => each.text),
    verifiedBy: observation.verifiedBy ?? '',
    verifiedAt: observation.verifiedAt ?? '',
    ...(observation.loinc === undefined ? {} : { loinc: observation.loinc }),
    ...(panel === undefined ? {} : { panel: panel.code }),
    ...(observation.comparator === undefined ? {} : { comparator: observation.comparator }),
    ...(observation.referenceRange === undefined ? {} : { referenceRange: observation.referenceRange }),
    ...(was === undefined ? {} : { was }),
    ...(analyte?.method === undefined ? {} : { method: analyte.method }),
    ...(analyte?.performer === undefined ? {} : { performer: analyte.performer }),
  };
}

/** What the last version said where this one says something else; a correction stays visible in later versions. */
function wasOf(
  observation: ObservationDoc,
  before: ReportedObservation | undefined,
  reason: string | undefined,
): ReportedObservation['was'] | undefined {
  if (before === undefined) return undefined;
  if (before.id === observation._id) return before.was;
  if (before.status === 'entered-in-error' || before.status === 'cancelled') return undefined;
  return {
    value: before.value,
    unit: before.unit,
    ...(before.comparator === undefined ? {} : { comparator: before.comparator }),
    reason: reason ?? 'Another run was verified',
  };
}

/** What is still to come: analytes ordered that the laboratory can measure, values that wait for a person. */
interface Open {
  readonly missing: boolean;
  readonly waiting: boolean;
}

function openOf(
  sources: ReportSources,
  orders: readonly OrderDoc[],
  reportedNow: readonly ReportedObservation[],
): Open {
  const there = new Set(reportedNow.flatMap((each) => (each.status === 'cancelled' ? [] : [each.analyte])));
  const wanted = new Set(orders.flatMap((order) => order.analytes));
  const missing = [...wanted].some((analyte) => !there.has(analyte) && sources.measurable(analyte));
  const waiting = sources.observations.some(
    (each) => each.current && (each.state === 'pending' || each.state === 'verified'),
  );
  return { missing, waiting };
}

/** Statuses of a report whose values were complete once. */
const complete: readonly ReportStatus[] = ['final', 'amended', 'corrected', 'appended', 'entered-in-error'];

function statusOf(
  observations: readonly ReportedObservation[],
  before: ReportDoc | null,
  { missing, waiting }: Open,
): ReportStatus {
  const values = valuesIn(observations);
  // Nothing but what will not come; an order that was added since still may.
  if (values.length === 0 && observations.length > 0) return missing ? 'registered' : 'cancelled';
  if (values.length > 0 && values.every((each) => each.status === 'entered-in-error')) return 'entered-in-error';
  if (values.some((each) => each.status !== 'final')) return 'corrected';
  if (missing || waiting) return 'preliminary';
  if (before === null || !complete.includes(before.status)) return 'final';
  const grown = values.length > valuesIn(before.observations).length;
  const more = before.status === 'final' && (grown || observations.length > before.observations.length);
  return more || before.status === 'appended' ? 'appended' : 'amended';
}

/** What a report says of results, without what says that there will be none. */
export const valuesIn = (observations: readonly ReportedObservation[]): ReportedObservation[] =>
  observations.filter((each) => each.status !== 'cancelled');

function given<T extends Readonly<Record<string, string | undefined>>>(members: T): { [K in keyof T]?: string } {
  const kept: { [K in keyof T]?: string } = {};
  for (const name of Object.keys(members) as (keyof T)[]) {
    const value = members[name];
    if (value !== undefined) kept[name] = value;
  }
  return kept;
}
