/** How a value field is read. */
export interface ValueRules {
  /** True: a comma is the decimal sign of this line. False: a comma is refused. Absent: a lone comma is the decimal sign. */
  readonly decimalComma?: boolean;
  /** Masks of this analyzer beside the usual ones, as regular expressions on the trimmed text. */
  readonly masks?: readonly string[];
}

export type Comparator = '<' | '>' | '<=' | '>=';

/** What a value field says. `unreadable` carries the reason in words; then there is no value to file. */
export interface ReadValue {
  readonly value: string;
  readonly comparator?: Comparator;
  /** The mask as sent (`----`): the analyzer gives no value. */
  readonly mask?: string;
  readonly unreadable?: string;
}

/**
 * Runs of one sign the analyzers print where there is no value: `---`, `***`, `...`, and four or more plus signs
 * (fewer are a urine grade). A decimal point may stand among them (`---.-`, `+++.+`).
 */
const usualMask = /^(?:-{2,}(?:\.-+)?|\*{2,}(?:\.\*+)?|\.{2,}|\+{4,}(?:\.\++)?|\+{3}\.\++|-+\.-+|#{2,})$/;
const plainNumber = /^[+-]?\d+(?:\.\d+)?$/;
const comparators: readonly (readonly [string, Comparator])[] = [
  ['<=', '<='],
  ['>=', '>='],
  ['≤', '<='],
  ['≥', '>='],
  ['<', '<'],
  ['>', '>'],
];

/**
 * Reads the text of a value field: trims blanks, sets the comparator apart, makes a decimal comma a point, keeps the
 * digits as sent. Text that is no number stays as it is (qualitative values).
 */
export function readValue(
  text: string,
  rules: ValueRules = {},
  decimalComma: boolean | undefined = rules.decimalComma,
): ReadValue {
  const trimmed = text.trim();
  if (isMask(trimmed, rules.masks)) return { value: '', mask: trimmed };
  const found = plainNumber.test(trimmed) ? undefined : comparators.find(([sign]) => trimmed.startsWith(sign));
  const rest = found === undefined ? trimmed : trimmed.slice(found[0].length).trim();
  if (found !== undefined && rest === '') return { value: '', unreadable: `comparator without a value: ${trimmed}` };
  // words after a comparator (`< Titer min`) are a finding, not a limit
  if (found !== undefined && !/^[+-]?[\d.,]/.test(rest)) return { value: trimmed };
  const number = readNumber(rest, decimalComma);
  if (number.unreadable !== undefined) return { value: '', unreadable: number.unreadable };
  return found === undefined ? { value: number.value } : { value: number.value, comparator: found[1] };
}

const patterns = new Map<string, RegExp>();

/** The masks of the definitions, each compiled once. */
function patternOf(mask: string): RegExp {
  const known = patterns.get(mask);
  if (known !== undefined) return known;
  const made = new RegExp(mask);
  patterns.set(mask, made);
  return made;
}

/** True when the text is one of the usual masks or of those named. */
export function isMask(text: string, masks: readonly string[] = []): boolean {
  return usualMask.test(text) || masks.some((mask) => patternOf(mask).test(text));
}

function readNumber(text: string, decimalComma: boolean | undefined): { value: string; unreadable?: string } {
  if (!/^[+-]?[\d.,]+$/.test(text) || !text.includes(',')) return { value: text };
  if (decimalComma === false) return { value: '', unreadable: `comma in a number: ${text}` };
  if (/^[+-]?(?:\d+,\d*|,\d+)$/.test(text)) return { value: text.replace(',', '.') };
  return { value: '', unreadable: `comma and point mixed in a number: ${text}` };
}
