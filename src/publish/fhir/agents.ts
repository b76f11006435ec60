import type { CatalogueView } from '../../laboratory/catalogue-view.ts';
import type { AnalyzerConfig, LabConfig } from '../../laboratory/config.ts';
import { machineCodeOf, nameOfLine } from '../../laboratory/machines.ts';
import type { ReportDoc, ReportedObservation, UserDoc } from '../../store/documents.ts';
import { fhirId, systems } from './identity.ts';
import type { Resource } from './types.ts';

/** The laboratory, its people and its analyzers: those who stand behind a result. */
export interface Reference {
  readonly reference: string;
  readonly display?: string;
  readonly identifier?: { readonly system: string; readonly value: string };
}

export function laboratoryReference(config: LabConfig): Reference {
  return {
    reference: `Organization/${fhirId(config.lab.id)}`,
    display: config.lab.name,
    identifier: { system: systems(config).laboratory, value: config.lab.id },
  };
}

/** Who performed a test: we, or the laboratory it was referred out to, by its facility code. */
export function performerReference(
  { performer }: Pick<ReportedObservation, 'performer'>,
  config: LabConfig,
): Omit<Reference, 'reference'> & { readonly reference?: string } {
  if (performer === undefined) return laboratoryReference(config);
  return {
    display: performer.name,
    identifier: { system: systems(config).laboratory, value: performer.code },
  };
}

/** The patient of a report, by address and by identifier: a receiver may know him under another address. */
export function patientReference({ patient }: Pick<ReportDoc, 'patient'>, config: LabConfig): Reference {
  return {
    reference: `Patient/${fhirId(patient.id)}`,
    identifier: { system: systems(config).patient, value: patient.id },
    display: patient.name,
  };
}

export function practitionerReference(username: string): Reference {
  return { reference: `Practitioner/${fhirId(username)}`, display: username };
}

export function deviceReference(analyzer: string): Reference {
  return { reference: `Device/${fhirId(analyzer)}`, display: analyzer };
}

/** Whether an analyzer is a line of lab.yaml (values by hand, calculated or from a line that is gone are not). */
export function isLine(config: LabConfig, analyzer: string): boolean {
  return config.analyzers.some((line) => line.id === analyzer);
}

export function organizationResource(config: LabConfig): Resource {
  return {
    resourceType: 'Organization',
    id: fhirId(config.lab.id),
    identifier: [{ system: systems(config).laboratory, value: config.lab.id }],
    active: true,
    name: config.lab.name,
  };
}

/** A person by user name, without anything he signs in with. */
export function practitionerResource(user: UserDoc, config: LabConfig): Resource {
  const name = user.name ?? user._id;
  return {
    resourceType: 'Practitioner',
    id: fhirId(user._id),
    identifier: [{ system: systems(config).practitioner, value: user._id }],
    active: user.disabled !== true,
    name: [{ text: name }],
  };
}

/** An analyzer; its code for the health insurance (MA_MAY) is a second identifier. */
export function deviceResource(line: AnalyzerConfig, config: LabConfig, catalogue: CatalogueView): Resource {
  const machine = machineCodeOf({ catalogue, config }, line.id);
  const [vendor = '', model = ''] = line.driver.split('/');
  return {
    resourceType: 'Device',
    id: fhirId(line.id),
    identifier: [
      { system: systems(config).device, value: line.id },
      ...(machine === '' ? [] : [{ system: systems(config).machine, value: machine }]),
    ],
    status: 'active',
    manufacturer: vendor,
    deviceName: [{ name: nameOfLine({ catalogue, config }, line.id) ?? line.id, type: 'user-friendly-name' }],
    modelNumber: model,
    owner: laboratoryReference(config),
  };
}
