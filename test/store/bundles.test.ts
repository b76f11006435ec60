import fc from 'fast-check';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Collection, Document, Filter, FindOptions, WriteOperation } from '../../src/store/collection.ts';
import { openTemporaryStore, type TemporaryStore } from './temporary.ts';

interface Value extends Document {
  readonly tube?: string;
  readonly at?: number;
  readonly code?: string;
  readonly words?: readonly string[];
}

let temporary: TemporaryStore;
beforeEach(async () => {
  temporary = await openTemporaryStore();
});
afterEach(() => temporary.close());

async function indexed(collection: Collection<Value>): Promise<Collection<Value>> {
  await collection.createIndex({ tube: 1 });
  await collection.createIndex({ at: 1 }, { sparse: true });
  await collection.createIndex({ code: 1 }, { unique: true, sparse: true });
  await collection.createIndex({ words: 1, at: -1 });
  return collection;
}

const some = <T>(...values: readonly T[]): fc.Arbitrary<T> => fc.constantFrom(...values);
const ids = fc.tuple(some('a', 'b'), some('1', '2', '3', '4')).map((parts) => parts.join(''));
const fields = fc.record(
  {
    tube: some('t1', 't2'),
    at: fc.nat(4),
    code: some('x', 'y', 'z'),
    words: fc.array(some('H', 'L'), { maxLength: 2 }),
  },
  { requiredKeys: [] },
);
const documents: fc.Arbitrary<Value> = fc.tuple(ids, fields).map(([_id, rest]) => ({ _id, ...rest }));
const filters: fc.Arbitrary<Filter> = fc.oneof(
  ids.map((_id) => ({ _id })),
  some('t1', 't2').map((tube) => ({ tube })),
  fc.nat(4).map((at) => ({ at: { $gte: at } })),
  fc.array(ids, { maxLength: 4 }).map((each) => ({ _id: { $in: each } })),
);
const operations: fc.Arbitrary<WriteOperation<Value>> = fc.oneof(
  documents.map((document) => ({ insertOne: { document } })),
  documents.map((document) => ({ insertAbsent: { document } })),
  documents.map((replacement) => ({ replaceOne: { filter: { _id: replacement._id }, replacement, upsert: true } })),
  fc.tuple(filters, fields).map(([filter, $set]) => ({ updateOne: { filter, update: { $set } } })),
  ids.map((_id) => ({ updateOne: { filter: { _id }, update: { $inc: { at: 1 }, $unset: { code: '' as const } } } })),
  ids.map((_id) => ({ deleteOne: { filter: { _id } } })),
);

/** What a person could ask: every shape of plan, both directions, with and without an end. */
const questions: readonly (readonly [Filter, FindOptions?])[] = [
  [{}, { sort: { _id: 1 } }],
  [{}, { sort: { _id: -1 }, limit: 3 }],
  [{ _id: { $gt: 'a2', $lte: 'b2' } }, { sort: { _id: 1 } }],
  [{ _id: { $in: ['b3', 'a1', 'a2', 'none'] } }, { sort: { _id: 1 } }],
  [{ tube: 't1' }, { sort: { _id: 1 } }],
  [{ at: { $gt: 0 } }, { sort: { at: 1, _id: 1 }, limit: 4 }],
  [{ at: { $gte: 0 } }, { sort: { at: -1, _id: -1 }, skip: 1, limit: 3 }],
  [{ code: 'x' }],
  [{ words: 'H' }, { sort: { _id: 1 } }],
  [{ $or: [{ tube: 't2' }, { at: 2 }] }, { sort: { _id: 1 } }],
];

it('documents in bundles answer as those that lie one by one, whatever was written', async () => {
  let turn = 0;
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.array(operations, { minLength: 1, maxLength: 8 }), { maxLength: 6 }),
      async (writes) => {
        turn += 1;
        const single = await indexed(temporary.store.collection<Value>(`single-${turn % 6}`));
        const bundled = await indexed(temporary.store.collection<Value>(`bundled-${turn % 6}`, { together: 1 }));
        await Promise.all([single.deleteMany({}), bundled.deleteMany({})]);
        for (const write of writes) {
          const [one, other] = await Promise.allSettled([single.bulkWrite(write), bundled.bulkWrite(write)]);
          expect(outcomeOf(other)).toEqual(outcomeOf(one));
          for (const [filter, options] of questions) {
            const expected = await single.find(filter, options).toArray();
            expect(await bundled.find(filter, options).toArray()).toEqual(expected);
          }
          expect(await bundled.countDocuments({})).toBe(await single.countDocuments({}));
        }
      },
    ),
    { numRuns: 60, seed: 4 },
  );
});

function outcomeOf(settled: PromiseSettledResult<unknown>): unknown {
  return settled.status === 'fulfilled' ? settled.value : (settled.reason as { code: string }).code;
}

it('what an earlier version kept one by one is in bundles after the next start, and stays there', async () => {
  const before = await indexed(temporary.store.collection<Value>('values'));
  const written: Value[] = Array.from({ length: 2_300 }, (_each, n) => ({
    _id: `${String(n % 400).padStart(3, '0')}-${n}`,
    tube: `t${n % 400}`,
  }));
  await before.insertMany(written);
  for (let start = 0; start < 2; start += 1) {
    const store = await temporary.reopen();
    const after = await indexed(store.collection<Value>('values', { together: 3 }));
    expect(await after.countDocuments({})).toBe(written.length);
    const found = await after.find({ tube: 't7' }, { sort: { _id: 1 } }).toArray();
    expect(found.map((each) => each._id)).toEqual(['007-1207', '007-1607', '007-2007', '007-407', '007-7', '007-807']);
  }
});
