import type { Comparator } from '../api/types.ts';

export type Locale = 'vi' | 'en';

const decimalText = /^[-+]?\d+(\.\d+)?$/;

/** Digits as they were sent, with the language's decimal separator; words stay words. */
export function showDecimal(text: string, locale: Locale): string {
  if (locale === 'en' || !decimalText.test(text)) return text;
  return text.replace('.', ',');
}

const comparatorSigns: Readonly<Record<Comparator, string>> = { '<': '<', '>': '>', '<=': '≤', '>=': '≥' };

/** A measured value as a person reads it: `< 0,5`, `7,10`; a dash where there is no value. */
export function showValue(value: string, comparator: Comparator | undefined, locale: Locale): string {
  if (value === '') return '–';
  const digits = showDecimal(value, locale);
  return comparator === undefined ? digits : `${comparatorSigns[comparator]} ${digits}`;
}

/** Limits of a range: `4,0–10,0`, `< 34`, `≥ 60`. Empty when it has none. */
export function showRange(
  range:
    | { readonly low?: string | undefined; readonly high?: string | undefined; readonly text?: string | undefined }
    | undefined,
  locale: Locale,
): string {
  if (range === undefined) return '';
  const { low, high, text } = range;
  if (low !== undefined && high !== undefined) return `${showDecimal(low, locale)}–${showDecimal(high, locale)}`;
  if (high !== undefined) return `≤ ${showDecimal(high, locale)}`;
  if (low !== undefined) return `≥ ${showDecimal(low, locale)}`;
  return text ?? '';
}

/** What was typed in either language's way, as the API takes it: `7,10` and `7.10` are `7.10`. */
export function readDecimal(typed: string): string {
  const text = typed.trim();
  return /^[<>]?=?\s*[-+]?\d+,\d+$/.test(text) ? text.replace(',', '.') : text;
}

const counting: Partial<Record<Locale, Intl.NumberFormat>> = {};

/** A whole number with the language's grouping. */
export function showCount(count: number, locale: Locale): string {
  // Below a thousand there is nothing to group, and no need to start the browser's tables.
  if (Number.isInteger(count) && count >= 0 && count < 1000) return String(count);
  counting[locale] ??= new Intl.NumberFormat(locale === 'vi' ? 'vi-VN' : 'en-GB');
  return counting[locale].format(count);
}

/** For drawing only, never for a decision: the number a decimal string stands near. */
export function nearly(text: string | undefined): number | undefined {
  if (text === undefined || !decimalText.test(text)) return undefined;
  return Number(text);
}

/** How a value moved against the one before it. */
export function direction(value: string, before: string): 'up' | 'down' | 'same' | undefined {
  const now = nearly(value);
  const then = nearly(before);
  if (now === undefined || then === undefined) return undefined;
  if (now === then) return 'same';
  return now > then ? 'up' : 'down';
}

const superscripts = '⁰¹²³⁴⁵⁶⁷⁸⁹';

/** A unit as it is printed, from its UCUM code: `10*9/L` is `10⁹/L`, `umol/L` is `µmol/L`, `[IU]/L` is `IU/L`; a pH has none. */
export function showUnit(unit: string): string {
  return unit
    .replace('[pH]', '')
    .replace(
      /10\*(\d+)/g,
      (_whole, power: string) => `10${[...power].map((digit) => superscripts[Number(digit)]).join('')}`,
    )
    .replace(/(^|[/.])u(?=mol|g|L|kat|\[)/g, '$1µ')
    .replace(/\[(\w+)\]/g, '$1')
    .replace(/\{[^}]*\}/g, '');
}
