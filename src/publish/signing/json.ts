import { createHash } from 'node:crypto';
import canonicalize from 'canonicalize';
import { isLosslessNumber, LosslessNumber, parse } from 'lossless-json';

/** A JSON object as it was written, every number with its own digits. */
export type WrittenObject = Readonly<Record<string, unknown>>;

/** Read JSON text strictly: UTF-8, one object, no name twice. Throws SyntaxError. */
export function readWritten(raw: Uint8Array): WrittenObject {
  const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(raw);
  const value: unknown = parse(text);
  if (typeof value !== 'object' || value === null || Array.isArray(value) || value instanceof LosslessNumber)
    throw new SyntaxError('not a JSON object');
  return { ...value };
}

/** RFC 8785 form: what everyone can make again. Numbers are doubles in it: `7.10` becomes `7.1`. */
export function canonicalBytes(value: WrittenObject): Uint8Array {
  return Buffer.from(canonicalize(asNumbers(value)) ?? '', 'utf8');
}

function asNumbers(value: unknown): unknown {
  if (isLosslessNumber(value)) return Number(value.toString());
  if (Array.isArray(value)) return value.map(asNumbers);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, asNumbers(member)]));
}

/** SHA-256 over the RFC 8785 form with every number as it was written: sees a trailing zero. */
export function writtenHash(value: WrittenObject): string {
  return createHash('sha256').update(writtenForm(value)).digest('base64url');
}

function writtenForm(value: unknown): string {
  if (isLosslessNumber(value)) return value.toString();
  if (Array.isArray(value)) return `[${value.map(writtenForm).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null';
  const members = Object.entries(value).filter(([, member]) => member !== undefined);
  members.sort(([one], [other]) => (one < other ? -1 : 1));
  return `{${members.map(([name, member]) => `${JSON.stringify(name)}:${writtenForm(member)}`).join(',')}}`;
}
