/**
 * UCUM code of a unit as the catalogue spells it, or null when there is none (then the quantity carries the words
 * alone: qty-3 wants a system with every code). Spellings that Vietnamese laboratories print and UCUM refuses.
 */
const aliases: Readonly<Record<string, string>> = {
  'G/L': '10*9/L',
  'T/L': '10*12/L',
  '10^9/L': '10*9/L',
  '10^12/L': '10*12/L',
  'x10^9/L': '10*9/L',
  'x10^12/L': '10*12/L',
  'µmol/L': 'umol/L',
  'μmol/L': 'umol/L',
  'µg/L': 'ug/L',
  'μg/L': 'ug/L',
  'IU/L': '[IU]/L',
  'IU/mL': '[IU]/mL',
  'mIU/L': 'm[IU]/L',
  'mIU/mL': 'm[IU]/mL',
  'µIU/mL': 'u[IU]/mL',
  'μIU/mL': 'u[IU]/mL',
  'mEq/L': 'meq/L',
  mmHg: 'mm[Hg]',
  giây: 's',
  'mL/min/1.73m²': 'mL/min/{1.73_m2}',
  'mL/min/1.73m2': 'mL/min/{1.73_m2}',
  'mL/phút/1.73m²': 'mL/min/{1.73_m2}',
};
const plain =
  /^(%|fL|pg|[munp]?g\/[dm]?L|[munp]?mol\/L|k?U\/L|mg\/L|g\/L|kPa|s|10\*\d+\/[u]?L|mm\/h|mg\/g|\{[A-Za-z_]+\}|L\/L|U\/mL|ng\/mL\{FEU\}|m[IU]\/L)$/;

export function ucumCode(unit: string): string | null {
  const alias = aliases[unit];
  if (alias !== undefined) return alias;
  return plain.test(unit) ? unit : null;
}
