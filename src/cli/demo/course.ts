import { seeded } from '../../../simulators/template.ts';
import type { DemoPerson } from './patients.ts';

/** Values of a person on a day by the host codes of an analyzer, as it prints them. */
export type Values = Readonly<Record<string, string>>;

/** What is wrong with someone: by how much a value is off, `days` before today. */
const illnesses: Readonly<Record<string, (days: number) => Readonly<Record<string, number>>>> = {
  // Bleeds: the critical haemoglobin of today, and how it came.
  anaemia: (days) => ({ HGB: 0.5 + days * 0.035, PLT: 1.35 }),
  // Kidneys that fail slowly.
  kidney: (days) => ({ CREA: 2.6 - days * 0.05, HGB: 0.8 }),
  diabetes: (days) => ({ GLU: 2.1 + (days % 3) * 0.15 }),
  // A hepatitis on its way out.
  liver: (days) => ({ ALT: 3 + days * 0.6, AST: 2.4 + days * 0.4 }),
  infection: (days) => ({ WBC: days < 3 ? 2.3 - days * 0.3 : 1.1, NEUT: days < 3 ? 1.35 : 1 }),
};

const known = (name: string): number => [...name].reduce((sum, letter) => (sum * 31 + letter.charCodeAt(0)) % 1e6, 7);

/** A person's own level of an analyte and, around it, what differs from day to day (within-subject variation, share). */
function levels(person: DemoPerson, days: number): (analyte: string, usual: number, daily: number) => number {
  const off = person.illness === undefined ? {} : (illnesses[person.illness]?.(days) ?? {});
  return (analyte, usual, daily) => {
    const own = seeded(known(`${person.id} ${analyte}`))();
    const today = seeded(known(`${person.id} ${analyte} ${days}`))();
    return usual * (0.94 + own * 0.12) * (1 + (today - 0.5) * 2 * daily) * (off[analyte] ?? 1);
  };
}

/** A blood count whose parts agree with one another, `days` ago. */
export function bloodCount(person: DemoPerson, days: number): Values {
  const level = levels(person, days);
  const hgb = level('HGB', person.sex === 'male' ? 14.8 : 13.2, 0.02);
  const mch = level('MCH', 29.8, 0.005);
  const mchc = level('MCHC', 33.4, 0.004);
  const rbc = (hgb * 10) / mch;
  const hct = (hgb * 100) / mchc;
  const wbc = level('WBC', 6.6, 0.08);
  const parts = {
    NEUT: level('NEUT', 57, 0.04),
    LYMPH: level('LYMPH', 32, 0.04),
    MONO: level('MONO', 7, 0.05),
    EO: level('EO', 3, 0.05),
    BASO: level('BASO', 0.7, 0.05),
  };
  const whole = Object.values(parts).reduce((sum, part) => sum + part, 0);
  const differential = Object.entries(parts).flatMap(([name, part]): [string, string][] => [
    [`${name}#`, ((wbc * part) / whole).toFixed(2)],
    [`${name}%`, ((part / whole) * 100).toFixed(1)],
  ]);
  return {
    WBC: wbc.toFixed(2),
    RBC: rbc.toFixed(2),
    HGB: hgb.toFixed(1),
    HCT: hct.toFixed(1),
    MCV: ((hct * 10) / rbc).toFixed(1),
    MCH: mch.toFixed(1),
    MCHC: mchc.toFixed(1),
    PLT: level('PLT', 245, 0.05).toFixed(0),
    'RDW-CV': level('RDW', 13, 0.01).toFixed(1),
    ...Object.fromEntries(differential),
  };
}

/** Host codes of the cobas c 311 (application codes of the driver's table). */
const cobasCodes = { GLU: '717', CREA: '690', AST: '687', ALT: '685' } as const;

/** Glucose, creatinine and transaminases, `days` ago. */
export function chemistry(person: DemoPerson, days: number): Values {
  const level = levels(person, days);
  return {
    [cobasCodes.GLU]: level('GLU', 5.1, 0.04).toFixed(2),
    [cobasCodes.CREA]: level('CREA', person.sex === 'male' ? 84 : 66, 0.03).toFixed(0),
    [cobasCodes.AST]: level('AST', 23, 0.08).toFixed(0),
    [cobasCodes.ALT]: level('ALT', 22, 0.09).toFixed(0),
  };
}
