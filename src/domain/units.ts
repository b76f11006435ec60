import { Decimal } from 'decimal.js';

/** What of an analyte matters for its unit. */
export interface Measured {
  /** g/mol, decimal string: lets mass turn into amount. */
  readonly molarMass?: string | undefined;
}

/**
 * Other ways analyzers write units, in the form `meaningOf` reads. Kept as sent everywhere; only the meaning is looked
 * up here. (UCUM itself refuses IU/L, x10^9/L and mEq/L.)
 */
const aliases: Readonly<Record<string, string>> = {
  'k/ul': '10*3/ul',
  'th/ul': '10*3/ul',
  'thou/ul': '10*3/ul',
  'g/l ': 'g/l',
  'm/ul': '10*6/ul',
  'mil/ul': '10*6/ul',
  '/ul': '10*0/ul',
  'cells/ul': '10*0/ul',
  'cell/ul': '10*0/ul',
  'c/ul': '10*0/ul',
  '/cumm': '10*0/ul',
  '/mm3': '10*0/ul',
  // a cubic micrometre is a femtolitre
  um3: 'fl',
  'um^3': 'fl',
  'g%': 'g/dl',
  'mg%': 'mg/dl',
  sec: 's',
  seconds: 's',
  ratio: '1',
  index: '1',
  'l/l': '1',
  fraction: '1',
  'ml/min/1.73m2': 'ml/min/{1.73_m2}',
  'ml/min/1.73m^2': 'ml/min/{1.73_m2}',
  'ml/min/1.73 m2': 'ml/min/{1.73_m2}',
  coi: '{coi}',
  's/co': '{s_co}',
  'mm/h': 'mm/h',
  'mm/hr': 'mm/h',
  '/100wbc': '%',
  percnt: '%',
  // hemoglobin A1c by the standard of that name
  ngsp: '%',
  inrisi: '{inr}',
  'copies/ml': '{copies}/ml',
  'cp/ml': '{copies}/ml',
};

const prefixes: Readonly<Record<string, string>> = {
  '': '1',
  k: '1e3',
  d: '1e-1',
  c: '1e-2',
  m: '1e-3',
  u: '1e-6',
  n: '1e-9',
  p: '1e-12',
  f: '1e-15',
};

/** What a unit measures and how much of its base unit it is. */
interface Meaning {
  readonly kind: string;
  readonly factor: Decimal;
}

const Exact = Decimal.clone({ precision: 40 });
/** Digits of a factor that does not end (a division by a molar mass). */
const factorDigits = 12;

/** Pure numbers: analyzers send no unit with them, or the quantity's own name. */
const pureNumbers: Readonly<Record<string, readonly string[]>> = {
  '[ph]': ['', 'ph', 'phunits', 'units'],
  '{inr}': ['', 'inr'],
  '{ratio}': [''],
};

/** Whether two spellings mean the very same unit, so that digits need no change: `10^9/L` and `x10*3/uL`, `IU/L` and `U/L`. */
export function sameUnit(one: string, other: string): boolean {
  if (one === other) return true;
  const asked = `${one}\u001f${other}`;
  const known = answered.get(asked);
  if (known !== undefined) return known;
  const answer = meanSame(one, other);
  // What is no unit is not remembered: an analyzer can send any text in its place.
  if (asked.length > longestAsked) return answer;
  if (answered.size >= mostAnswered) answered.clear();
  answered.set(asked, answer);
  return answer;
}

/** The same few spellings are asked for with every message of an analyzer. */
const answered = new Map<string, boolean>();
const mostAnswered = 500;
const longestAsked = 100;

function meanSame(one: string, other: string): boolean {
  if (pureNumbers[canonical(other)]?.includes(canonical(one)) === true) return true;
  const left = meaningOf(one);
  const right = meaningOf(other);
  if (left === null || right === null) return canonical(one) === canonical(other);
  return left.kind === right.kind && left.factor.equals(right.factor);
}

/**
 * The factor from one unit to another as a decimal string; null when they do not measure the same thing, or mass meets
 * amount of an analyte without molar mass.
 */
export function conversion(from: string, to: string, analyte: Measured): { readonly factor: string } | null {
  const source = meaningOf(from);
  const target = meaningOf(to);
  if (source === null || target === null) return null;
  const across = bridge(source.kind, target.kind, analyte.molarMass);
  if (across === null) return null;
  const factor = source.factor.times(across).dividedBy(target.factor);
  return { factor: factor.toSignificantDigits(factorDigits).toFixed() };
}

function bridge(from: string, to: string, molarMass: string | undefined): Decimal | null {
  if (from === to) return new Exact(1);
  if (molarMass === undefined) return null;
  if (from === 'g/l' && to === 'mol/l') return new Exact(1).dividedBy(molarMass);
  if (from === 'mol/l' && to === 'g/l') return new Exact(molarMass);
  return null;
}

/** Lower case, one micro sign, blanks and ornaments away. */
function canonical(unit: string): string {
  const text = unit
    .normalize('NFKC')
    .trim()
    .toLowerCase()
    .replaceAll(/[µμ]/g, 'u')
    .replaceAll(/\s+/g, '')
    .replace(/^[x×*](?=10)/, '')
    .replace(/10\^?e?\*?\*?(\d+)(?=\/)/, '10*$1')
    .replace('iu', 'u')
    .replace('mcg', 'ug')
    .replace('meq', 'mmol')
    .replace('mval', 'mmol');
  return aliases[text] ?? text;
}

const volume: Readonly<Record<string, string>> = {
  l: '1',
  dl: '1e-1',
  ml: '1e-3',
  ul: '1e-6',
  nl: '1e-9',
  pl: '1e-12',
  fl: '1e-15',
};
const pressures: Readonly<Record<string, string>> = { mmhg: '1', kpa: '7.50061683', torr: '1' };

function meaningOf(unit: string): Meaning | null {
  const text = canonical(unit);
  if (text === '') return null;
  if (text === '%') return { kind: '1', factor: new Exact('0.01') };
  if (text === '1') return { kind: '1', factor: new Exact(1) };
  const pressure = pressures[text];
  if (pressure !== undefined) return { kind: 'mmhg', factor: new Exact(pressure) };
  const slash = text.indexOf('/');
  if (slash < 0) return quantity(text);
  const above = text.slice(0, slash);
  const below = volume[text.slice(slash + 1)];
  if (below === undefined) return { kind: text, factor: new Exact(1) };
  const count = /^10\*(\d+)$/.exec(above);
  if (count !== null) return { kind: '10*/l', factor: new Exact(10).pow(count[1] ?? '0').dividedBy(below) };
  const part = quantity(above);
  return part === null ? null : { kind: `${part.kind}/l`, factor: part.factor.dividedBy(below) };
}

/** A prefix and a base: `umol`, `mg`, `u`, `fl`. Everything else measures itself. */
function quantity(text: string): Meaning | null {
  for (const base of ['mol', 'kat', 'g', 'u', 'l', 's']) {
    if (!text.endsWith(base)) continue;
    const prefix = prefixes[text.slice(0, -base.length)];
    if (prefix !== undefined) return { kind: base, factor: new Exact(prefix) };
  }
  return /^[a-z0-9_{}.]+$/.test(text) ? { kind: text, factor: new Exact(1) } : null;
}
