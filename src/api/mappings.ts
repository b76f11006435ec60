import { z } from 'zod';
import { saveEntry } from '../acts/catalogue-changes.ts';
import { mappingId } from '../connection/propose-mappings.ts';
import { LisError } from '../errors.ts';
import type { Laboratory } from '../laboratory/context.ts';
import type { MappingDoc } from '../store/documents.ts';
import { actorOf } from './auth/caller.ts';
import { entryId } from './catalogue/entry-id.ts';
import { page, pageOf, pageOfSorted, pageQuery, readCursor } from './lists.ts';
import type { Feature } from './plugin.ts';
import { code, decimal, key, line, version } from './schemas/words.ts';

const mapping = z.object({
  id: z.string(),
  version: z.number(),
  analyzer: z.string(),
  hostCode: z.string(),
  analyte: z.string(),
  orderCode: z.string().optional(),
  unit: z.string().optional(),
  factor: z.string().optional(),
  decimalComma: z.boolean().optional(),
  ignored: z.boolean().optional(),
});
const details = {
  orderCode: line(64).optional(),
  unit: line(40).optional(),
  factor: decimal.refine((text) => Number(text) > 0, 'must be above 0').optional(),
  decimalComma: z.boolean().optional(),
  ignored: z.boolean().optional(),
};
/** A code that is ignored needs no analyte. */
const meaning = code.optional();
const newMapping = z.strictObject({ analyzer: line(64), hostCode: line(64), analyte: meaning, ...details });
const changedMapping = z.strictObject({
  id: z.string().optional(),
  version,
  analyzer: line(64).optional(),
  hostCode: line(64).optional(),
  analyte: meaning,
  ...details,
});
const params = z.object({ id: key });

const historyRow = z.object({
  version: z.number(),
  at: z.string(),
  by: z.string(),
  before: z.unknown(),
  after: z.unknown(),
});

/** What each line's codes mean: the one authority on it. */
export const mappingsFeature: Feature = async (app, { lab }) => {
  app.get(
    '/api/catalogue/mappings',
    {
      config: { access: 'catalogue.read' },
      schema: {
        tags: ['catalogue'],
        summary: 'Codes of the lines and what they mean',
        querystring: z.strictObject({
          ...pageQuery,
          analyzer: z.string().max(64).optional(),
          analyte: z.string().max(64).optional(),
        }),
        response: { 200: pageOf(mapping) },
      },
    },
    async (request) => {
      const { analyzer, analyte } = request.query;
      const stored = await lab.collections.catalogue.find({ kind: 'mapping' }).toArray();
      const chosen = stored
        .filter((each): each is MappingDoc => each.kind === 'mapping')
        .filter((each) => analyzer === undefined || each.analyzer === analyzer)
        .filter((each) => analyte === undefined || each.analyte === analyte);
      return pageOfSorted(chosen.map(mappingView), (each) => each.id, request.query);
    },
  );

  app.post(
    '/api/catalogue/mappings',
    {
      config: { access: 'catalogue.edit' },
      schema: { tags: ['catalogue'], summary: 'Map a code', body: newMapping, response: { 201: mapping } },
    },
    async (request, reply) => {
      const { analyzer, hostCode } = request.body;
      if (!lab.config.analyzers.some((each) => each.id === analyzer))
        throw new LisError('NOT_FOUND', { what: `Line ${analyzer}` });
      const saved = await saveEntry(
        lab,
        actorOf(request),
        mappingDoc(lab, mappingId(analyzer, hostCode), { ...request.body, version: 1 }),
        0,
      );
      return reply.code(201).send(mappingView(saved));
    },
  );

  app.put(
    '/api/catalogue/mappings/:id',
    {
      config: { access: 'catalogue.edit' },
      schema: {
        tags: ['catalogue'],
        summary: 'Change a mapping',
        params,
        body: changedMapping,
        response: { 200: mapping },
      },
    },
    async (request) => {
      const known = await findMapping(lab, request.params.id);
      const { id: _id, version: seen, ...change } = request.body;
      const doc = mappingDoc(lab, known._id, {
        ...change,
        analyzer: known.analyzer,
        hostCode: known.hostCode,
        version: seen,
      });
      return mappingView(await saveEntry(lab, actorOf(request), doc, seen));
    },
  );

  app.get(
    '/api/catalogue/mappings/:id/history',
    {
      config: { access: 'catalogue.read' },
      schema: {
        tags: ['catalogue'],
        summary: 'Every version of a mapping, newest first',
        params,
        querystring: z.strictObject(pageQuery),
        response: { 200: pageOf(historyRow) },
      },
    },
    async (request) => {
      const known = await findMapping(lab, request.params.id);
      const before = Number(readCursor(request.query.cursor, 1)?.[0] ?? Number.MAX_SAFE_INTEGER);
      const found = await lab.collections.catalogueHistory
        .find({ entry: known._id, version: { $lt: before } }, { sort: { version: -1 }, limit: request.query.limit + 1 })
        .toArray();
      return page(
        found,
        request.query.limit,
        (last) => [String(last.version)],
        ({ version: of, at, by, before: was, after }) => ({ version: of, at, by, before: was, after }),
      );
    },
  );
};

type Fields = z.infer<typeof newMapping> & { readonly version: number };

function mappingDoc(lab: Laboratory, id: string, fields: Fields): MappingDoc {
  const analyte = fields.analyte ?? '';
  if (analyte === '' && fields.ignored !== true)
    throw new LisError('REQUEST_INVALID', { detail: 'analyte: is needed unless the code is ignored' });
  if (analyte !== '' && lab.catalogue.analyte(analyte) === undefined)
    throw new LisError('CATALOGUE_CODE_UNKNOWN', { code: analyte });
  const { analyzer, hostCode, orderCode, unit, factor, decimalComma, ignored, version: of } = fields;
  return {
    kind: 'mapping',
    _id: id,
    analyzer,
    hostCode,
    analyte,
    ...(orderCode === undefined ? {} : { orderCode }),
    ...(unit === undefined ? {} : { unit }),
    ...(factor === undefined ? {} : { factor }),
    ...(decimalComma === undefined ? {} : { decimalComma }),
    ...(ignored === undefined ? {} : { ignored }),
    version: of,
  };
}

async function findMapping(lab: Laboratory, id: string): Promise<MappingDoc> {
  const found = await lab.collections.catalogue.findOne({ _id: `mapping/${id}` });
  if (found === null || found.kind !== 'mapping') throw new LisError('NOT_FOUND', { what: `Mapping ${id}` });
  return found;
}

function mappingView({ kind: _kind, _id, ...rest }: MappingDoc): z.infer<typeof mapping> {
  return { id: entryId(_id), ...rest };
}
