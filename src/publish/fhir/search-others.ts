import type { Laboratory } from '../../laboratory/context.ts';
import type { Collection, Document, Filter, Sort } from '../../store/collection.ts';
import type { OrderDoc, PatientDoc, SpecimenDoc } from '../../store/documents.ts';
import { keyOf } from './identity.ts';
import { patientResource, serviceRequestResource, specimenResource } from './others.ts';
import { type DateRange, type Parameter, readDate, referenceId } from './parameters.ts';
import type { Resource } from './types.ts';

export type PlainType = 'Patient' | 'Specimen' | 'ServiceRequest';

/** How one type of resource is found in the store. */
export interface PlainSearch {
  readonly parameters: readonly string[];
  /** Page `after` a key, at most `limit` (all of one `_id` order, so pages neither skip nor repeat). */
  page(
    lab: Laboratory,
    parameters: readonly Parameter[],
    after: string | undefined,
    limit: number,
  ): Promise<{ key: string; resource: Resource }[]>;
  count(lab: Laboratory, parameters: readonly Parameter[]): Promise<number>;
  read(lab: Laboratory, id: string): Promise<Resource | null>;
}

const bare = (value: string): string => value.slice(value.indexOf('|') + 1);
const ids = (parameter: Parameter): string[] => parameter.values.flatMap((value) => keyOf(value) ?? []);
const patients = (parameter: Parameter): string[] =>
  parameter.values.flatMap((value) => keyOf(referenceId(value, 'Patient') ?? '') ?? []);

function range(path: string, value: string, zone: string): Filter {
  const { from, to, not }: DateRange = readDate(value, zone);
  if (not === true) return {};
  return { [path]: { ...(from === undefined ? {} : { $gte: from }), ...(to === undefined ? {} : { $lt: to }) } };
}

interface Shape<T extends Document> {
  readonly parameters: readonly string[];
  readonly collection: (lab: Laboratory) => Collection<T>;
  readonly filter: (lab: Laboratory, parameter: Parameter) => Filter | null;
  readonly resource: (lab: Laboratory, document: T) => Resource;
}

function plainSearch<T extends Document>(shape: Shape<T>): PlainSearch {
  const filterOf = (lab: Laboratory, parameters: readonly Parameter[], after?: string): Filter => {
    const conditions: Filter[] = [];
    for (const parameter of parameters) {
      const condition = shape.filter(lab, parameter);
      if (condition !== null) conditions.push(condition);
    }
    if (after !== undefined) conditions.push({ _id: { $gt: after } });
    return conditions.length === 0 ? {} : { $and: conditions };
  };
  const byKey: Sort = { _id: 1 };
  return {
    parameters: shape.parameters,
    async page(lab, parameters, after, limit) {
      const found = await shape
        .collection(lab)
        .find(filterOf(lab, parameters, after), { sort: byKey, limit })
        .toArray();
      return found.map((document) => ({ key: document._id, resource: shape.resource(lab, document) }));
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

export const plainSearches: Readonly<Record<PlainType, PlainSearch>> = {
  Patient: plainSearch<PatientDoc>({
    parameters: ['_id', 'identifier', 'name', 'gender', 'birthdate', '_lastUpdated'],
    collection: (lab) => lab.collections.patients,
    filter(lab, parameter) {
      switch (parameter.name) {
        case '_id':
          return { _id: { $in: ids(parameter) } };
        case 'identifier':
          return { _id: { $in: parameter.values.map(bare) } };
        case 'name':
          return { searchName: { $regex: `^${fold(parameter.values[0] ?? '').replaceAll(/[^\p{L}\p{N} ]/gu, '')}` } };
        case 'gender':
          return { sex: { $in: parameter.values } };
        case 'birthdate':
          return { birthDate: { $in: parameter.values.map((value) => value.replace(/^eq/, '')) } };
        case '_lastUpdated':
          return range('updatedAt', parameter.values[0] ?? '', lab.config.lab.timeZone);
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
          return { _id: { $in: parameter.values.map(bare) } };
        case 'patient':
        case 'subject':
          return { patient: { $in: patients(parameter) } };
        case 'collected':
          return range('collectedAt', parameter.values[0] ?? '', lab.config.lab.timeZone);
        case '_lastUpdated':
          return range('registeredAt', parameter.values[0] ?? '', lab.config.lab.timeZone);
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
          return {
            $or: [{ placer: { $in: parameter.values.map(bare) } }, { _id: { $in: parameter.values.map(bare) } }],
          };
        case 'requisition':
          return { accession: { $in: parameter.values.map(bare) } };
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
        case '_lastUpdated':
          return range('orderedAt', parameter.values[0] ?? '', lab.config.lab.timeZone);
        default:
          return null;
      }
    },
    resource: (lab, document) => serviceRequestResource(document, lab.config, lab.catalogue),
  }),
};

const orderStates: Readonly<Record<string, readonly string[]>> = {
  active: ['ordered', 'inProcess'],
  completed: ['completed'],
  revoked: ['cancelled'],
};
