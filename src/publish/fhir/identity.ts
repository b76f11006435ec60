import { createHash } from 'node:crypto';
import { DateTime } from 'luxon';
import type { LabConfig } from '../../laboratory/config.ts';

const longest = 64;

/**
 * A FHIR logical id for our key, stable for life and reversible: letters, digits and `-` stand for themselves, any
 * other byte is `.` and two hex digits (FHIR ids know A-Z a-z 0-9 - . up to 64). A key too long for that is hashed.
 */
export function fhirId(key: string): string {
  const encoded = encode(key);
  return encoded.length <= longest ? encoded : hashed(key);
}

/** The key behind an id made by `fhirId`; null when it is not one (or a hash). */
export function keyOf(id: string): string | null {
  if (!/^([A-Za-z0-9-]|\.[0-9A-F]{2})+$/.test(id)) return null;
  try {
    return decodeURIComponent(id.replaceAll(/\.([0-9A-F]{2})/g, '%$1'));
  } catch {
    return null;
  }
}

/** One Observation of a report: the same id in all versions of the report, whichever run stands behind it. */
export function observationId(accession: string, analyte: string): string {
  const direct = `${encode(accession)}..${encode(analyte)}`;
  return direct.length <= longest ? direct : hashed(`${accession}\u001f${analyte}`);
}

/** Accession and analyte behind an Observation's id; null when it is not one. */
export function observationKeyOf(id: string): { accession: string; analyte: string } | null {
  const [first, second, more] = id.split('..');
  if (first === undefined || second === undefined || more !== undefined) return null;
  const accession = keyOf(first);
  const analyte = keyOf(second);
  return accession === null || analyte === null ? null : { accession, analyte };
}

function encode(key: string): string {
  if (/^[A-Za-z0-9-]*$/.test(key)) return key;
  return [...new TextEncoder().encode(key)]
    .map((byte) => {
      const char = String.fromCharCode(byte);
      return /[A-Za-z0-9-]/.test(char) ? char : `.${byte.toString(16).toUpperCase().padStart(2, '0')}`;
    })
    .join('');
}

const hashed = (key: string): string => createHash('sha256').update(key).digest('hex').slice(0, 40);

/** Identifier and code systems of this laboratory. */
export function systems(config: LabConfig): {
  accession: string;
  patient: string;
  analyte: string;
  panel: string;
  value: string;
  device: string;
  machine: string;
  practitioner: string;
  order: string;
  document: string;
  laboratory: string;
  endpoint: string;
  connection: string;
} {
  const base = `urn:cuvette:laboratory:${encodeURIComponent(config.lab.id)}`;
  return {
    laboratory: 'urn:cuvette:laboratory',
    accession: `${base}:accession`,
    patient: `${base}:patient`,
    analyte: `${base}:analyte`,
    panel: `${base}:panel`,
    value: `${base}:value`,
    device: `${base}:device`,
    machine: `${base}:ma-may`,
    practitioner: `${base}:practitioner`,
    order: `${base}:order`,
    document: `${base}:document`,
    endpoint: `${base}:endpoint`,
    connection: `${base}:connection-type`,
  };
}

/**
 * The number an order is known by: as its placer sent it by FHIR (system and value), else the placer's number as HL7 has
 * it, else ours.
 */
export function orderIdentifier(
  order: { readonly id: string; readonly placer?: string | undefined },
  config: LabConfig,
): { system: string; value: string } {
  const { placer = order.id } = order;
  const mark = placer.indexOf('^');
  const authority = placer.slice(mark + 1);
  return mark > 0 && /^[a-z][a-z0-9+.-]*:\S+$/i.test(authority)
    ? { system: authority, value: placer.slice(0, mark) }
    : { system: systems(config).order, value: placer };
}

/** The same few instants stand in every resource of a report, and a zone's arithmetic is dear. */
const known = new Map<string, string>();
const mostKnown = 2_000;

/** A UTC instant with the laboratory's offset: the same moment, readable where it happened. */
export function localInstant(utc: string, config: LabConfig): string {
  const key = `${utc} ${config.lab.timeZone}`;
  const before = known.get(key);
  if (before !== undefined) return before;
  const local = DateTime.fromISO(utc, { zone: config.lab.timeZone }).toISO() ?? utc;
  if (known.size >= mostKnown) known.clear();
  known.set(key, local);
  return local;
}
