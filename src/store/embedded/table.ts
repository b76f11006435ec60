import type { Database, RootDatabase } from 'lmdb';
import { LisError } from '../../errors.ts';
import type { Document, Filter, Sort } from '../collection.ts';
import type { PathCondition } from './conditions.ts';
import { type IndexDefinition, type KeyPart, keysOf } from './keys.ts';
import { matcher } from './match.ts';
import { valuesAt } from './paths.ts';
import type { Plan, Stretch } from './plan.ts';
import { planFor } from './plan.ts';

/** How many were looked at. */
export interface Examined {
  documents: number;
  keys: number;
}

export interface OpenIndex {
  readonly definition: IndexDefinition;
  readonly entries: Database<null, KeyPart[]>;
}

/** Sorts after every string and number in ordered-binary keys. */
const afterAll = Buffer.from([0xff]);

/**
 * One collection on LMDB: documents by id, and one sub-database an index whose keys are the indexed values and the id.
 * `put` and `remove` belong inside a transaction of the root; reads see what the transaction has written.
 */
export class Table<T extends Document> {
  readonly name: string;
  readonly #root: RootDatabase;
  readonly #documents: Database<T, string>;
  #indexes: OpenIndex[] = [];

  constructor(root: RootDatabase, name: string) {
    this.name = name;
    this.#root = root;
    this.#documents = root.openDB<T, string>({ name: `c:${name}`, encoding: 'msgpack', cache: false });
  }

  get definitions(): readonly IndexDefinition[] {
    return this.#indexes.map((each) => each.definition);
  }

  get(id: string): T | undefined {
    return id.length > 400 ? undefined : this.#documents.get(id);
  }

  /** Open an index's sub-database: outside a transaction, as LMDB wants it. */
  openIndex(definition: IndexDefinition): OpenIndex {
    const entries = this.#root.openDB<null, KeyPart[]>({
      name: `i:${this.name}:${definition.name}`,
      encoding: 'msgpack',
      cache: false,
    });
    return { definition, entries };
  }

  /** Put an opened index to work; when the collection has documents from before it, it is filled. In a transaction. */
  fillIndex(index: OpenIndex): void {
    if (index.entries.getKeysCount({ limit: 1 }) === 0) {
      for (const { value } of this.#documents.getRange({})) this.#enter(index, value);
    }
    this.#indexes.push(index);
  }

  count(filter: Filter): number {
    if (Object.keys(filter).length === 0) return this.#documents.getCount();
    const matches = matcher(filter);
    let count = 0;
    for (const document of this.#candidates(planFor(filter, undefined, this.definitions), undefined)) {
      if (matches(document)) count += 1;
    }
    return count;
  }

  /** Write a document over `before` (undefined: a new one). Throws STORE_DUPLICATE_KEY before anything is written. */
  put(document: T, before: T | undefined): void {
    if (document._id.length > 400)
      throw new LisError('STORE_QUERY_UNSUPPORTED', { operator: 'an _id of over 400 characters' });
    for (const index of this.#indexes) if (index.definition.unique) this.#refuseDouble(index, document);
    for (const index of this.#indexes) this.#reenter(index, document, before);
    this.#documents.putSync(document._id, document);
  }

  remove(document: T): void {
    for (const { definition, entries } of this.#indexes) {
      for (const key of keysOf(document, definition)) entries.removeSync([...key, document._id]);
    }
    this.#documents.removeSync(document._id);
  }

  #enter(index: OpenIndex, document: T): void {
    for (const key of keysOf(document, index.definition)) index.entries.putSync([...key, document._id], null);
  }

  #reenter(index: OpenIndex, document: T, before: T | undefined): void {
    const fresh = keysOf(document, index.definition);
    if (before === undefined) {
      for (const key of fresh) index.entries.putSync([...key, document._id], null);
      return;
    }
    const old = keysOf(before, index.definition);
    const same = (one: KeyPart[]) => (other: KeyPart[]) => one.every((part, position) => part === other[position]);
    for (const key of old) if (!fresh.some(same(key))) index.entries.removeSync([...key, document._id]);
    for (const key of fresh) if (!old.some(same(key))) index.entries.putSync([...key, document._id], null);
  }

  #refuseDouble(index: OpenIndex, document: T): void {
    for (const key of keysOf(document, index.definition)) {
      for (const found of index.entries.getKeys({ start: [...key], end: [...key, afterAll] as never })) {
        const other = this.#documents.get(String(found.at(-1)));
        if (other === undefined || other._id === document._id) continue;
        const equal = index.definition.paths.every((path) => {
          const values = valuesAt(other, path);
          return valuesAt(document, path).some((value) => values.includes(value));
        });
        if (equal) throw new LisError('STORE_DUPLICATE_KEY', { collection: this.name, key: index.definition.name });
      }
    }
  }

  /** Matching documents in the wanted order. */
  find(
    filter: Filter,
    options: { sort?: Sort | undefined; skip?: number | undefined; limit?: number | undefined },
    examined?: Examined,
  ): T[] {
    const id = onlyId(filter);
    if (id !== null && options.skip === undefined) {
      const known = this.get(id);
      if (known === undefined) return [];
      if (examined !== undefined) examined.documents += 1;
      return [known];
    }
    const plan = planFor(filter, options.sort, this.definitions);
    const matches = matcher(filter);
    const skip = options.skip ?? 0;
    const wanted = options.limit === undefined || options.limit === 0 ? Number.POSITIVE_INFINITY : options.limit + skip;
    const found: T[] = [];
    for (const document of this.#candidates(plan, examined)) {
      if (!matches(document)) continue;
      found.push(document);
      if (plan.sorted && found.length >= wanted) break;
    }
    if (!plan.sorted && options.sort !== undefined) found.sort(comparator(options.sort));
    return skip === 0 && found.length <= wanted ? found : found.slice(skip, wanted);
  }

  planName(filter: Filter, sort: Sort | undefined): string | null {
    return nameOf(planFor(filter, sort, this.definitions));
  }

  *#candidates(plan: Plan, examined: Examined | undefined): Generator<T> {
    const seen = new Set<string>();
    const multiple = plan.kind === 'union' || plan.kind === 'index';
    for (const id of this.#ids(plan, examined)) {
      if (typeof id !== 'string') {
        if (examined !== undefined) examined.documents += 1;
        yield id;
        continue;
      }
      if (multiple && seen.has(id)) continue;
      seen.add(id);
      const document = this.get(id);
      if (document === undefined) continue;
      if (examined !== undefined) examined.documents += 1;
      yield document;
    }
  }

  *#ids(plan: Plan, examined: Examined | undefined): Generator<string | T> {
    switch (plan.kind) {
      case 'ids':
        yield* plan.ids;
        break;
      case 'union':
        for (const each of plan.plans) yield* this.#ids(each, examined);
        break;
      case 'primary':
      case 'scan':
        for (const { value } of this.#documents.getRange(primaryRange(plan))) yield value;
        break;
      case 'index': {
        const open = this.#indexes.find((each) => each.definition === plan.index);
        if (open === undefined) break;
        for (const stretch of plan.stretches) {
          for (const key of open.entries.getKeys({ ...stretchRange(stretch, plan.reverse), snapshot: false })) {
            if (examined !== undefined) examined.keys += 1;
            yield String(key.at(-1));
          }
        }
        break;
      }
      default:
        plan satisfies never;
    }
  }
}

