import { Decimal } from 'decimal.js';

/** Far more digits than any analyzer prints: no product on the way of a result is rounded by accident. */
const Exact = Decimal.clone({ precision: 60, rounding: Decimal.ROUND_HALF_UP, toExpNeg: -60, toExpPos: 60 });

const form = /^[+-]?(\d+(\.\d*)?|\.\d+)$/;

/** Whether a text is a plain decimal number: digits, at most one point, a sign. No exponent, no blanks. */
export function isDecimal(text: string): boolean {
  return form.test(text) && text.length <= 40;
}

/**
 * A value times a factor, both decimal strings, exactly; rounded half up to `decimals` places, or, where none are given,
 * to as many significant digits as the value has.
 */
export function convertDecimal(value: string, factor: string, decimals?: number): string {
  const product = new Exact(value).times(factor);
  if (decimals !== undefined) return product.toFixed(decimals);
  return product.isZero() ? product.toFixed() : significantly(product, significantDigits(value));
}

/** Rounded half up to a number of places, as text with trailing zeros. */
export function roundDecimal(value: string, decimals: number): string {
  return new Exact(value).toFixed(decimals);
}

function significantly(value: Decimal, digits: number): string {
  const places = Math.max(0, digits - 1 - value.e);
  return value.toSignificantDigits(digits).toFixed(places);
}

function significantDigits(text: string): number {
  const digits = text.replace(/^[+-]/, '').replace('.', '').replace(/^0+/, '');
  return Math.max(1, digits.length);
}

/** Negative, zero or positive as the first is less than, equal to or greater than the second. */
export function compareDecimals(one: string, other: string): number {
  if (one.length <= exactLength && other.length <= exactLength && form.test(one) && form.test(other)) {
    const left = Number(one);
    const right = Number(other);
    return left < right ? -1 : left > right ? 1 : 0;
  }
  return new Exact(one).comparedTo(other);
}

/** Plain decimals of so few digits stand apart as binary numbers as they do on paper: their order is exact, and quick. */
const exactLength = 15;

/** For formulas: decimals of 60 digits. Numbers are never given, only decimal strings. */
export function decimal(value: string): Decimal {
  return new Exact(value);
}
