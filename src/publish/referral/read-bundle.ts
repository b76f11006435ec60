import { isLosslessNumber } from 'lossless-json';
import type { Comparator, Sex } from '../../domain/ids.ts';
import type { ExternalDoc, ExternalObservation } from '../../store/documents.ts';
import type { WrittenObject } from '../signing/json.ts';
import { Broken } from '../verify/cms.ts';

/** What a document Bundle says, before it is known who receives it. */
export type ReadBundle = Pick<
  ExternalDoc,
  'patient' | 'patientKeys' | 'status' | 'collectedAt' | 'issued' | 'observations'
> & { readonly origin: ExternalDoc['origin'] };

type Node = Readonly<Record<string, unknown>>;

const isNode = (value: unknown): value is Node =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !isLosslessNumber(value);
const nodes = (value: unknown): Node[] => (Array.isArray(value) ? value.filter(isNode) : []);
const text = (value: unknown): string | undefined => (typeof value === 'string' && value !== '' ? value : undefined);
const number = (value: unknown): string | undefined => (isLosslessNumber(value) ? value.toString() : undefined);

/** Read patient, origin and values of a laboratory document Bundle. Throws `Broken` when it is not one. */
export function readBundle(bundle: WrittenObject): ReadBundle {
  const resources = nodes(bundle.entry).flatMap(({ resource }) => (isNode(resource) ? [resource] : []));
  const ofType = (type: string): Node[] => resources.filter(({ resourceType }) => resourceType === type);
  const [report, second] = ofType('DiagnosticReport');
  if (bundle.type !== 'document' || report === undefined || second !== undefined)
    throw new Broken('it is not the document of one laboratory report');
  const [patient] = ofType('Patient');
  if (patient === undefined) throw new Broken('it names no patient');
  const accession = text(nodes(report.identifier)[0]?.value);
  const version = Number(isNode(report.meta) ? text(report.meta.versionId) : Number.NaN);
  const issued = instant(report.issued);
  if (accession === undefined || !Number.isSafeInteger(version) || version < 1 || issued === undefined)
    throw new Broken('it does not say which report in which version it is');
  return {
    ...readPatient(patient),
    origin: { lab: readLaboratory(ofType('Organization'), report), accession, version },
    status: text(report.status) ?? 'unknown',
    issued,
    collectedAt: instant(report.effectiveDateTime) ?? issued,
    observations: ofType('Observation').map(readObservation),
  };
}

function instant(value: unknown): string | undefined {
  const at = new Date(text(value) ?? Number.NaN);
  return Number.isNaN(at.getTime()) ? undefined : at.toISOString();
}

const sexes: readonly Sex[] = ['male', 'female', 'other', 'unknown'];

function readPatient(patient: Node): Pick<ReadBundle, 'patient' | 'patientKeys'> {
  const [own, ...others] = nodes(patient.identifier).flatMap(({ system, value }) => {
    const found = text(value);
    return found === undefined ? [] : [{ system: text(system) ?? '', value: found }];
  });
  const name = text(nodes(patient.name)[0]?.text);
  if (own === undefined || name === undefined) throw new Broken('it does not say who the patient is');
  return {
    patient: {
      id: own.value,
      name: name.normalize('NFC'),
      sex: sexes.find((each) => each === patient.gender) ?? 'unknown',
      birthDate: text(patient.birthDate) ?? '',
      ...(others.length === 0 ? {} : { identifiers: others }),
    },
    patientKeys: [own.value, ...others.map(({ system, value }) => `${system}|${value}`)],
  };
}

/** The laboratory that issued it: the organization that performed the report. */
function readLaboratory(organizations: readonly Node[], report: Node): { id: string; name: string } {
  const performer = nodes(report.performer)[0];
  const reference = text(performer?.reference);
  const organization =
    organizations.find((each) => reference === `Organization/${String(each.id)}`) ?? organizations[0];
  const id = text(nodes(organization?.identifier)[0]?.value);
  if (id === undefined) throw new Broken('it does not say which laboratory it is from');
  return { id, name: text(organization?.name) ?? id };
}

const comparators: readonly Comparator[] = ['<', '>', '<=', '>='];
const loincSystem = 'http://loinc.org';

function readObservation(observation: Node): ExternalObservation {
  const code = isNode(observation.code) ? observation.code : {};
  const codings = nodes(code.coding);
  const loinc = text(codings.find(({ system }) => system === loincSystem)?.code);
  const local = text(codings.find(({ system }) => system !== loincSystem)?.code);
  const { value, unit, comparator } = readValue(observation);
  const range = readRange(nodes(observation.referenceRange)[0]);
  return {
    analyte: local ?? loinc ?? text(code.text) ?? '',
    name: text(code.text) ?? local ?? loinc ?? '',
    value,
    unit,
    flags: nodes(observation.interpretation).flatMap(({ coding }) =>
      nodes(coding).flatMap((each) => {
        const flag = text(each.code);
        return flag === undefined || flag === 'N' ? [] : [flag];
      }),
    ),
    status: text(observation.status) ?? 'unknown',
    notes: nodes(observation.note).flatMap((each) => text(each.text) ?? []),
    ...(loinc === undefined ? {} : { loinc }),
    ...(comparator === undefined ? {} : { comparator }),
    ...(range === undefined ? {} : { referenceRange: range }),
  };
}

function readValue(observation: Node): { value: string; unit: string; comparator?: Comparator } {
  const { valueQuantity, valueCodeableConcept, valueString, valueRatio, valueRange } = observation;
  if (isNode(valueQuantity)) {
    const comparator = comparators.find((each) => each === valueQuantity.comparator);
    return {
      value: number(valueQuantity.value) ?? '',
      unit: text(valueQuantity.unit) ?? '',
      ...(comparator === undefined ? {} : { comparator }),
    };
  }
  if (isNode(valueCodeableConcept)) {
    const coding = nodes(valueCodeableConcept.coding)[0];
    return { value: text(valueCodeableConcept.text) ?? text(coding?.display) ?? text(coding?.code) ?? '', unit: '' };
  }
  if (isNode(valueRatio)) {
    const part = (name: string): string => (isNode(valueRatio[name]) ? (number(valueRatio[name].value) ?? '') : '');
    // `>1:640`: the comparator stands with the second number.
    const { denominator } = valueRatio;
    const comparator = isNode(denominator) ? comparators.find((each) => each === denominator.comparator) : undefined;
    return {
      value: `${part('numerator')}:${part('denominator')}`,
      unit: '',
      ...(comparator === undefined ? {} : { comparator }),
    };
  }
  if (isNode(valueRange)) {
    const limit = (name: string): string => (isNode(valueRange[name]) ? (number(valueRange[name].value) ?? '') : '');
    const unit = isNode(valueRange.low) ? text(valueRange.low.unit) : undefined;
    return { value: `${limit('low')}-${limit('high')}`, unit: unit ?? '' };
  }
  return { value: text(valueString) ?? '', unit: '' };
}

function readRange(range: Node | undefined): ExternalObservation['referenceRange'] {
  if (range === undefined) return undefined;
  const low = isNode(range.low) ? number(range.low.value) : undefined;
  const high = isNode(range.high) ? number(range.high.value) : undefined;
  const words = text(range.text);
  return {
    ...(low === undefined ? {} : { low }),
    ...(high === undefined ? {} : { high }),
    ...(words === undefined ? {} : { text: words }),
  };
}