/** The id where a filter asks for one document by it and nothing else; null otherwise. */
function onlyId(filter: Filter): string | null {
  const { _id } = filter;
  if (typeof _id !== 'string') return null;
  for (const path in filter) if (path !== '_id') return null;
  return _id;
}

function nameOf(plan: Plan): string | null {
  switch (plan.kind) {
    case 'ids':
    case 'primary':
      return '_id';
    case 'index':
      return plan.index.name;
    case 'union':
      return plan.plans.map((each) => nameOf(each) ?? 'scan').join(' | ');
    case 'scan':
      return null;
    default:
      return plan satisfies never;
  }
}

type Bounds = { start?: never; end?: never; reverse?: boolean; exclusiveStart?: boolean; inclusiveEnd?: boolean };

function primaryRange(plan: Extract<Plan, { kind: 'primary' | 'scan' }>): Bounds {
  const range: PathCondition = plan.kind === 'primary' ? plan.range : {};
  const low = range.from === undefined ? undefined : String(range.from.value);
  const high = range.to === undefined ? undefined : String(range.to.value);
  return directed(low, high, plan.reverse) as Bounds;
}

/** Bounds are generous by one key at either end: the matcher decides. */
function stretchRange({ prefix, range }: Stretch, reverse: boolean): Bounds {
  const low = range?.from === undefined ? [...prefix] : [...prefix, range.from.value];
  const high = range?.to === undefined ? [...prefix, afterAll] : [...prefix, range.to.value, afterAll];
  return directed(low, high, reverse) as Bounds;
}

function directed(low: unknown, high: unknown, reverse: boolean): Record<string, unknown> {
  const bounds = reverse ? { start: high, end: low } : { start: low, end: high };
  return {
    ...(bounds.start === undefined ? {} : { start: bounds.start }),
    ...(bounds.end === undefined ? {} : { end: bounds.end, inclusiveEnd: true }),
    ...(reverse ? { reverse: true } : {}),
  };
}

/** Order as MongoDB has it: absent before numbers before text. */
function comparator(sort: Sort): (one: unknown, other: unknown) => number {
  const parts = Object.entries(sort);
  return (one, other) => {
    for (const [path, direction] of parts) {
      const order = compare(first(one, path, direction), first(other, path, direction));
      if (order !== 0) return order * direction;
    }
    return 0;
  };
}

/** Of an array the smallest counts going up, the largest going down. */
function first(document: unknown, path: string, direction: 1 | -1): unknown {
  const values = valuesAt(document, path);
  return values.length <= 1 ? values[0] : [...values].sort((one, other) => compare(one, other) * direction)[0];
}

function compare(one: unknown, other: unknown): number {
  const rank = (value: unknown): number =>
    value === undefined || value === null ? 0 : typeof value === 'number' ? 1 : typeof value === 'string' ? 2 : 3;
  const ranks = rank(one) - rank(other);
  if (ranks !== 0) return ranks;
  if (typeof one === 'number' && typeof other === 'number') return one - other;
  if (typeof one === 'boolean' && typeof other === 'boolean') return Number(one) - Number(other);
  const left = String(one ?? '');
  const right = String(other ?? '');
  return left < right ? -1 : left > right ? 1 : 0;
}
