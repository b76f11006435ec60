import { z } from 'zod';
import type { Priority } from '../domain/ids.ts';
import { LisError } from '../errors.ts';
import type { CatalogueView } from '../laboratory/catalogue-view.ts';
import { answeredPregnancy, asksPregnancy, together } from './pregnancy.ts';
import type { OrderGroup } from './read-orders.ts';
import type { SentPatient } from './read-patient.ts';

/** What is read of a FHIR R4 ServiceRequest; everything else is passed over, as FHIR allows. */
const identifier = z.looseObject({ system: z.string().max(200).optional(), value: z.string().trim().min(1).max(100) });
const reference = z.looseObject({
  reference: z.string().max(300).optional(),
  identifier: identifier.optional(),
  display: z.string().max(200).optional(),
});
const concept = z.looseObject({
  coding: z.array(z.looseObject({ system: z.string().optional(), code: z.string().optional() })).optional(),
  text: z.string().max(500).optional(),
});
const contained = z.looseObject({ resourceType: z.string(), id: z.string().optional() });
const patientResource = z.looseObject({
  identifier: z.array(identifier).optional(),
  name: z
    .array(
      z.looseObject({
        text: z.string().max(200).optional(),
        family: z.string().max(100).optional(),
        given: z.array(z.string().max(100)).optional(),
      }),
    )
    .optional(),
  gender: z.enum(['male', 'female', 'other', 'unknown']).optional(),
  birthDate: z
    .string()
    .regex(/^\d{4}(-\d{2}(-\d{2})?)?$/)
    .optional(),
});
const specimenResource = z.looseObject({
  accessionIdentifier: identifier.optional(),
  identifier: z.array(identifier).optional(),
  collection: z.looseObject({ collectedDateTime: z.string().optional() }).optional(),
});
const observationResource = z.looseObject({
  resourceType: z.literal('Observation'),
  status: z.string().optional(),
  code: concept.optional(),
  valueCodeableConcept: concept.optional(),
});
const serviceRequest = z.looseObject({
  resourceType: z.literal('ServiceRequest'),
  identifier: z.array(identifier).min(1, 'is needed: the number of the order'),
  // A draft is not to be acted on yet.
  status: z.literal('active', 'must be active: what is a draft, on hold or over is no order'),
  intent: z.enum(['order', 'original-order', 'filler-order', 'instance-order']),
  priority: z.enum(['routine', 'urgent', 'asap', 'stat']).optional(),
  code: concept,
  subject: reference,
  specimen: z.array(reference).optional(),
  requester: reference.optional(),
  reasonCode: z.array(concept).optional(),
  supportingInfo: z.array(reference).optional(),
  contained: z.array(contained).optional(),
});

/** An order as it came by FHIR. */
export interface SentRequest {
  readonly group: OrderGroup;
  readonly patient: SentPatient;
  /** The whole reference where the patient is only named: he must be known. */
  readonly named: boolean;
  /** As a contained Observation of `supportingInfo` says it (LOINC 82810-3 or 11449-6); absent where none does. */
  readonly pregnant?: boolean;
}

/**
 * Read a ServiceRequest. The test is a code of the catalogue, or a LOINC code of one; the patient is contained, named by
 * identifier, or one that is known here (`patientOf` turns the id of a reference into ours).
 * Throws REQUEST_INVALID, CATALOGUE_CODE_UNKNOWN.
 */
