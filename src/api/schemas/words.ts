import { z } from 'zod';
import { alertCodes, roles } from '../../domain/ids.ts';

/** Building blocks of the API's schemas. */

/** One line of words: no control characters, so that it may stand in HL7, on labels and in logs. */
export const line = (longest: number) =>
  z
    .string()
    .trim()
    .min(1)
    .max(longest)
    .regex(/^[^\p{Cc}]*$/u, 'no control characters');

/** Words that may run over several lines. */
export const words = (longest: number) =>
  z
    .string()
    .trim()
    .max(longest)
    .regex(/^[^\p{Cc}]*(?:[\r\n\t][^\p{Cc}]*)*$/u, 'no control characters');

/** The specimen number of the barcode. */
export const accession = z
  .string()
  .trim()
  .min(1)
  .max(50)
  .regex(/^[\p{L}\p{N}][\p{L}\p{N}._/ -]*$/u, 'letters, digits, . _ / - only');

/** An id in an address, as other systems may have chosen it. */
export const key = z.string().min(1).max(300);

export const code = z
  .string()
  .trim()
  .min(1)
  .max(64)
  .regex(/^[\p{L}\p{N}][\p{L}\p{N}._%#+/-]*$/u, 'a code');

/** A decimal as it is written, digits kept. */
export const decimal = z.string().regex(/^-?\d{1,18}(\.\d{1,12})?$/, 'a decimal number as a string, such as "7.10"');

export const instant = z.iso.datetime({ offset: true, local: false });

/** Date with as much precision as is known. */
export const birthDate = z
  .string()
  .regex(/^\d{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?)?$/, 'YYYY, YYYY-MM or YYYY-MM-DD')
  .refine((text) => text.length < 10 || isDay(text), 'is no date')
  .refine((text) => text >= '1850', 'is longer ago than anyone lives');

/** `2025-02-30` is read as the second of March: not a day of the calendar. */
function isDay(text: string): boolean {
  const at = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(at.getTime()) && at.toISOString().startsWith(text);
}

export const sex = z.enum(['male', 'female', 'other', 'unknown']);
export const priority = z.enum(['routine', 'urgent', 'stat']);
export const comparator = z.enum(['<', '>', '<=', '>=']);
export const alert = z.enum(alertCodes);
export const role = z.enum(roles);
export const names = z.strictObject({ vi: line(200), en: line(200) });
export const version = z.int().min(1);

/** The body of an action that needs nothing. */
export const nothing = z.strictObject({}).nullish();
