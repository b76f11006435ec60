import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Collection, Document, Filter, Update } from '../../src/store/collection.ts';
import { storeKinds } from './mongo-server.ts';
import { openTemporaryStore, type TemporaryStore } from './temporary.ts';

interface Tube extends Document {
  readonly _id: string;
  readonly place?: string | null;
  readonly state?: string;
  readonly count?: number;
  readonly tags?: readonly string[];
  readonly work?: { readonly open?: boolean; readonly rank?: string; readonly sections?: readonly string[] };
  readonly parts?: readonly { readonly id: string; readonly at: number }[];
  readonly raw?: Uint8Array;
  readonly note?: unknown;
}

describe.each(storeKinds())('the store contract on %s', (kind) => {
  let temporary: TemporaryStore;
  let tubes: Collection<Tube>;

  beforeEach(async () => {
    temporary = await openTemporaryStore(kind);
    tubes = temporary.store.collection<Tube>('tubes');
  });
  afterEach(() => temporary.close());

  const ids = async (filter: Filter, options = {}): Promise<string[]> =>
    (await tubes.find(filter, options).toArray()).map((each) => each._id);

  describe('documents', () => {
    it('come back as they went in: nested, arrays, null, bytes, text of any script', async () => {
      const tube: Tube = {
        _id: 'a.1/§ống',
        place: null,
        count: -0.5,
        tags: ['', 'µmol/L', '\u0000\u001f'],
        work: { open: true, sections: [] },
        parts: [{ id: 'x', at: 1 }],
        raw: Uint8Array.from([0, 1, 0x1c, 0x0d, 255]),
      };
      await tubes.insertOne(tube);
      const found = await tubes.findOne({ _id: tube._id });
      const { raw: _raw, ...rest } = tube;
      expect(found).toMatchObject(rest);
      expect(found?.raw).toBeInstanceOf(Uint8Array);
      expect([...(found?.raw ?? [])]).toEqual([0, 1, 0x1c, 0x0d, 255]);
    });

    it('are absent until inserted and gone after deletion', async () => {
      expect(await tubes.findOne({ _id: 'a' })).toBeNull();
      await tubes.insertMany([{ _id: 'a' }, { _id: 'b' }, { _id: 'c' }]);
      expect(await tubes.countDocuments({})).toBe(3);
      expect(await tubes.deleteOne({ _id: 'a' })).toBe(1);
      expect(await tubes.deleteOne({ _id: 'a' })).toBe(0);
      expect(await tubes.deleteMany({})).toBe(2);
      expect(await tubes.countDocuments({})).toBe(0);
    });

    it('with an id that is there are refused, and what is there stays', async () => {
      await tubes.insertOne({ _id: 'a', count: 1 });
      await expect(tubes.insertOne({ _id: 'a', count: 2 })).rejects.toMatchObject({ code: 'STORE_DUPLICATE_KEY' });
      expect((await tubes.findOne({ _id: 'a' }))?.count).toBe(1);
    });

    it('before a refused one of insertMany stand', async () => {
      await tubes.insertOne({ _id: 'b' });
      await expect(tubes.insertMany([{ _id: 'a' }, { _id: 'b' }, { _id: 'c' }])).rejects.toMatchObject({
        code: 'STORE_DUPLICATE_KEY',
      });
      expect(await ids({}, { sort: { _id: 1 } })).toEqual(['a', 'b']);
    });

    it('stay after the store was closed and opened', async () => {
      await tubes.insertOne({ _id: 'a', state: 'received' });
      await tubes.createIndex({ state: 1 });
      const reopened = (await temporary.reopen()).collection<Tube>('tubes');
      await reopened.createIndex({ state: 1 });
      expect(await reopened.find({ state: 'received' }).toArray()).toEqual([{ _id: 'a', state: 'received' }]);
    });
  });

  describe('conditions', () => {
    const laboratory: readonly Tube[] = [
      {
        _id: '1',
        state: 'received',
        count: 1,
        tags: ['H', 'A'],
        work: { open: true, rank: '0a', sections: ['chemistry'] },
      },
      { _id: '2', state: 'received', count: 2, tags: [], work: { open: false, rank: '1a' } },
      {
        _id: '3',
        state: 'stored',
        count: 3,
        parts: [
          { id: 'x', at: 1 },
          { id: 'y', at: 9 },
        ],
      },
      { _id: '4', place: null, count: 10 },
      {
        _id: '5',
        place: 'fridge',
        state: 'stored',
        tags: ['L'],
        work: { open: true, rank: '0b', sections: ['hematology', 'chemistry'] },
      },
    ];
    const cases: readonly (readonly [string, Filter, readonly string[]])[] = [
      ['equality', { state: 'received' }, ['1', '2']],
      ['two equalities', { state: 'received', count: 2 }, ['2']],
      ['an undefined condition is none', { state: 'stored', count: undefined }, ['3', '5']],
      ['equality with null finds null and absent', { place: null }, ['1', '2', '3', '4']],
      ['$eq', { count: { $eq: 3 } }, ['3']],
      ['$ne also finds absent', { state: { $ne: 'received' } }, ['3', '4', '5']],
      ['$in', { count: { $in: [1, 10, 77] } }, ['1', '4']],
      ['$in with nothing', { count: { $in: [] } }, []],
      ['$nin', { state: { $nin: ['received', 'stored'] } }, ['4']],
      ['$gt', { count: { $gt: 2 } }, ['3', '4']],
      ['$gte and $lt', { count: { $gte: 2, $lt: 10 } }, ['2', '3']],
      ['$lte on text', { 'work.rank': { $lte: '0b' } }, ['1', '5']],
      ['a range does not cross kinds', { state: { $gt: 0 } }, []],
      ['$exists true', { place: { $exists: true } }, ['4', '5']],
      ['$exists false', { work: { $exists: false } }, ['3', '4']],
      ['a dotted path', { 'work.open': true }, ['1', '5']],
      ['a member of an array', { tags: 'H' }, ['1']],
      ['a member of a nested array', { 'work.sections': 'chemistry' }, ['1', '5']],
      ['a field of the elements of an array', { 'parts.id': 'y' }, ['3']],
      ['$elemMatch on one and the same element', { parts: { $elemMatch: { id: 'x', at: { $gt: 5 } } } }, []],
      ['$elemMatch', { parts: { $elemMatch: { id: 'y', at: { $gt: 5 } } } }, ['3']],
      ['$or', { $or: [{ count: 1 }, { place: 'fridge' }] }, ['1', '5']],
      ['$and', { $and: [{ state: 'stored' }, { count: 3 }] }, ['3']],
      ['$or beside equality', { state: 'stored', $or: [{ count: 3 }, { count: 1 }] }, ['3']],
      ['prefix by $regex', { 'work.rank': { $regex: '^0' } }, ['1', '5']],
      ['prefix with an escaped character', { place: { $regex: '^fr\\.' } }, []],
    ];

    beforeEach(() => tubes.insertMany(laboratory));

    it.each(cases)('%s', async (_name, filter, expected) => {
      expect((await ids(filter)).sort()).toEqual(expected);
      expect(await tubes.countDocuments(filter)).toBe(expected.length);
    });

    it('two bounds on an array may be met by two elements', async () => {
      expect(await ids({ tags: { $gt: 'B', $lt: 'G' } })).toEqual(['1']);
    });

    it('are answered the same from an index', async () => {
      for (const keys of [
        { state: 1 },
        { count: -1 },
        { place: 1 },
        { tags: 1 },
        { 'work.open': 1, 'work.rank': 1 },
        { 'parts.id': 1 },
      ]) {
        await tubes.createIndex(keys as Record<string, 1 | -1>);
      }
      for (const [name, filter, expected] of cases) expect((await ids(filter)).sort(), name).toEqual(expected);
    });

    it('with an operator outside the subset are refused', async () => {
      const hostile = { count: { $where: 'sleep(1000)' } } as unknown as Filter;
      await expect(ids(hostile)).rejects.toMatchObject({ code: 'STORE_QUERY_UNSUPPORTED' });
      const nested = { $or: [{ count: { $function: {} } }] } as unknown as Filter;
      await expect(ids(nested)).rejects.toMatchObject({ code: 'STORE_QUERY_UNSUPPORTED' });
    });
  });

  describe('order and paging', () => {
    beforeEach(() =>
      tubes.insertMany([
        { _id: 'c', count: 2, state: 'x' },
        { _id: 'a', count: 10, state: 'x' },
        { _id: 'b', state: 'y' },
        { _id: 'e', count: 2, state: 'y' },
        { _id: 'd', count: -1, state: 'x' },
      ]),
    );

    const cases = [
      [{ _id: 1 }, ['a', 'b', 'c', 'd', 'e']],
      [{ _id: -1 }, ['e', 'd', 'c', 'b', 'a']],
      [{ count: 1, _id: 1 }, ['b', 'd', 'c', 'e', 'a']],
      [{ count: -1, _id: 1 }, ['a', 'c', 'e', 'd', 'b']],
      [{ state: 1, count: -1 }, ['a', 'c', 'd', 'e', 'b']],
    ] as const;
    it.each(cases)('sorts by %o, with and without an index', async (sort, expected) => {
      expect(await ids({}, { sort })).toEqual(expected);
      await tubes.createIndex({ state: 1, count: -1 });
      await tubes.createIndex({ count: -1 });
      expect(await ids({}, { sort })).toEqual(expected);
    });

    it('takes skip and limit after the order', async () => {
      expect(await ids({}, { sort: { _id: 1 }, skip: 1, limit: 2 })).toEqual(['b', 'c']);
      expect(await ids({ state: 'x' }, { sort: { count: -1 }, limit: 1 })).toEqual(['a']);
      expect(await ids({}, { sort: { _id: 1 }, skip: 9 })).toEqual([]);
      expect((await tubes.findOne({ state: 'x' }, { sort: { count: 1 } }))?._id).toBe('d');
    });

    it('pages by position over equal sort values without loss', async () => {
      await tubes.createIndex({ count: -1 });
      const seen: string[] = [];
      let where: Filter = { count: { $exists: true } };
      for (;;) {
        const [next] = await tubes.find(where, { sort: { count: -1, _id: -1 }, limit: 1 }).toArray();
        if (next === undefined) break;
        seen.push(next._id);
        const count = next.count ?? 0;
        where = { count: { $lte: count }, $or: [{ count: { $lt: count } }, { _id: { $lt: next._id } }] };
      }
      expect(seen).toEqual(['a', 'e', 'c', 'd']);
    });

    it('iterates as it lists', async () => {
      const seen: string[] = [];
      for await (const tube of tubes.find({}, { sort: { _id: 1 } })) seen.push(tube._id);
      expect(seen).toEqual(['a', 'b', 'c', 'd', 'e']);
    });

    it('projects to named paths or away from them', async () => {
      await tubes.insertOne({ _id: 'z', state: 'x', work: { open: true, rank: '1' }, tags: ['H'] });
      const find = (projection: Record<string, 0 | 1>): Promise<Tube | null> =>
        tubes.findOne({ _id: 'z' }, { projection });
      expect(await find({ state: 1 })).toEqual({ _id: 'z', state: 'x' });
      expect(await find({ 'work.rank': 1, _id: 1 })).toEqual({ _id: 'z', work: { rank: '1' } });
      expect(await find({ _id: 1 })).toEqual({ _id: 'z' });
      expect(await find({ work: 0, tags: 0 })).toEqual({ _id: 'z', state: 'x' });
    });
  });

  describe('updates', () => {
    const first: Tube = { _id: 'a', state: 'received', count: 1, tags: ['H'], work: { open: true } };
    const cases: readonly (readonly [string, Update, Tube])[] = [
      ['$set', { $set: { state: 'stored' } }, { ...first, state: 'stored' }],
      ['$set of a dotted path', { $set: { 'work.rank': '1' } }, { ...first, work: { open: true, rank: '1' } }],
      ['$set of a path that is not there', { $set: { 'note.by': 'x' } }, { ...first, note: { by: 'x' } }],
      ['$unset', { $unset: { state: '' } }, { _id: 'a', count: 1, tags: ['H'], work: { open: true } }],
      ['$inc', { $inc: { count: 4 } }, { ...first, count: 5 }],
      [
        '$inc of what is not there',
        { $inc: { 'work.n': 1 } },
        { ...first, work: { open: true, n: 1 } as Tube['work'] & object },
      ],
      ['$max up', { $max: { count: 7 } }, { ...first, count: 7 }],
      ['$max not down', { $max: { count: 0 } }, first],
      ['$min', { $min: { count: -3 } }, { ...first, count: -3 }],
      ['$push', { $push: { tags: 'A' } }, { ...first, tags: ['H', 'A'] }],
      ['$push of several, cut', { $push: { tags: { $each: ['A', 'B'], $slice: -2 } } }, { ...first, tags: ['A', 'B'] }],
      ['$addToSet there already', { $addToSet: { tags: 'H' } }, first],
      ['$addToSet', { $addToSet: { tags: 'L' } }, { ...first, tags: ['H', 'L'] }],
      ['$pull', { $pull: { tags: 'H' } }, { ...first, tags: [] }],
      ['several at once', { $set: { state: 's' }, $inc: { count: 1 } }, { ...first, state: 's', count: 2 }],
      [
        '$setOnInsert of a document that is there',
        { $setOnInsert: { state: 'new' }, $inc: { count: 1 } },
        { ...first, count: 2 },
      ],
    ];
    it.each(cases)('%s', async (_name, update, expected) => {
      await tubes.insertOne(first);
      const done = await tubes.updateOne({ _id: 'a' }, update);
      expect(await tubes.findOne({ _id: 'a' })).toEqual(expected);
      expect(done.matchedCount).toBe(1);
      expect(done.modifiedCount).toBe(expected === first ? 0 : 1);
    });

    it('keep the indexes true', async () => {
      await tubes.createIndex({ state: 1 });
      await tubes.createIndex({ tags: 1 });
      await tubes.insertOne(first);
      await tubes.updateOne({ _id: 'a' }, { $set: { state: 'stored' }, $push: { tags: 'A' } });
      expect(await ids({ state: 'received' })).toEqual([]);
      expect(await ids({ state: 'stored' })).toEqual(['a']);
      expect(await ids({ tags: 'A' })).toEqual(['a']);
      await tubes.deleteOne({ _id: 'a' });
      expect(await ids({ state: 'stored' })).toEqual([]);
    });

    it('of many', async () => {
      await tubes.insertMany([
        { _id: 'a', state: 'x' },
        { _id: 'b', state: 'x' },
        { _id: 'c', state: 'y' },
      ]);
      expect(await tubes.updateMany({ state: 'x' }, { $set: { state: 'z' } })).toMatchObject({
        matchedCount: 2,
        modifiedCount: 2,
      });
      expect((await ids({ state: 'z' })).sort()).toEqual(['a', 'b']);
    });

    it('with upsert insert once and then update', async () => {
      const change: Update = { $setOnInsert: { state: 'new' }, $inc: { count: 1 } };
      expect((await tubes.updateOne({ _id: 'u' }, change, { upsert: true })).upsertedCount).toBe(1);
      expect((await tubes.updateOne({ _id: 'u' }, change, { upsert: true })).upsertedCount).toBe(0);
      expect(await tubes.findOne({ _id: 'u' })).toEqual({ _id: 'u', state: 'new', count: 2 });
    });

    it('on a version that passed match nothing', async () => {
      await tubes.insertOne({ _id: 'a', count: 1 });
      expect((await tubes.updateOne({ _id: 'a', count: 1 }, { $inc: { count: 1 } })).matchedCount).toBe(1);
      expect((await tubes.updateOne({ _id: 'a', count: 1 }, { $inc: { count: 1 } })).matchedCount).toBe(0);
    });

    it('by findOneAndUpdate give the document before or after', async () => {
      await tubes.insertMany([
        { _id: 'a', count: 1 },
        { _id: 'b', count: 5 },
      ]);
      const options = { sort: { count: -1 }, returnDocument: 'after' } as const;
      expect(await tubes.findOneAndUpdate({}, { $inc: { count: 1 } }, options)).toEqual({ _id: 'b', count: 6 });
      expect(await tubes.findOneAndUpdate({ _id: 'a' }, { $inc: { count: 1 } })).toEqual({ _id: 'a', count: 1 });
      expect(await tubes.findOneAndUpdate({ _id: 'no' }, { $inc: { count: 1 } })).toBeNull();
      const made = await tubes.findOneAndUpdate(
        { _id: 'n' },
        { $inc: { count: 1 } },
        { upsert: true, returnDocument: 'after' },
      );
      expect(made).toEqual({ _id: 'n', count: 1 });
    });

    it('replace a document whole', async () => {
      await tubes.insertOne(first);
      expect((await tubes.replaceOne({ _id: 'a' }, { _id: 'a', count: 9 })).modifiedCount).toBe(1);
      expect(await tubes.findOne({ _id: 'a' })).toEqual({ _id: 'a', count: 9 });
      expect((await tubes.replaceOne({ _id: 'q' }, { _id: 'q' })).matchedCount).toBe(0);
      expect((await tubes.replaceOne({ _id: 'q' }, { _id: 'q' }, { upsert: true })).upsertedCount).toBe(1);
    });

    it('in bulk run in order', async () => {
      const done = await tubes.bulkWrite([
        { insertOne: { document: { _id: 'a', count: 1 } } },
        { updateOne: { filter: { _id: 'a' }, update: { $inc: { count: 1 } } } },
        { updateOne: { filter: { _id: 'b' }, update: { $setOnInsert: { count: 7 } }, upsert: true } },
        { replaceOne: { filter: { _id: 'b' }, replacement: { _id: 'b', count: 8 } } },
        { deleteOne: { filter: { _id: 'a' } } },
      ]);
      expect(done).toMatchObject({ matchedCount: 2, modifiedCount: 2, upsertedCount: 1 });
      expect(await tubes.find({}).toArray()).toEqual([{ _id: 'b', count: 8 }]);
      expect(await tubes.bulkWrite([])).toMatchObject({ matchedCount: 0 });
    });
  });

  describe('ranges on a field of the document itself', () => {
    const filed: readonly Tube[] = [
      { _id: 'a', count: 1, state: 'x', tags: ['m', 'n'] },
      { _id: 'b', count: 10, state: 'y', tags: [] },
      { _id: 'c', state: '5' },
      { _id: 'd', count: 3, state: 'z', place: null },
    ];
    it.each<[Filter, string[]]>([
      [{ count: { $lt: 10 } }, ['a', 'd']],
      [{ count: { $lte: 10 } }, ['a', 'b', 'd']],
      [{ count: { $gt: 1 } }, ['b', 'd']],
      [{ count: { $gte: 3 } }, ['b', 'd']],
      [{ state: { $gt: 'x' } }, ['b', 'd']],
      [{ state: { $lt: 'y' } }, ['a', 'c']],
      [{ state: { $gte: 'x', $lt: 'z' } }, ['a', 'b']],
      [{ tags: { $gt: 'm' } }, ['a']],
      [{ tags: 'n' }, ['a']],
      [{ tags: { $in: ['n', 'q'] } }, ['a']],
      [{ count: { $in: [10, 3] } }, ['b', 'd']],
      [{ place: null, count: { $lt: 5 } }, ['a', 'd']],
      // A number is never before a text, nor a text before a number.
      [{ state: { $lt: 9 } }, []],
      [{ count: { $gt: 'a' } }, []],
    ])('%j finds %j', async (filter, found) => {
      await tubes.insertMany(filed);
      expect((await ids(filter)).sort()).toEqual(found);
    });
  });

  describe('inserts of what may be there', () => {
    it('leave it as it is, and count it as matched', async () => {
      await tubes.createIndex({ count: 1 });
      await tubes.insertOne({ _id: 'a', count: 1 });
      const done = await tubes.bulkWrite([
        { insertAbsent: { document: { _id: 'a', count: 2 } } },
        { insertAbsent: { document: { _id: 'b', count: 3 } } },
        { insertAbsent: { document: { _id: 'b', count: 4 } } },
      ]);
      expect(done).toMatchObject({ matchedCount: 2, modifiedCount: 0, upsertedCount: 1 });
      expect(await tubes.find({}, { sort: { _id: 1 } }).toArray()).toEqual([
        { _id: 'a', count: 1 },
        { _id: 'b', count: 3 },
      ]);
      expect(await ids({ count: { $in: [2, 3, 4] } })).toEqual(['b']);
    });
  });

  describe('unique indexes', () => {
    it('refuse a second document on insert and on update, and say which index', async () => {
      await tubes.createIndex({ state: 1, count: 1 }, { unique: true });
      await tubes.insertMany([
        { _id: 'a', state: 'x', count: 1 },
        { _id: 'b', state: 'x', count: 2 },
      ]);
      await expect(tubes.insertOne({ _id: 'c', state: 'x', count: 1 })).rejects.toMatchObject({
        code: 'STORE_DUPLICATE_KEY',
        context: { collection: 'tubes', key: 'state_1_count_1' },
      });
      await expect(tubes.updateOne({ _id: 'b' }, { $set: { count: 1 } })).rejects.toMatchObject({
        code: 'STORE_DUPLICATE_KEY',
      });
      expect((await tubes.findOne({ _id: 'b' }))?.count).toBe(2);
      await tubes.updateOne({ _id: 'a' }, { $set: { count: 3 } });
      await tubes.updateOne({ _id: 'b' }, { $set: { count: 1 } });
    });

    it('that are sparse let documents without the field be', async () => {
      await tubes.createIndex({ place: 1 }, { unique: true, sparse: true });
      await tubes.insertMany([{ _id: 'a' }, { _id: 'b' }, { _id: 'c', place: 'p' }]);
      await expect(tubes.insertOne({ _id: 'd', place: 'p' })).rejects.toMatchObject({ code: 'STORE_DUPLICATE_KEY' });
    });

    it('tell long texts apart by their ends', async () => {
      await tubes.createIndex({ state: 1 }, { unique: true });
      const long = 'x'.repeat(500);
      await tubes.insertMany([
        { _id: 'a', state: `${long}1` },
        { _id: 'b', state: `${long}2` },
      ]);
      expect(await ids({ state: `${long}2` })).toEqual(['b']);
      expect(await ids({ state: { $gt: `${long}1` } })).toEqual(['b']);
    });
  });

  describe('concurrency', () => {
    it('of increments loses none', async () => {
      await tubes.insertOne({ _id: 'a', count: 0 });
      await Promise.all(Array.from({ length: 50 }, () => tubes.updateOne({ _id: 'a' }, { $inc: { count: 1 } })));
      expect((await tubes.findOne({ _id: 'a' }))?.count).toBe(50);
    });

    it('of inserts under one id lets exactly one win', async () => {
      const tries = await Promise.allSettled(
        Array.from({ length: 20 }, (_, n) => tubes.insertOne({ _id: 'act#1', count: n })),
      );
      expect(tries.filter((each) => each.status === 'fulfilled')).toHaveLength(1);
      for (const each of tries) if (each.status === 'rejected') expect(each.reason.code).toBe('STORE_DUPLICATE_KEY');
    });

    it('of changes on one version lets exactly one win', async () => {
      await tubes.insertOne({ _id: 'a', count: 1 });
      const tries = await Promise.all(
        Array.from({ length: 20 }, (_, n) =>
          tubes.updateOne({ _id: 'a', count: 1 }, { $set: { state: `${n}` }, $inc: { count: 1 } }),
        ),
      );
      expect(tries.filter((each) => each.modifiedCount === 1)).toHaveLength(1);
    });

    it('of upserts under one id makes one document', async () => {
      await Promise.all(
        Array.from({ length: 20 }, () =>
          tubes.updateOne({ _id: 'u' }, { $inc: { count: 1 } }, { upsert: true }).catch((thrown: { code: string }) => {
            // MongoDB lets a racing upsert fail; the caller tries again.
            expect(thrown.code).toBe('STORE_DUPLICATE_KEY');
            return tubes.updateOne({ _id: 'u' }, { $inc: { count: 1 } }, { upsert: true });
          }),
        ),
      );
      expect(await tubes.find({}).toArray()).toEqual([{ _id: 'u', count: 20 }]);
    });
  });

  it('says STORE_UNAVAILABLE after close', async () => {
    await temporary.store.close();
    await expect(tubes.insertOne({ _id: 'a' })).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
    await expect(temporary.store.ping()).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
  });
});
