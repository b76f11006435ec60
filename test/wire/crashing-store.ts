import type { Collection, Document, Store } from '../../src/store/collection.ts';

/** A store that dies at one of its writes, as a killed process does: nothing after that instant happens or answers. */
export interface CrashingStore extends Store {
  /** Writes asked for so far. */
  writes(): number;
  /** Resolves when it died. */
  readonly died: Promise<void>;
}

const writing = [
  'insertOne',
  'insertMany',
  'updateOne',
  'updateMany',
  'replaceOne',
  'findOneAndUpdate',
  'deleteOne',
  'deleteMany',
  'bulkWrite',
  'inTransaction',
];
/** What a MongoDB collection does not have. */
const embeddedOnly: readonly (string | symbol)[] = ['inTransaction', 'apply'];
const forever = new Promise<never>(() => undefined);

/**
 * @param at number of the write at which it dies, from 1; 0: never
 * @param when `before`: that write is not done; `after`: it is done and nobody hears of it
 * @param apart collections are written one after the other, as on MongoDB, not in one transaction
 */
export function crashingStore(inner: Store, at: number, when: 'before' | 'after', apart: boolean): CrashingStore {
  let count = 0;
  let dead = false;
  let tell: () => void = () => undefined;
  const died = new Promise<void>((resolve) => {
    tell = resolve;
  });
  const die = (): Promise<never> => {
    dead = true;
    tell();
    return forever;
  };

  function wrap<T extends Document>(collection: Collection<T>): Collection<T> {
    return new Proxy(collection, {
      has: (target, name) => !(apart && embeddedOnly.includes(name)) && Reflect.has(target, name),
      getPrototypeOf: (target) => (apart ? Object.prototype : Reflect.getPrototypeOf(target)),
      get(target, name) {
        if (apart && embeddedOnly.includes(name)) return undefined;
        const value: unknown = Reflect.get(target, name);
        if (typeof value !== 'function') return value;
        if (name === 'createIndex') return value.bind(target);
        if (!writing.includes(String(name)))
          return (...args: unknown[]) => (dead ? gone(name) : value.apply(target, args));
        return async (...args: unknown[]) => {
          if (dead) return forever;
          count += 1;
          if (count !== at) return value.apply(target, args);
          if (when === 'after') await value.apply(target, args);
          return die();
        };
      },
    });
  }

  return {
    ...inner,
    kind: inner.kind,
    collection: (name, hint) => wrap(inner.collection(name, hint)),
    writes: () => count,
    died,
  };
}

/** What a reader of a dead process gets: nothing, ever. */
function gone(name: string | symbol): unknown {
  if (name !== 'find') return forever;
  return { toArray: () => forever, explain: () => forever, [Symbol.asyncIterator]: () => ({ next: () => forever }) };
}
