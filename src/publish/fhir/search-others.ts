import type { Laboratory } from '../../laboratory/context.ts';
import type { Collection, Filter } from '../../store/collection.ts';
import type { OrderDoc, PatientDoc, SpecimenDoc } from '../../store/documents.ts';
import type { Stamped } from '../../store/stamped.ts';
import { keyOf, systems } from './identity.ts';
import { patientResource, serviceRequestResource, specimenResource } from './others.ts';
import { type DateRange, type Parameter, readDate, referenceId } from './parameters.ts';
import type { Resource } from './types.ts';

export type PlainType = 'Patient' | 'Specimen' | 'ServiceRequest';

/** How one type of resource is found in the store. */
export interface PlainSearch {
  readonly parameters: readonly string[];
  /** Page `after` a key in the order of changes: what changes meanwhile comes again at the end, and is never missed. */
  page(
    lab: Laboratory,
    parameters: readonly Parameter[],
    after: string | undefined,
    limit: number,
    down: boolean,
  ): Promise<{ key: string; resource: Resource }[]>;
  /** The newest change that is visible. */
  mark(lab: Laboratory): Promise<string>;
  count(lab: Laboratory, parameters: readonly Parameter[]): Promise<number>;
  read(lab: Laboratory, id: string): Promise<Resource | null>;
}

const bare = (value: string): string => value.slice(value.indexOf('|') + 1);
const ids = (parameter: Parameter): string[] => parameter.values.flatMap((value) => keyOf(value) ?? []);
const patients = (parameter: Parameter): string[] =>
  parameter.values.flatMap((value) => keyOf(referenceId(value, 'Patient') ?? '') ?? []);

/** Any of the values may match. */
function range(path: string, { values }: Parameter, zone: string): Filter {
  const any = values.flatMap((value): Filter[] => {
    const { from, to, not }: DateRange = readDate(value, zone);
    if (not === true) {
      return [
        ...(from === undefined ? [] : [{ [path]: { $lt: from } }]),
        ...(to === undefined ? [] : [{ [path]: { $gte: to } }]),
      ];
    }
    return [{ [path]: { ...(from === undefined ? {} : { $gte: from }), ...(to === undefined ? {} : { $lt: to }) } }];
  });
  const [only, more] = any;
  return only !== undefined && more === undefined ? only : { $or: any };
}

/** The value of a token that names our system, or none; empty for a system that is not ours. */
const own = (parameter: Parameter, system: string): string[] =>
  parameter.values.flatMap((value) => {
    const bar = value.indexOf('|');
    return bar > 0 && value.slice(0, bar) !== system ? [] : [value.slice(bar + 1)];
  });

interface Shape<T extends Stamped> {
  readonly parameters: readonly string[];
  readonly collection: (lab: Laboratory) => Collection<T>;
  readonly filter: (lab: Laboratory, parameter: Parameter) => Filter | null;
  readonly resource: (lab: Laboratory, document: T) => Resource;
}

function plainSearch<T extends Stamped>(shape: Shape<T>): PlainSearch {
  const filterOf = (lab: Laboratory, parameters: readonly Parameter[], from?: Filter): Filter => {
    const conditions: Filter[] = [];
    for (const parameter of parameters) {
      const condition = shape.filter(lab, parameter);
      if (condition !== null) conditions.push(condition);
    }
    if (from !== undefined) conditions.push(from);
    return conditions.length === 0 ? {} : { $and: conditions };
  };
  return {
    parameters: shape.parameters,
    async page(lab, parameters, after, limit, down) {
      const from = after === undefined ? undefined : { changedAt: down ? { $lt: after } : { $gt: after } };
      const found = await shape
        .collection(lab)
        .find(filterOf(lab, parameters, from), { sort: { changedAt: down ? -1 : 1 }, limit })
        .toArray();
      return found.map((document) => ({ key: document.changedAt ?? '', resource: shape.resource(lab, document) }));
    },
    async mark(lab) {
      const [newest] = await shape
        .collection(lab)
        .find({}, { sort: { changedAt: -1 }, limit: 1 })
        .toArray();
      return newest?.changedAt ?? new Date(0).toISOString();
    },
    count: (lab, parameters) => shape.collection(lab).countDocuments(filterOf(lab, parameters)),
    async read(lab, id) {
      const key = keyOf(id);
      const document = key === null ? null : await shape.collection(lab).findOne({ _id: key });
      return document === null ? null : shape.resource(lab, document);
    },
  };
}

/** Lower case without diacritics, as patients' search names are kept. */
function fold(text: string): string {
  return text.normalize('NFD').replaceAll(/\p{M}/gu, '').replaceAll('đ', 'd').replaceAll('Đ', 'd').toLowerCase();
}

/** Names that begin so. What holds no letter names nobody: an empty beginning would be everybody's. */
function namedSo(value: string): Filter {
  const beginning = fold(value)
    .replaceAll(/[^\p{L}\p{N} ]/gu, '')
    .trimStart();
  return beginning === '' ? { _id: { $in: [] } } : { searchName: { $regex: `^${beginning}` } };
}

