import type { Database, RootDatabase } from 'lmdb';
import { LisError } from '../../errors.ts';
import type { Document, Filter, Sort } from '../collection.ts';
import { bundles, gatherSingles } from './bundles.ts';
import type { PathCondition } from './conditions.ts';
import { hasKey, type IndexDefinition, type KeyPart, keysOf, keysOfAll } from './keys.ts';
import { matcher } from './match.ts';
import { comparator } from './order.ts';
import { valuesAt } from './paths.ts';
import type { Plan, Stretch } from './plan.ts';
import { planFor } from './plan.ts';
import { type Bounds, rangeOf } from './ranges.ts';
import type { Changed, Stretch as IdStretch, Shelf } from './shelf.ts';
import { singles } from './singles.ts';

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
 * One collection on LMDB: documents on their shelf, and one sub-database an index whose keys are the indexed values and
 * the place of the document. `put`, `remove` and `flush` belong inside a transaction of the root; reads see what the
 * transaction has written.
 */
export class Table<T extends Document> {
  readonly name: string;
  readonly #root: RootDatabase;
  readonly #shelf: Shelf<T>;
  readonly #indexName: (definition: IndexDefinition) => string;
  #indexes: OpenIndex[] = [];

  /** @param together see `CollectionHint` */
  constructor(root: RootDatabase, name: string, together?: number) {
    this.name = name;
    this.#root = root;
    const changed: Changed<T> = (place, before, after) => this.#reenter(place, before, after);
    if (together === undefined) {
      this.#shelf = singles(root, name, changed);
      this.#indexName = (definition) => `i:${name}:${definition.name}`;
    } else {
      this.#shelf = bundles(root, name, together, changed);
      this.#indexName = (definition) => `bi:${name}:${definition.name}`;
      gatherSingles(root, name, this.#shelf);
    }
  }

  get definitions(): readonly IndexDefinition[] {
    return this.#indexes.map((each) => each.definition);
  }

  get(id: string): T | undefined {
    return id.length > longestId ? undefined : this.#shelf.get(id);
  }

  /** Open an index's sub-database: outside a transaction, as LMDB wants it. */
  openIndex(definition: IndexDefinition): OpenIndex {
    const entries = this.#root.openDB<null, KeyPart[]>({
      name: this.#indexName(definition),
      encoding: 'msgpack',
      cache: false,
    });
    return { definition, entries };
  }

  /** Put an opened index to work; when the collection has documents from before it, it is filled. In a transaction. */
  fillIndex(index: OpenIndex): void {
    if (index.entries.getKeysCount({ limit: 1 }) === 0) {
      for (const document of this.#shelf.range({ reverse: false })) {
        const place = this.#shelf.placeOf(document._id);
        for (const key of keysOf(document, index.definition)) index.entries.putSync([...key, place], null);
      }
    }
    this.#indexes.push(index);
  }

  count(filter: Filter): number {
    if (Object.keys(filter).length === 0) return this.#shelf.count();
    const matches = matcher(filter);
    let count = 0;
    for (const document of this.#candidates(planFor(filter, undefined, this.definitions), undefined)) {
      if (matches(document)) count += 1;
    }
    return count;
  }

  /** Write a document over `before` (undefined: a new one). Throws STORE_DUPLICATE_KEY before anything is written. */
  put(document: T, before: T | undefined): void {
    if (document._id.length > longestId)
      throw new LisError('STORE_QUERY_UNSUPPORTED', { operator: 'an _id of over 400 characters' });
    for (const index of this.#indexes) if (index.definition.unique) this.#refuseDouble(index, document);
    this.#shelf.put(document, before);
  }

  remove(document: T): void {
    this.#shelf.remove(document);
  }

  /** End a write: all of it is in the transaction now. */
  flush(): void {
    this.#shelf.flush();
  }

  /** Index entries of a place follow what lies there. */
  #reenter(place: string, before: readonly T[], after: readonly T[]): void {
    for (const { definition, entries } of this.#indexes) {
      const old = keysOfAll(before, definition);
      const fresh = keysOfAll(after, definition);
      for (const key of old) if (!hasKey(fresh, key)) entries.removeSync([...key, place]);
      for (const key of fresh) if (!hasKey(old, key)) entries.putSync([...key, place], null);
    }
  }

  #refuseDouble(index: OpenIndex, document: T): void {
    this.#shelf.flush();
    for (const key of keysOf(document, index.definition)) {
      for (const found of index.entries.getKeys({ start: [...key], end: [...key, afterAll] as never })) {
        for (const other of this.#shelf.behind(String(found.at(-1)))) {
          if (other._id === document._id) continue;
          const equal = index.definition.paths.every((path) => {
            const values = valuesAt(other, path);
            return valuesAt(document, path).some((value) => values.includes(value));
          });
          if (equal) throw new LisError('STORE_DUPLICATE_KEY', { collection: this.name, key: index.definition.name });
        }
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

  /** Each document of a plan once. */
  *#candidates(plan: Plan, examined: Examined | undefined): Generator<T> {
    const seen = plan.kind === 'union' || plan.kind === 'index' ? new Set<string>() : null;
    for (const document of this.#documents(plan, examined)) {
      if (examined !== undefined) examined.documents += 1;
      if (seen?.has(document._id) === true) continue;
      seen?.add(document._id);
      yield document;
    }
  }

  *#documents(plan: Plan, examined: Examined | undefined): Generator<T> {
    switch (plan.kind) {
      case 'ids':
        yield* this.#shelf.at(plan.ids.filter((id) => id.length <= longestId));
        break;
      case 'union':
        for (const each of plan.plans) yield* this.#documents(each, examined);
        break;
      case 'primary':
      case 'scan':
        yield* this.#shelf.range(stretchOf(plan));
        break;
      case 'index':
        this.#shelf.flush();
        for (const stretch of plan.stretches) yield* this.#indexed(plan, stretch, examined);
        break;
      default:
        plan satisfies never;
    }
  }

  /** Documents in the order of their entries: of a place those that the entry is about. */
  *#indexed(plan: IndexPlan, stretch: Stretch, examined: Examined | undefined): Generator<T> {
    const open = this.#indexes.find((each) => each.definition === plan.index);
    if (open === undefined) return;
    let last: { readonly place: string; readonly documents: readonly T[] } = { place: '', documents: [] };
    for (const entry of open.entries.getKeys({ ...stretchRange(stretch, plan.reverse), snapshot: false })) {
      if (examined !== undefined) examined.keys += 1;
      const place = String(entry.at(-1));
      if (last.place !== place) last = { place, documents: this.#shelf.behind(place) };
      const { documents } = last;
      if (documents.length <= 1) yield* documents;
      else {
        const key = entry.slice(0, -1);
        const own = documents.filter((each) => hasKey(keysOf(each, plan.index), key));
        // A text that LMDB gives back otherwise than it took it (half a surrogate pair) is no reason to miss a document.
        const meant = own.length === 0 ? [...documents] : own;
        yield* plan.reverse ? meant.reverse() : meant;
      }
    }
  }
}

/** LMDB takes keys of up to 1,978 bytes. */
const longestId = 400;

type IndexPlan = Extract<Plan, { kind: 'index' }>;

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

function stretchOf(plan: Extract<Plan, { kind: 'primary' | 'scan' }>): IdStretch {
  const range: PathCondition = plan.kind === 'primary' ? plan.range : {};
  return {
    from: range.from === undefined ? undefined : String(range.from.value),
    to: range.to === undefined ? undefined : String(range.to.value),
    reverse: plan.reverse,
  };
}

/** Bounds are generous by one key at either end: the matcher decides. */
function stretchRange({ prefix, range }: Stretch, reverse: boolean): Bounds {
  const low = range?.from === undefined ? [...prefix] : [...prefix, range.from.value];
  const high = range?.to === undefined ? [...prefix, afterAll] : [...prefix, range.to.value, afterAll];
  return rangeOf(low, high, reverse);
}
