import type { CodeMapping, Driver } from '../../drivers/driver.ts';
import { conversion, sameUnit } from '../domain/units.ts';
import type { AnalyteDoc } from '../store/documents.ts';

/** A code as the capture shows it. */
export interface SeenCode {
  readonly hostCode: string;
  readonly name?: string;
  readonly units: readonly string[];
  readonly count: number;
}

/** What a code is proposed to mean, and why; or why nothing is proposed. */
export type CodeProposal =
  | { readonly code: SeenCode; readonly mapping: CodeMapping; readonly why: string }
  | { readonly code: SeenCode; readonly mapping: null; readonly why: string };

/** Letters and digits only, upper case: `Neut%` and `NEUT %` are the same word, `NEUT#` is not `NEUT%`. */
const plain = (text: string): string =>
  text
    .normalize('NFD')
    .toUpperCase()
    .replaceAll(/[^A-Z0-9#%]/g, '');

/** Words of the trade that are neither codes of the catalogue nor of a shipped driver. */
const usualNames: Readonly<Record<string, string>> = {
  GLUC: 'GLU',
  GLUCOSE: 'GLU',
  CRE: 'CREA',
  CREAT: 'CREA',
  CREATININE: 'CREA',
  CREAS: 'CREA',
  URE: 'UREA',
  URICACID: 'UA',
  SGOT: 'AST',
  GOT: 'AST',
  ASAT: 'AST',
  ASTGOT: 'AST',
  SGPT: 'ALT',
  GPT: 'ALT',
  ALAT: 'ALT',
  ALTGPT: 'ALT',
  TRIG: 'TG',
  TRIGLYCERIDES: 'TG',
  CHO: 'CHOL',
  CHOLESTEROL: 'CHOL',
  TCHO: 'CHOL',
  HDLC: 'HDL',
  LDLC: 'LDL',
  BILITOTAL: 'TBIL',
  BILIDIRECT: 'DBIL',
  GAMMAGT: 'GGT',
  HDLDIRECT: 'HDL',
  LDLDIRECT: 'LDL',
  IRON: 'FE',
  BILT: 'TBIL',
  TBILI: 'TBIL',
  BILD: 'DBIL',
  DBILI: 'DBIL',
  HB: 'HGB',
  HEMOGLOBIN: 'HGB',
  LEU: 'WBC',
  GB: 'WBC',
  GR: 'RBC',
  HTO: 'HCT',
  SODIUM: 'NA',
  POTASSIUM: 'K',
  CHLORIDE: 'CL',
  CALCIUM: 'CA',
  ALBUMIN: 'ALB',
  TOTALPROTEIN: 'TP',
};

interface Sense {
  readonly analyte: string;
  readonly why: string;
}

/** What is known of names: LOINC codes, the catalogue, and what the shipped drivers call things. */
interface Knowledge {
  readonly analytes: ReadonlyMap<string, AnalyteDoc>;
  readonly loincs: ReadonlyMap<string, string>;
  readonly names: ReadonlyMap<string, Sense>;
  readonly drivers: readonly Driver[];
}

/** A judge of codes: give it a code and the maker, it proposes an analyte of the catalogue or says why not. */
export function createCodeSense(
  drivers: readonly Driver[],
  analytes: readonly AnalyteDoc[],
): (code: SeenCode, vendor: string) => CodeProposal {
  const knowledge = learn(drivers, analytes);
  return (code, vendor) => {
    const sense = senseOf(code, vendor, knowledge);
    const analyte = sense === null ? undefined : knowledge.analytes.get(sense.analyte);
    if (sense === null || analyte === undefined) return { code, mapping: null, why: 'no name that is known' };
    return fitted(code, analyte, sense.why);
  };
}

function learn(drivers: readonly Driver[], list: readonly AnalyteDoc[]): Knowledge {
  const analytes = new Map(list.map((analyte) => [analyte.code, analyte]));
  const loincs = new Map<string, string>();
  const names = new Map<string, Sense>();
  const name = (text: string, analyte: string, why: string): void => {
    if (plain(text) !== '' && !names.has(plain(text)) && analytes.has(analyte))
      names.set(plain(text), { analyte, why });
  };
  for (const { code, loinc } of list) {
    name(code, code, 'code of the catalogue');
    if (loinc !== undefined) loincs.set(loinc, code);
  }
  for (const { code, name: words } of list) {
    name(words.en, code, 'name in the catalogue');
    name(words.vi, code, 'name in the catalogue');
  }
  for (const [text, analyte] of Object.entries(usualNames)) name(text, analyte, 'usual name');
  for (const driver of drivers) {
    for (const mapping of driver.codes) {
      // A number means something only on its own maker's analyzers.
      if (/[A-Za-z]{2}/.test(mapping.hostCode)) name(mapping.hostCode, mapping.analyte, `as on ${driver.id}`);
      if (mapping.name !== undefined) name(mapping.name, mapping.analyte, `named so on ${driver.id}`);
      if (mapping.loinc !== undefined && analytes.has(mapping.analyte)) loincs.set(mapping.loinc, mapping.analyte);
    }
  }
  return { analytes, loincs, names, drivers };
}

function senseOf(code: SeenCode, vendor: string, { loincs, names, drivers, analytes }: Knowledge): Sense | null {
  const loinc = loincs.get(code.hostCode);
  if (loinc !== undefined) return { analyte: loinc, why: 'LOINC code' };
  const sense = (text: string): Sense | undefined => (/[A-Za-z]/.test(text) ? names.get(plain(text)) : undefined);
  const named =
    sense(code.hostCode) ??
    sense(code.name ?? '') ??
    sense(withoutMethod(code.hostCode)) ??
    sense(withoutMethod(code.name ?? ''));
  if (named !== undefined) return named;
  for (const driver of drivers) {
    if (plain(driver.vendor) !== plain(vendor)) continue;
    const own = driver.codes.find((mapping) => mapping.hostCode === code.hostCode);
    if (own !== undefined && analytes.has(own.analyte)) return { analyte: own.analyte, why: `as on ${driver.id}` };
  }
  return null;
}

/** Words behind a name that say how it is measured, not what. `BUN` is none of them: urea nitrogen is not urea. */
const methods = /[\s_-]+(ARSENAZO( III)?|DPD|TOOS|FERROZINE|JAFFE|ENZYMATIC|ENZ|IFCC|DIRECT TOOS|PAP|CPC|BCG|BIURET)$/i;

const withoutMethod = (name: string): string => name.replace(methods, '');

/** A name alone is not enough where the unit says that it is another quantity. */
function fitted(code: SeenCode, analyte: AnalyteDoc, why: string): CodeProposal {
  const [unit] = code.units;
  const target = analyte.unit ?? '';
  const fits =
    unit === undefined ||
    analyte.valueKind === 'qualitative' ||
    sameUnit(unit, target) ||
    conversion(unit, target, analyte) !== null;
  if (!fits) {
    const detail = `looks like ${analyte.code} (${why}), but ${unit} does not convert to ${target}`;
    return { code, mapping: null, why: detail };
  }
  const mapping: CodeMapping = {
    hostCode: code.hostCode,
    analyte: analyte.code,
    ...(code.name === undefined ? {} : { name: code.name }),
    ...(analyte.loinc === undefined ? {} : { loinc: analyte.loinc }),
    ...(unit === undefined ? {} : { unit }),
    cite: `proposed by the kit from a capture: ${why}`,
  };
  return { code, mapping, why };
}

const sections = ['hematology', 'chemistry', 'immunology', 'coagulation', 'urine', 'blood-gas', 'molecular'] as const;

/** The section most proposals belong to; chemistry where none is known. */
export function sectionOf(
  proposals: readonly CodeProposal[],
  analytes: readonly AnalyteDoc[],
): (typeof sections)[number] {
  const counts = new Map<string, number>();
  for (const { mapping } of proposals) {
    const section = analytes.find((analyte) => analyte.code === mapping?.analyte)?.section;
    if (section !== undefined) counts.set(section, (counts.get(section) ?? 0) + 1);
  }
  const most = [...counts].sort(([, one], [, other]) => other - one)[0]?.[0];
  return sections.find((each) => each === most) ?? 'chemistry';
}