export const plainSearches: Readonly<Record<PlainType, PlainSearch>> = {
  Patient: plainSearch<PatientDoc>({
    parameters: ['_id', 'identifier', 'name', 'gender', 'birthdate', '_lastUpdated'],
    collection: (lab) => lab.collections.patients,
    filter(lab, parameter) {
      switch (parameter.name) {
        case '_id':
          return { _id: { $in: ids(parameter) } };
        case 'identifier':
          return {
            $or: [
              { _id: { $in: own(parameter, systems(lab.config).patient) } },
              ...parameter.values
                .filter((value) => value.includes('|'))
                .map(
                  (value): Filter => ({
                    identifiers: { $elemMatch: { system: value.slice(0, value.indexOf('|')), value: bare(value) } },
                  }),
                ),
            ],
          };
        case 'name':
          return { $or: parameter.values.map(namedSo) };
        case 'gender':
          return { sex: { $in: parameter.values } };
        case 'birthdate':
          return birthDates(parameter, lab.config.lab.timeZone);
        case '_lastUpdated':
          return range('changedAt', parameter, lab.config.lab.timeZone);
        default:
          return null;
      }
    },
    resource: (lab, document) => patientResource(document, lab.config),
  }),
  Specimen: plainSearch<SpecimenDoc>({
    parameters: ['_id', 'identifier', 'accession', 'patient', 'subject', 'collected', '_lastUpdated'],
    collection: (lab) => lab.collections.specimens,
    filter(lab, parameter) {
      switch (parameter.name) {
        case '_id':
          return { _id: { $in: ids(parameter) } };
        case 'identifier':
        case 'accession':
          return { _id: { $in: own(parameter, systems(lab.config).accession) } };
        case 'patient':
        case 'subject':
          return { patient: { $in: patients(parameter) } };
        case 'collected':
          return range('collectedAt', parameter, lab.config.lab.timeZone);
        case '_lastUpdated':
          return range('changedAt', parameter, lab.config.lab.timeZone);
        default:
          return null;
      }
    },
    resource: (lab, document) => specimenResource(document, lab.config, lab.catalogue),
  }),
  ServiceRequest: plainSearch<OrderDoc>({
    parameters: [
      '_id',
      'identifier',
      'requisition',
      'patient',
      'subject',
      'specimen',
      'status',
      'authored',
      '_lastUpdated',
    ],
    collection: (lab) => lab.collections.orders,
    filter(lab, parameter) {
      switch (parameter.name) {
        case '_id':
          return { _id: { $in: ids(parameter) } };
        case 'identifier':
          return { $or: parameter.values.flatMap((value) => ordersKnownBy(value, systems(lab.config).order)) };
        case 'requisition':
          return { accession: { $in: own(parameter, systems(lab.config).accession) } };
        case 'patient':
        case 'subject':
          return { patient: { $in: patients(parameter) } };
        case 'specimen':
          return {
            accession: { $in: parameter.values.flatMap((value) => keyOf(referenceId(value, 'Specimen') ?? '') ?? []) },
          };
        case 'status':
          return { state: { $in: parameter.values.flatMap((value) => orderStates[bare(value)] ?? []) } };
        case 'authored':
          return range('orderedAt', parameter, lab.config.lab.timeZone);
        case '_lastUpdated':
          return range('changedAt', parameter, lab.config.lab.timeZone);
        default:
          return null;
      }
    },
    resource: (lab, document) => serviceRequestResource(document, lab.config, lab.catalogue),
  }),
};

/** Orders of a number: of one placer where the token names a system, of any where it names none. */
function ordersKnownBy(value: string, ours: string): Filter[] {
  const system = value.slice(0, Math.max(value.indexOf('|'), 0));
  const number = bare(value);
  if (system !== '' && system !== ours) return [{ placer: `${number}^${system}` }];
  const exact: Filter[] = [{ placer: number }, { _id: number }];
  return system === ours ? exact : [...exact, { placer: { $gte: `${number}^`, $lt: `${number}_` } }];
}

/** Birth dates are as precise as is known; they sort as text. */
function birthDates({ values }: Parameter, zone: string): Filter {
  return {
    $or: values.map((value): Filter => {
      readDate(value, zone);
      const [, prefix = 'eq', text = ''] = /^([a-z]{2})?(.*)$/.exec(value) ?? [];
      const upper = `${text}~`;
      if (prefix === 'gt' || prefix === 'sa') return { birthDate: { $gt: upper } };
      if (prefix === 'ge') return { birthDate: { $gte: text } };
      if (prefix === 'lt' || prefix === 'eb') return { birthDate: { $gt: '', $lt: text } };
      if (prefix === 'le') return { birthDate: { $gt: '', $lte: upper } };
      return { birthDate: { $gte: text, $lte: upper } };
    }),
  };
}

const orderStates: Readonly<Record<string, readonly string[]>> = {
  active: ['ordered', 'inProcess'],
  completed: ['completed'],
  revoked: ['cancelled'],
};
