import { z } from 'zod';
import { removeEntry, saveEntry } from '../../acts/catalogue-changes.ts';
import { LisError } from '../../errors.ts';
import type { Laboratory } from '../../laboratory/context.ts';
import type { CatalogueDoc } from '../../store/documents.ts';
import { actorOf } from '../auth/caller.ts';
import { pageOf, pageOfSorted, pageQuery } from '../lists.ts';
import type { Feature } from '../plugin.ts';
import { key, version } from '../schemas/words.ts';
import { searchForm } from '../search-form.ts';
import { readTable, sendTable, wantedForm, xlsxType } from '../tables/answer.ts';
import { entryId } from './entry-id.ts';
import { historyOf } from './history.ts';
import { importRows } from './import.ts';
import { type CatalogueKind, catalogueKinds } from './kinds.ts';
import { columnsOf, rowOf } from './rows.ts';
import { saveNew } from './save-new.ts';
import { entryView } from './view.ts';

const shown = z.looseObject({ id: z.string(), version: z.number() });
const query = z.strictObject({
  ...pageQuery,
  q: z.string().max(100).optional(),
  section: z.string().max(64).optional(),
  analyte: z.string().max(64).optional(),
});
const historyRow = z.object({
  id: z.string(),
  version: z.number(),
  at: z.string(),
  by: z.string(),
  before: z.unknown(),
  after: z.unknown(),
});
const params = z.object({ id: key });
const tags = ['catalogue'];
const largestTable = 10_000_000;

