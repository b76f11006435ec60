import { searchNameOf } from '../../acts/patients.ts';
import type { Laboratory } from '../../laboratory/context.ts';
import type { ExternalDoc, ExternalObservation, PatientDoc } from '../../store/documents.ts';

interface ValidityRule {
  readonly code: string;
  readonly hours: number;
  readonly loinc?: readonly string[];
  readonly section?: string;
}

/**
 * How long a result of another facility may be used, counted from its collection: the draft circular of 08/2026
 * (regulation.md 5.3), which names spans. Of a span the shortest is taken; what it names by itself goes first. This warns,
 * it never blocks.
 */
const validityRules: { readonly dated: string; readonly rules: readonly ValidityRule[] } = {
  dated: '2026-08',
  rules: [
    { code: 'hba1c', hours: 60 * 24, loinc: ['4548-4', '59261-8', '17856-6'] },
    { code: 'urea', hours: 24, loinc: ['22664-7', '3091-6', '3094-0', '14937-7'] },
    { code: 'bilirubin', hours: 24, loinc: ['14631-6', '1975-2', '14629-0', '1968-7'] },
    { code: 'hematology', hours: 24, section: 'hematology' },
    { code: 'coagulation', hours: 24, section: 'coagulation' },
    { code: 'chemistry', hours: 24, section: 'chemistry' },
    { code: 'immunology', hours: 24, section: 'immunology' },
    { code: 'microbiology', hours: 48, section: 'microbiology' },
  ],
};

/** Until when a value may be used by the rules, and whether that is over. Null where no rule names it. */
export function validityOf(
  lab: Laboratory,
  observed: ExternalObservation,
  collectedAt: string,
): { until: string; over: boolean; rule: string } | null {
  const section = sectionOf(lab, observed);
  const rule = validityRules.rules.find(
    (each) => each.loinc?.includes(observed.loinc ?? '') === true || (section !== null && each.section === section),
  );
  if (rule === undefined) return null;
  const until = Date.parse(collectedAt) + rule.hours * 3_600_000;
  return {
    until: new Date(until).toISOString(),
    over: until < lab.now(),
    rule: `${validityRules.dated}/${rule.code}`,
  };
}

/** The section of the same LOINC here; the other laboratory's own codes mean nothing to us. */
function sectionOf(lab: Laboratory, observed: ExternalObservation): string | null {
  if (observed.loinc === undefined) return null;
  return lab.catalogue.analytes().find(({ loinc }) => loinc === observed.loinc)?.section ?? null;
}

/** Where the other laboratory's patient is not quite ours: the same number may be another person elsewhere. */
export function identityAdvice(
  theirs: ExternalDoc['patient'],
  ours: PatientDoc,
): { code: 'patient-differs'; field: string }[] {
  const differs: Readonly<Record<string, boolean>> = {
    name: searchNameOf(theirs.name) !== ours.searchName,
    birthDate: theirs.birthDate !== '' && ours.birthDate !== '' && theirs.birthDate !== ours.birthDate,
    sex: theirs.sex !== ours.sex && theirs.sex !== 'unknown' && ours.sex !== 'unknown',
  };
  return Object.entries(differs).flatMap(([field, different]) =>
    different ? [{ code: 'patient-differs' as const, field }] : [],
  );
}
