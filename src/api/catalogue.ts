import { z } from 'zod';
import type { AnalyteDoc, CatalogueDoc, PanelDoc, RangeDoc, WordDoc } from '../store/documents.ts';
import { pageOf, pageOfSorted, pageQuery } from './lists.ts';
import type { Feature } from './plugin.ts';

const names = z.object({ vi: z.string(), en: z.string() });

const analyte = z.object({
  code: z.string(),
  name: names,
  section: z.string(),
  specimenType: z.string(),
  kind: z.enum(['numeric', 'qualitative']),
  unit: z.string().optional(),
  decimals: z.number().optional(),
  loinc: z.string().optional(),
  sex: z.enum(['male', 'female']).optional(),
  absurd: z.object({ low: z.string().optional(), high: z.string().optional() }).optional(),
  choices: z.array(z.string()).readonly().optional(),
  expected: z.string().optional(),
  nationalCode: z.string().optional(),
  calculated: z.boolean(),
  version: z.number(),
});
const panel = z.object({
  code: z.string(),
  name: names,
  section: z.string(),
  loinc: z.string().optional(),
  analytes: z.array(z.string()).readonly(),
  specimenType: z.string(),
  version: z.number(),
});
const range = z.object({
  id: z.string(),
  analyte: z.string(),
  sex: z.enum(['any', 'male', 'female']),
  ageFrom: z.string().optional(),
  ageTo: z.string().optional(),
  low: z.string().optional(),
  high: z.string().optional(),
  criticalLow: z.string().optional(),
  criticalHigh: z.string().optional(),
  text: z.string().optional(),
  analyzer: z.string().optional(),
  source: z.string().optional(),
  version: z.number(),
});
const word = z.object({ code: z.string(), name: names, version: z.number() });

const lists = {
  sections: 'section',
  'rejection-reasons': 'rejection-reason',
  comments: 'comment',
  requesters: 'requester',
  'specimen-types': 'specimen-type',
} as const satisfies Record<string, WordDoc['kind']>;

const config = { access: 'catalogue.read' } as const;
const querystring = z.strictObject({
  ...pageQuery,
  q: z.string().max(100).optional(),
  section: z.string().max(64).optional(),
});

/** The catalogue as it is now. */
export const catalogueFeature: Feature = async (app, { lab }) => {
  app.get(
    '/api/catalogue/analytes',
    { config, schema: { tags: ['catalogue'], summary: 'Analytes', querystring, response: { 200: pageOf(analyte) } } },
    async (request) => {
      const chosen = lab.catalogue.analytes().filter((each) => fits(each, request.query));
      return pageOfSorted(chosen.map(analyteView), (each) => each.code, request.query);
    },
  );
  app.get(
    '/api/catalogue/panels',
    { config, schema: { tags: ['catalogue'], summary: 'Panels', querystring, response: { 200: pageOf(panel) } } },
    async (request) => {
      const chosen = lab.catalogue.panels().filter((each) => fits(each, request.query));
      return pageOfSorted(chosen.map(panelView), (each) => each.code, request.query);
    },
  );
  app.get(
    '/api/catalogue/ranges',
    {
      config,
      schema: {
        tags: ['catalogue'],
        summary: 'Reference and critical ranges',
        querystring: z.strictObject({ ...pageQuery, analyte: z.string().max(64).optional() }),
        response: { 200: pageOf(range) },
      },
    },
    async (request) => {
      const wanted = request.query.analyte;
      const codes = wanted === undefined ? lab.catalogue.analytes().map((each) => each.code) : [wanted];
      const ranges = codes.flatMap((code) => lab.catalogue.ranges(code));
      return pageOfSorted(ranges.map(rangeView), (each) => each.id, request.query);
    },
  );
  for (const [name, kind] of Object.entries(lists)) {
    app.get(
      `/api/catalogue/${name}`,
      {
        config,
        schema: {
          tags: ['catalogue'],
          summary: name,
          querystring: z.strictObject(pageQuery),
          response: { 200: pageOf(word) },
        },
      },
      async (request) => pageOfSorted(lab.catalogue.words(kind).map(wordView), (each) => each.code, request.query),
    );
  }
};

function fits(entry: AnalyteDoc | PanelDoc, asked: z.infer<typeof querystring>): boolean {
  if (asked.section !== undefined && entry.section !== asked.section) return false;
  const sought = asked.q?.toLowerCase();
  return (
    sought === undefined ||
    [entry.code, entry.name.vi, entry.name.en].some((text) => text.toLowerCase().includes(sought))
  );
}

function analyteView({
  kind: _kind,
  _id,
  order: _order,
  valueKind,
  formula,
  molarMass: _mass,
  ...rest
}: AnalyteDoc): z.infer<typeof analyte> {
  return { ...rest, kind: valueKind, calculated: formula !== undefined };
}

function panelView({ kind: _kind, _id, order: _order, ...rest }: PanelDoc): z.infer<typeof panel> {
  return rest;
}

function rangeView({ kind: _kind, _id, ...rest }: RangeDoc): z.infer<typeof range> {
  return { id: entryId(_id), ...rest };
}

function wordView({ code, name, version }: WordDoc): z.infer<typeof word> {
  return { code, name, version };
}

/** The id of an entry without its kind. */
export function entryId(id: CatalogueDoc['_id']): string {
  return id.slice(id.indexOf('/') + 1);
}
