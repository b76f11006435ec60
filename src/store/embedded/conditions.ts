import type { Filter } from '../collection.ts';
import { type KeyPart, keyPart } from './keys.ts';

/** What a filter says of one path, as far as an index can use it. */
export interface PathCondition {
  /** Any of these values. */
  readonly equals?: readonly KeyPart[];
  readonly from?: { readonly value: KeyPart; readonly inclusive: boolean };
  readonly to?: { readonly value: KeyPart; readonly inclusive: boolean };
}

/** Conditions that must all hold, by path; `$or` branches stay apart. */
export interface Conditions {
  readonly paths: ReadonlyMap<string, PathCondition>;
  readonly or: readonly (readonly Filter[])[];
}

/** Read the conjunctive conditions of a filter. What an index can't use is left to the matcher. */
export function conditionsOf(filter: Filter): Conditions {
  const paths = new Map<string, PathCondition>();
  const or: (readonly Filter[])[] = [];
  collect(filter, paths, or);
  return { paths, or };
}

function collect(filter: Filter, paths: Map<string, PathCondition>, or: (readonly Filter[])[]): void {
  for (const [path, condition] of Object.entries(filter)) {
    if (condition === undefined) continue;
    if (path === '$and' && Array.isArray(condition)) {
      for (const each of condition as readonly Filter[]) collect(each, paths, or);
    } else if (path === '$or' && Array.isArray(condition)) {
      or.push(condition as readonly Filter[]);
    } else if (!path.startsWith('$')) {
      const read = readCondition(condition);
      if (read !== null) paths.set(path, merge(paths.get(path), read));
    }
  }
}

function readCondition(condition: unknown): PathCondition | null {
  if (condition === null || typeof condition !== 'object') return { equals: [keyPart(condition)] };
  const found = condition as Readonly<Record<string, unknown>>;
  if ('$eq' in found) return { equals: [keyPart(found.$eq)] };
  if (Array.isArray(found.$in)) return { equals: [...new Set(found.$in.map(keyPart))] };
  if (typeof found.$regex === 'string') return prefixRange(found.$regex);
  const from = bound(found.$gt, false) ?? bound(found.$gte, true);
  const to = bound(found.$lt, false) ?? bound(found.$lte, true);
  if (from === undefined && to === undefined) return null;
  return { ...(from === undefined ? {} : { from }), ...(to === undefined ? {} : { to }) };
}

function bound(value: unknown, inclusive: boolean): { value: KeyPart; inclusive: boolean } | undefined {
  if (typeof value !== 'string' && typeof value !== 'number') return undefined;
  const part = keyPart(value);
  // A shortened text can't tell inside from outside at its very end: the document decides.
  return { value: part, inclusive: inclusive || (typeof value === 'string' && part !== value) };
}

/** `^literal` as the range of texts that begin so. */
function prefixRange(pattern: string): PathCondition | null {
  if (!pattern.startsWith('^')) return null;
  const prefix = pattern.slice(1).replaceAll(/\\(.)/g, '$1');
  if (prefix === '' || /[.*+?()[\]{}|$]/.test(pattern.slice(1).replaceAll(/\\./g, ''))) return null;
  return {
    from: { value: keyPart(prefix), inclusive: true },
    to: { value: keyPart(`${prefix}\uffff`), inclusive: true },
  };
}

function merge(one: PathCondition | undefined, other: PathCondition): PathCondition {
  if (one === undefined) return other;
  if (one.equals !== undefined && other.equals !== undefined) {
    const both = one.equals.filter((value) => other.equals?.includes(value));
    return { equals: both };
  }
  if (one.equals !== undefined) return one;
  if (other.equals !== undefined) return other;
  const from = tighter(one.from, other.from, 1);
  const to = tighter(one.to, other.to, -1);
  return { ...(from === undefined ? {} : { from }), ...(to === undefined ? {} : { to }) };
}

type Bound = NonNullable<PathCondition['from']>;

function tighter(one: Bound | undefined, other: Bound | undefined, sign: 1 | -1): Bound | undefined {
  if (one === undefined) return other;
  if (other === undefined) return one;
  const order = String(one.value) < String(other.value) ? -1 : 1;
  if (typeof one.value === 'number' && typeof other.value === 'number')
    return (one.value - other.value) * sign >= 0 ? one : other;
  return order * sign >= 0 ? one : other;
}
