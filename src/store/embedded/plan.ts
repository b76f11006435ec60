import type { Filter, Sort } from '../collection.ts';
import { type Conditions, conditionsOf, type PathCondition } from './conditions.ts';
import { type IndexDefinition, type KeyPart, keyPart } from './keys.ts';

/** A stretch of an index: keys that begin with `prefix`, then a bound on the next part. */
export interface Stretch {
  readonly prefix: readonly KeyPart[];
  readonly range?: PathCondition;
}

/** How a query is answered. */
export type Plan =
  | { readonly kind: 'ids'; readonly ids: readonly string[]; readonly sorted: boolean }
  | { readonly kind: 'primary'; readonly range: PathCondition; readonly reverse: boolean; readonly sorted: boolean }
  | {
      readonly kind: 'index';
      readonly index: IndexDefinition;
      readonly stretches: readonly Stretch[];
      readonly reverse: boolean;
      readonly sorted: boolean;
    }
  | { readonly kind: 'union'; readonly plans: readonly Plan[]; readonly sorted: false }
  | { readonly kind: 'scan'; readonly reverse: boolean; readonly sorted: boolean };

/** The most stretches `$in` lists may come to before they are no help. */
const mostStretches = 200;

/** Choose the way that looks at the fewest documents: id, then the index with most equalities, range and order. */
export function planFor(filter: Filter, sort: Sort | undefined, indexes: readonly IndexDefinition[]): Plan {
  const conditions = conditionsOf(filter);
  const byId = conditions.paths.get('_id');
  if (byId?.equals !== undefined) {
    const ids = byId.equals.filter((id): id is string => typeof id === 'string');
    return { kind: 'ids', ids, sorted: ids.length <= 1 };
  }
  let best: { plan: Plan; score: number } | null = null;
  for (const index of indexes) {
    const found = planOn(index, conditions, sort);
    if (found !== null && (best === null || found.score > best.score)) best = found;
  }
  if (best !== null && best.score >= 10) return best.plan;
  const idSort = sort === undefined || Object.keys(sort).length === 0 || Object.keys(sort)[0] === '_id';
  const idReverse = sort?._id === -1;
  if (byId !== undefined) return { kind: 'primary', range: byId, reverse: idReverse, sorted: idSort };
  const branches = conditions.or.map((each) => each.map((branch) => planFor(branch, undefined, indexes)));
  const union = branches.find((plans) => plans.every((plan) => plan.kind !== 'scan'));
  if (union !== undefined) return { kind: 'union', plans: union, sorted: false };
  if (best !== null) return best.plan;
  return { kind: 'scan', reverse: idReverse, sorted: idSort };
}

function planOn(
  index: IndexDefinition,
  conditions: Conditions,
  sort: Sort | undefined,
): { plan: Plan; score: number } | null {
  let prefixes: KeyPart[][] = [[]];
  let equalities = 0;
  let single = 0;
  for (const path of index.paths) {
    const equals = conditions.paths.get(path)?.equals;
    if (equals === undefined || prefixes.length * equals.length > mostStretches) break;
    // A sparse index does not hold documents without the field.
    if (index.sparse && equals.includes(keyPart(null))) return null;
    prefixes = prefixes.flatMap((prefix) => equals.map((value) => [...prefix, value]));
    if (equals.length === 1 && single === equalities) single += 1;
    equalities += 1;
  }
  const next = index.paths[equalities];
  const range = next === undefined ? undefined : conditions.paths.get(next);
  const ordered = sortedBy(index, equalities, prefixes.length, sort);
  if (index.sparse && equalities === 0 && range === undefined) return null;
  const ranged = range !== undefined && range.equals === undefined;
  const score = equalities * 10 + (ranged ? 10 : 0) + (ordered.matches && sort !== undefined ? 6 : 0);
  if (score === 0) return null;
  const stretches = prefixes.map((prefix): Stretch => (ranged ? { prefix, range } : { prefix }));
  return { plan: { kind: 'index', index, stretches, reverse: ordered.reverse, sorted: ordered.matches }, score };
}

/** Whether walking the index behind its equalities gives the wanted order, and in which direction. */
function sortedBy(
  index: IndexDefinition,
  equalities: number,
  stretches: number,
  sort: Sort | undefined,
): { matches: boolean; reverse: boolean } {
  const wanted = Object.entries(sort ?? {});
  if (wanted.length === 0) return { matches: sort === undefined, reverse: false };
  if (stretches > 1) return { matches: false, reverse: false };
  const direction = wanted[0]?.[1] ?? 1;
  const free = wanted.filter(([path]) => !index.paths.slice(0, equalities).includes(path));
  const paths = [...index.paths.slice(equalities), '_id'];
  const matches = free.every(([path, each], position) => paths[position] === path && each === direction);
  return { matches, reverse: direction === -1 };
}
