import { DateTime } from 'luxon';
import { isDecimal } from '../../domain/decimal.ts';
import type { PaperLanguage } from './content.ts';

/** A decimal string as the language writes it: `7.10` is `7,10` in Vietnamese. Anything else stays as it is. */
export function localNumber(value: string, language: PaperLanguage): string {
  return language === 'vi' && isDecimal(value) ? value.replace('.', ',') : value;
}

const signs: Readonly<Record<string, string>> = { '<=': '≤', '>=': '≥' };

/** Comparator and value: `≤ 0,5`. */
export function localValue(value: string, comparator: string | undefined, language: PaperLanguage): string {
  const shown = localNumber(value, language);
  return comparator === undefined ? shown : `${signs[comparator] ?? comparator} ${shown}`;
}

/** A reference range in words: its own text with the language's decimals, or its limits. */
export function localRange(
  range: { readonly low?: string; readonly high?: string; readonly text?: string } | undefined,
  language: PaperLanguage,
): string {
  if (range === undefined) return '';
  if (range.low !== undefined && range.high !== undefined)
    return `${localNumber(range.low, language)} – ${localNumber(range.high, language)}`;
  if (range.high !== undefined) return `≤ ${localNumber(range.high, language)}`;
  if (range.low !== undefined) return `≥ ${localNumber(range.low, language)}`;
  const text = range.text ?? '';
  return language === 'vi' ? text.replaceAll(/(\d)\.(\d)/g, '$1,$2') : text;
}

/** An instant in the laboratory's zone: `24/11/2026 09:37`. */
export function localTime(instant: string, timeZone: string): string {
  const time = DateTime.fromISO(instant, { zone: timeZone });
  return time.isValid ? time.toFormat('dd/MM/yyyy HH:mm') : instant;
}

/** A day in the laboratory's zone: `24/11`, with the year where it is another than now's. */
export function localDay(instant: string, timeZone: string): string {
  const time = DateTime.fromISO(instant, { zone: timeZone });
  return time.isValid ? time.toFormat('dd/MM/yyyy') : instant;
}

/** `YYYY[-MM[-DD]]` as `dd/mm/yyyy`, `mm/yyyy` or `yyyy`. */
export function localBirthDate(date: string): string {
  return date.split('-').reverse().join('/');
}

/**
 * A text as it can be printed: NFC, no control characters, and what the font has no glyph for spelled as its code
 * point, so that nothing vanishes from paper without a trace.
 */
export function printable(text: string, hasGlyph: (codePoint: number) => boolean): string {
  let shown = '';
  for (const char of text.normalize('NFC').replaceAll(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ')) {
    const codePoint = char.codePointAt(0) ?? 0;
    shown += hasGlyph(codePoint) ? char : `[U+${codePoint.toString(16).toUpperCase().padStart(4, '0')}]`;
  }
  return shown;
}
