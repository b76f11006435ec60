import { createHash } from 'node:crypto';
import { deflateRawSync } from 'node:zlib';
import type { LabConfig } from '../../laboratory/config.ts';
import type { ReportDoc, ReportedObservation } from '../../store/documents.ts';
import { systems } from '../fhir/identity.ts';
import { decimal, fhirJson } from '../fhir/json.ts';
import { algorithms } from './algorithms.ts';
import { signJws } from './jws.ts';
import type { SigningKey } from './port.ts';

/**
 * The QR code of the paper: a JWS in the manner of SMART Health Cards (deflated payload with a FHIR Bundle, `shc:/` and
 * two digits a character, which a QR code packs densely). A phone that trusts the authority checks it without a network.
 */
export interface Card {
  readonly text: string;
  /** How many of the report's values it holds, from the first. */
  readonly included: number;
}

/** Digits in a QR code that telephones still read from paper of our size (version 32, level L). */
const mostDigits = 4_400;
const prefix = 'shc:/';

/**
 * As many of the report's values as fit, in their order, with the signer's certificate; without the certificate (named
 * by its hash) when else not half of them would fit. Null when not even one fits.
 */
export async function makeCard(key: SigningKey, report: ReportDoc, config: LabConfig, at: Date): Promise<Card | null> {
  // Measured with a signature of the same length: a token or remote signer is asked once, not at every try.
  const ruler: SigningKey = { ...key, sign: async () => new Uint8Array(signatureBytes(key)) };
  const fitting = (certificate: boolean): Promise<number> => mostFitting(ruler, report, config, at, certificate);
  const beside = await fitting(true);
  const alone = beside > 0 && beside * 2 >= report.observations.length ? 0 : await fitting(false);
  const included = alone === 0 ? beside : alone;
  if (included === 0) return null;
  return { text: spell(await card(key, report, config, at, included, alone === 0)), included };
}

/** How many values fit, from the first. */
async function mostFitting(
  key: SigningKey,
  report: ReportDoc,
  config: LabConfig,
  at: Date,
  certificate: boolean,
): Promise<number> {
  let [fits, tooMany] = [0, report.observations.length + 1];
  while (tooMany - fits > 1) {
    const count =
      fits === 0 && tooMany > report.observations.length ? report.observations.length : (fits + tooMany) >> 1;
    const text = spell(await card(key, report, config, at, count, certificate));
    if (text.length - prefix.length <= mostDigits) fits = count;
    else tooMany = count;
  }
  return fits;
}

/** How long a signature is as JWS has it. */
function signatureBytes({ algorithm, certificate }: SigningKey): number {
  const { half } = algorithms[algorithm];
  if (half !== undefined) return half * 2;
  return Math.ceil((certificate.publicKey.asymmetricKeyDetails?.modulusLength ?? 0) / 8);
}

function card(
  key: SigningKey,
  report: ReportDoc,
  config: LabConfig,
  at: Date,
  count: number,
  certificate: boolean,
): Promise<string> {
  const { patient } = report;
  const resources = [
    {
      resourceType: 'Patient',
      identifier: [{ value: patient.id }],
      name: [{ text: patient.name }],
      ...(patient.birthDate === '' ? {} : { birthDate: patient.birthDate }),
    },
    ...report.observations.slice(0, count).map((each) => briefly(each, report)),
  ];
  const payload = fhirJson({
    iss: systems(config).document.replace(/:document$/, ''),
    nbf: Math.floor(at.getTime() / 1000),
    vc: {
      type: ['https://smarthealth.cards#health-card', 'https://smarthealth.cards#laboratory'],
      credentialSubject: {
        fhirVersion: '4.0.1',
        fhirBundle: {
          resourceType: 'Bundle',
          identifier: { value: report._id },
          type: 'collection',
          entry: resources.map((resource, index) => ({ fullUrl: `resource:${index}`, resource })),
        },
        laboratory: config.lab.name,
        reported: report.observations.length,
      },
    },
  });
  const header = certificate
    ? { zip: 'DEF', x5c: [key.certificate.raw.toString('base64')] }
    : { zip: 'DEF', kid: createHash('sha256').update(key.certificate.raw).digest('base64url') };
  return signJws(key, header, deflateRawSync(payload, { level: 9 }), false);
}

function briefly(observed: ReportedObservation, report: ReportDoc): Record<string, unknown> {
  const absent = observed.value === '' || observed.status === 'entered-in-error';
  const value = absent
    ? {}
    : observed.kind === 'numeric' && /^[+-]?(\d+(\.\d*)?|\.\d+)$/.test(observed.value)
      ? {
          valueQuantity: {
            value: decimal(observed.value),
            ...(observed.comparator === undefined ? {} : { comparator: observed.comparator }),
            ...(observed.unit === '' ? {} : { unit: observed.unit }),
          },
        }
      : { valueString: `${observed.comparator ?? ''}${observed.value}` };
  return {
    resourceType: 'Observation',
    status: observed.status,
    code:
      observed.loinc === undefined || observed.loinc === ''
        ? { text: observed.name.vi }
        : { coding: [{ system: 'http://loinc.org', code: observed.loinc }] },
    subject: { reference: 'resource:0' },
    effectiveDateTime: report.specimen.collectedAt,
    ...value,
  };
}

/** Two digits a character: its code less 45 (SMART Health Cards, "Encoding Chunks as QR Codes"). */
function spell(jws: string): string {
  return prefix + [...jws].map((char) => String(char.charCodeAt(0) - 45).padStart(2, '0')).join('');
}

/** The JWS of a code as read by a scanner; null when it is none. */
export function readCard(text: string): string | null {
  const digits = /^shc:\/((?:\d\d)+)$/.exec(text.trim())?.[1];
  if (digits === undefined) return null;
  return (digits.match(/\d\d/g) ?? []).map((pair) => String.fromCharCode(Number(pair) + 45)).join('');
}
