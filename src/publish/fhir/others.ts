import { cancelWords } from '../../acts/cancelled-values.ts';
import type { CatalogueView } from '../../laboratory/catalogue-view.ts';
import type { LabConfig } from '../../laboratory/config.ts';
import type { OrderDoc, PatientDoc, SpecimenDoc } from '../../store/documents.ts';
import { fhirId, localInstant, orderIdentifier, systems } from './identity.ts';
import type { Resource } from './types.ts';

/** The patient as registered. After a merge the loser stays, inactive, with a link to the survivor. */
export function patientResource(patient: PatientDoc, config: LabConfig): Resource {
  return {
    resourceType: 'Patient',
    id: fhirId(patient._id),
    meta: { versionId: String(patient.version), lastUpdated: patient.changedAt ?? patient.updatedAt },
    identifier: [{ system: systems(config).patient, value: patient._id }, ...(patient.identifiers ?? [])],
    active: patient.mergedInto === undefined,
    name: [nameOf(patient.name)],
    gender: patient.sex,
    ...(patient.birthDate === '' ? {} : { birthDate: patient.birthDate }),
    ...(patient.mergedInto === undefined
      ? {}
      : { link: [{ other: { reference: `Patient/${fhirId(patient.mergedInto)}` }, type: 'replaced-by' }] }),
  };
}

/** Vietnamese order: family name first, given name last; the whole name stays in text. */
function nameOf(name: string): Record<string, unknown> {
  const [family, ...given] = name.split(/\s+/).filter((part) => part !== '');
  return {
    use: 'official',
    text: name,
    ...(family === undefined ? {} : { family }),
    ...(given.length === 0 ? {} : { given }),
  };
}

const specimenStatus: Readonly<Record<string, string>> = { rejected: 'unsatisfactory', disposed: 'unavailable' };

/** The specimen with its accession, collection and receipt. */
export function specimenResource(specimen: SpecimenDoc, config: LabConfig, catalogue: CatalogueView): Resource {
  const type = catalogue.words('specimen-type').find((each) => each.code === specimen.type);
  return {
    resourceType: 'Specimen',
    id: fhirId(specimen._id),
    meta: { versionId: String(specimen.version), lastUpdated: specimen.changedAt ?? specimen.registeredAt },
    identifier: [{ system: systems(config).accession, value: specimen._id }],
    accessionIdentifier: { system: systems(config).accession, value: specimen._id },
    status: specimenStatus[specimen.state] ?? 'available',
    type: { text: type?.name.vi ?? specimen.type ?? 'Bệnh phẩm' },
    subject: { reference: `Patient/${fhirId(specimen.patient)}` },
    ...conditionOf(specimen, catalogue),
    ...(specimen.receivedAt === undefined ? {} : { receivedTime: localInstant(specimen.receivedAt, config) }),
    ...(specimen.collectedAtSource === 'given'
      ? { collection: { collectedDateTime: localInstant(specimen.collectedAt, config) } }
      : {}),
  };
}

/** Why it was not fit: the coded reason of the rejection, in words. */
function conditionOf({ rejection }: SpecimenDoc, catalogue: CatalogueView): Record<string, unknown> {
  if (rejection === undefined) return {};
  const named = catalogue.words('rejection-reason').find(({ code }) => code === rejection.reason);
  return { condition: [{ text: named?.name.vi ?? rejection.reason }] };
}

const orderStatus: Readonly<Record<OrderDoc['state'], string>> = {
  ordered: 'active',
  inProcess: 'active',
  completed: 'completed',
  cancelled: 'revoked',
};

/** One order line. */
export function serviceRequestResource(order: OrderDoc, config: LabConfig, catalogue: CatalogueView): Resource {
  const panel = catalogue.panel(order.code);
  const named = panel ?? catalogue.analyte(order.code);
  const own = { system: systems(config)[panel === undefined ? 'analyte' : 'panel'], code: order.code };
  const loinc = named?.loinc === undefined ? [] : [{ system: 'http://loinc.org', code: named.loinc }];
  return {
    resourceType: 'ServiceRequest',
    id: fhirId(order._id),
    meta: { versionId: String(order.version), lastUpdated: order.changedAt ?? order.orderedAt },
    identifier: [orderIdentifier({ id: order._id, placer: order.placer }, config)],
    requisition: { system: systems(config).accession, value: order.accession },
    status: orderStatus[order.state],
    ...(order.cancelled === undefined ? {} : { note: [{ text: cancelWords(order.cancelled.reason) }] }),
    intent: 'order',
    priority: order.priority,
    code: {
      coding: [...loinc, { ...own, ...(named === undefined ? {} : { display: named.name.en }) }],
      text: named?.name.vi ?? order.code,
    },
    subject: { reference: `Patient/${fhirId(order.patient)}` },
    authoredOn: localInstant(order.orderedAt, config),
    ...(order.requester === undefined ? {} : { requester: { display: order.requester } }),
    specimen: [{ reference: `Specimen/${fhirId(order.accession)}` }],
  };
}