export function readServiceRequest(
  body: unknown,
  catalogue: CatalogueView,
  keyOf: (id: string) => string | null,
): SentRequest {
  const parsed = serviceRequest.safeParse(body);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw invalid(`${issue?.path.join('.') ?? 'body'}: ${issue?.message ?? 'is not valid'}`);
  }
  const request = parsed.data;
  const [number] = request.identifier;
  const within = (each: z.infer<typeof reference> | undefined): unknown =>
    request.contained?.find((other) => `#${other.id}` === each?.reference);
  const [drawn] = request.specimen ?? [];
  const specimen = specimenResource.safeParse(within(drawn)).data;
  const accession =
    specimen?.accessionIdentifier?.value ??
    specimen?.identifier?.[0]?.value ??
    drawn?.identifier?.value ??
    idIn(drawn?.reference, 'Specimen', keyOf) ??
    '';
  const collected = Date.parse(specimen?.collection?.collectedDateTime ?? '');
  const requester = request.requester?.display;
  const diagnosis = request.reasonCode?.[0]?.text;
  const pregnant = together((request.supportingInfo ?? []).flatMap((each) => pregnancyOf(within(each))));
  if (pregnant === 'both') throw invalid('supportingInfo: says that the patient is pregnant, and that she is not');
  return {
    ...patientOf(request.subject, within(request.subject), keyOf),
    ...(pregnant === undefined ? {} : { pregnant }),
    group: {
      control: 'NW',
      placer: `${number?.value ?? ''}${number?.system === undefined ? '' : `^${number.system}`}`,
      filler: '',
      status: '',
      tests: [{ code: codeOf(request.code, catalogue), text: request.code.text ?? '' }],
      priority: priorityOf(request.priority),
      accession,
      ...(Number.isNaN(collected) ? {} : { collectedAt: new Date(collected).toISOString() }),
      ...(requester === undefined ? {} : { requester }),
      ...(diagnosis === undefined ? {} : { diagnosis }),
    },
  };
}

function pregnancyOf(inside: unknown): boolean[] {
  const said = observationResource.safeParse(inside).data;
  if (said === undefined || said.status === 'entered-in-error' || said.status === 'cancelled') return [];
  const asked = said.code?.coding?.some(
    ({ system, code = '' }) => system === 'http://loinc.org' && asksPregnancy(code),
  );
  if (asked !== true) return [];
  return (said.valueCodeableConcept?.coding ?? []).flatMap(({ code = '' }) => answeredPregnancy(code) ?? []);
}

const invalid = (detail: string): LisError => new LisError('REQUEST_INVALID', { detail });

function priorityOf(priority: string | undefined): Priority {
  if (priority === 'stat') return 'stat';
  return priority === 'urgent' || priority === 'asap' ? 'urgent' : 'routine';
}

function codeOf(code: z.infer<typeof concept>, catalogue: CatalogueView): string {
  const codings = code.coding ?? [];
  for (const { code: own = '', system } of codings) {
    if (system !== 'http://loinc.org' && catalogue.expand(own) !== undefined) return own;
  }
  for (const { code: loinc, system } of codings) {
    if (system !== 'http://loinc.org') continue;
    const found = [...catalogue.panels(), ...catalogue.analytes()].find((each) => each.loinc === loinc);
    if (found !== undefined) return found.code;
  }
  throw new LisError('CATALOGUE_CODE_UNKNOWN', { code: codings[0]?.code ?? code.text ?? '(empty)' });
}

function patientOf(
  subject: z.infer<typeof reference>,
  inside: unknown,
  keyOf: (id: string) => string | null,
): Pick<SentRequest, 'patient' | 'named'> {
  const resource = inside === undefined ? undefined : patientResource.safeParse(inside).data;
  if (resource !== undefined) {
    const [own, ...others] = resource.identifier ?? [];
    if (own === undefined) throw invalid('subject: the contained Patient has no identifier');
    const [name] = resource.name ?? [];
    const words = name?.text ?? [name?.family, ...(name?.given ?? [])].filter((part) => part !== undefined).join(' ');
    return {
      named: false,
      patient: {
        id: own.value,
        ...(others.length === 0
          ? {}
          : { identifiers: others.map(({ system, value }) => ({ system: system ?? 'unknown', value })) }),
        ...(words === '' ? {} : { name: words }),
        ...(resource.gender === undefined ? {} : { sex: resource.gender }),
        ...(resource.birthDate === undefined ? {} : { birthDate: resource.birthDate }),
      },
    };
  }
  const id = subject.identifier?.value ?? idIn(subject.reference, 'Patient', keyOf);
  if (id === undefined) throw invalid('subject: names no patient');
  return { named: true, patient: { id } };
}

function idIn(text: string | undefined, type: string, keyOf: (id: string) => string | null): string | undefined {
  const id = new RegExp(`(?:^|/)${type}/([A-Za-z0-9.-]{1,64})$`).exec(text ?? '')?.[1];
  return id === undefined ? undefined : (keyOf(id) ?? undefined);
}