/** The catalogue: what there is, its versions, and changing it entry by entry or as a table. */
export const catalogueFeature: Feature = async (app, { lab }) => {
  app.addContentTypeParser(['text/csv', xlsxType], { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
  for (const kind of catalogueKinds) addKind(app, lab, kind);
};

function addKind(app: Parameters<Feature>[0], lab: Laboratory, kind: CatalogueKind): void {
  const path = `/api/catalogue/${kind.path}`;
  const read = { access: 'catalogue.read' } as const;
  const edit = { access: 'catalogue.edit' } as const;

  app.get(
    path,
    {
      config: read,
      schema: {
        tags,
        summary: `${kind.path}; a table by Accept`,
        querystring: query,
        response: { 200: pageOf(shown) },
      },
    },
    async (request, reply) => {
      const entries = lab.catalogue.ofKind(kind.kind).filter((each) => fits(each, request.query));
      const views = entries.map(entryView);
      const form = wantedForm(request);
      if (form === 'json') return pageOfSorted(views, (each) => each.id, request.query);
      const columns = columnsOf(kind.fields);
      return sendTable(reply, form, { name: kind.path, columns, rows: views.map((each) => rowOf(each, columns)) });
    },
  );

  app.post(
    path,
    { config: edit, schema: { tags, summary: `Add to ${kind.path}`, body: kind.fields, response: { 201: shown } } },
    async (request, reply) => {
      const entry = kind.read(request.body, lab);
      requireFree(lab, kind, entry.key);
      const saved = await saveNew(lab, kind, entry, (doc) => saveEntry(lab, actorOf(request), doc, 0));
      return reply.code(201).send(entryView(saved));
    },
  );

  const changed = kind.fields.extend({ id: z.string().optional(), version, calculated: z.boolean().optional() });
  const change = async (id: string, body: Readonly<Record<string, unknown>>, actor: ReturnType<typeof actorOf>) => {
    const { id: _id, version: seen, calculated: _calculated, ...fields } = body;
    const known = findEntry(lab, kind, id);
    const entry = kind.read(fields, lab);
    if (entry.key !== null && entry.key !== entryId(known._id))
      throw new LisError('CATALOGUE_INVALID', { detail: 'the code of an entry does not change' });
    return entryView(await saveEntry(lab, actor, entry.doc(known._id, Number(seen)), Number(seen)));
  };
  app.put(
    `${path}/:id`,
    {
      config: edit,
      schema: { tags, summary: `Change one of ${kind.path}`, params, body: changed, response: { 200: shown } },
    },
    async (request) => change(request.params.id, request.body, actorOf(request)),
  );
  app.put(
    path,
    { config: edit, schema: { tags, summary: `Change one of ${kind.path}`, body: changed, response: { 200: shown } } },
    async (request) => change(keyIn(request.body), request.body, actorOf(request)),
  );

  if (kind.removable) {
    app.delete(
      `${path}/:id`,
      {
        config: edit,
        schema: {
          tags,
          summary: `Take one of ${kind.path} out`,
          params,
          querystring: z.strictObject({ version: z.coerce.number().int().optional() }),
        },
      },
      async (request, reply) => {
        const known = findEntry(lab, kind, request.params.id);
        await removeEntry(lab, actorOf(request), known, request.query.version ?? known.version);
        return reply.code(204).send();
      },
    );
  }

  app.get(
    `${path}/:id/history`,
    {
      config: read,
      schema: {
        tags,
        summary: 'Every version, newest first',
        params,
        querystring: z.strictObject(pageQuery),
        response: { 200: pageOf(historyRow) },
      },
    },
    async (request) => historyOf(lab, { entry: `${kind.kind}/${request.params.id}` }, request.query),
  );
  app.get(
    `${path}/history`,
    {
      config: read,
      schema: {
        tags,
        summary: `Who changed what in ${kind.path}, newest first`,
        querystring: z.strictObject({
          ...pageQuery,
          id: z.string().max(300).optional(),
          code: z.string().max(300).optional(),
        }),
        response: { 200: pageOf(historyRow) },
      },
    },
    async (request) => {
      const wanted = request.query.id ?? request.query.code;
      // `0` is the character after `/`: every id of the kind lies between.
      const all = { entry: { $gte: `${kind.kind}/`, $lt: `${kind.kind}0` } };
      return historyOf(lab, wanted === undefined ? all : { entry: `${kind.kind}/${wanted}` }, request.query);
    },
  );

  app.post(
    `${path}/import`,
    {
      config: edit,
      bodyLimit: largestTable,
      schema: {
        tags,
        summary: `Add and change ${kind.path} from a table (text/csv or a workbook): all rows or none`,
        consumes: ['text/csv', xlsxType],
        response: { 200: z.object({ created: z.number(), changed: z.number(), unchanged: z.number() }) },
      },
    },
    async (request) => importRows(lab, actorOf(request), kind, await readTable(request)),
  );
}

/** Throws CATALOGUE_CODE_TAKEN: an entry is changed where it stands, not added again. */
function requireFree(lab: Laboratory, kind: CatalogueKind, code: string | null): void {
  if (code !== null && lab.catalogue.ofKind(kind.kind).some((each) => each._id === `${kind.kind}/${code}`))
    throw new LisError('CATALOGUE_CODE_TAKEN', { code });
}

function findEntry(lab: Laboratory, kind: CatalogueKind, id: string): CatalogueDoc {
  const found = lab.catalogue.ofKind(kind.kind).find((each) => each._id === `${kind.kind}/${id}`);
  if (found === undefined) throw new LisError('NOT_FOUND', { what: `${kind.kind} ${id}` });
  return found;
}

function keyIn(body: Readonly<Record<string, unknown>>): string {
  const found = body.id ?? body.code ?? body.analyte ?? body.analyzer;
  return typeof found === 'string' ? found : '';
}

function fits(entry: CatalogueDoc, asked: z.infer<typeof query>): boolean {
  if (asked.section !== undefined && !('section' in entry && entry.section === asked.section)) return false;
  if (asked.analyte !== undefined && !('analyte' in entry && entry.analyte === asked.analyte)) return false;
  const sought = searchForm(asked.q ?? '');
  if (sought === '') return true;
  const name = 'name' in entry ? [entry.name.vi, entry.name.en] : [];
  return [entryId(entry._id), ...name].some((text) => searchForm(text).includes(sought));
}
