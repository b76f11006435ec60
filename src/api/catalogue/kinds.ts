import { Duration } from 'luxon';
import { z } from 'zod';
import { compareDecimals } from '../../domain/decimal.ts';
import { formulas } from '../../domain/formulas.ts';
import { readIndex, serumIndexKinds } from '../../domain/interference.ts';
import { LisError } from '../../errors.ts';
import type { CatalogueView } from '../../laboratory/catalogue-view.ts';
import type { Laboratory } from '../../laboratory/context.ts';
import type { CatalogueDoc, WordDoc } from '../../store/documents.ts';
import { code, decimal, line, names } from '../schemas/words.ts';
import { defined } from './defined.ts';

/** What an entry is checked against. */
type Known = Pick<Laboratory, 'catalogue' | 'config'>;

/** One kind of entry as a person writes it; names are those of contract-day.md. */
export interface CatalogueKind {
  /** In addresses. */
  readonly path: string;
  readonly kind: CatalogueDoc['kind'];
  /** All of an entry: what is left out is not there. */
  readonly fields: z.ZodObject;
  /**
   * Check an entry against the catalogue and the lines. `key` is the id of a new one, null where it is numbered within its analyte;
   * `doc` makes the document. Throws CATALOGUE_INVALID, CATALOGUE_CODE_UNKNOWN, ZodError.
   */
  read(body: unknown, known: Known): Entry;
  /** Nothing refers to it: it may be taken out. */
  readonly removable: boolean;
}

export interface Entry {
  readonly key: string | null;
  readonly analyte?: string;
  doc(id: string, version: number): CatalogueDoc;
}

interface Definition<T extends z.ZodObject> {
  readonly path: string;
  readonly kind: CatalogueDoc['kind'];
  readonly fields: T;
  readonly removable?: boolean;
  check(entry: z.infer<T>, catalogue: CatalogueView, known: Known): void;
  key(entry: z.infer<T>): string | null;
  doc(entry: z.infer<T>, id: string, version: number): CatalogueDoc;
}

function define<T extends z.ZodObject>(definition: Definition<T>): CatalogueKind {
  const { path, kind, fields, removable = false } = definition;
  return {
    path,
    kind,
    fields,
    removable,
    read(body, known) {
      const entry = fields.parse(body);
      definition.check(entry, known.catalogue, known);
      const analyte: unknown = entry.analyte;
      return {
        key: definition.key(entry),
        ...(typeof analyte === 'string' ? { analyte } : {}),
        doc: (id, version) => definition.doc(entry, id, version),
      };
    },
  };
}

function invalid(detail: string): never {
  throw new LisError('CATALOGUE_INVALID', { detail });
}

function requireAnalyte(catalogue: CatalogueView, analyte: string): void {
  if (catalogue.analyte(analyte) === undefined) throw new LisError('CATALOGUE_CODE_UNKNOWN', { code: analyte });
}

function requireOrder(low: string | undefined, high: string | undefined, otherwise: string): void {
  if (low !== undefined && high !== undefined && compareDecimals(low, high) > 0) invalid(otherwise);
}

function requireWord(catalogue: CatalogueView, kind: WordDoc['kind'], wanted: string): void {
  if (!catalogue.words(kind).some((each) => each.code === wanted)) invalid(`${kind} ${wanted} is not known`);
}

const age = z
  .string()
  .regex(
    /^P(?!$)(\d+Y)?(\d+M)?(\d+W)?(\d+D)?$/,
    'an ISO 8601 duration in years, months, weeks or days, such as P18Y or P28D',
  );

function requireAges(from: string | undefined, to: string | undefined): void {
  if (from === undefined || to === undefined) return;
  if (Duration.fromISO(from).as('days') >= Duration.fromISO(to).as('days')) invalid('ageFrom is not below ageTo');
}

const limits = z.strictObject({ low: decimal.optional(), high: decimal.optional() });

const analytes = define({
  path: 'analytes',
  kind: 'analyte',
  fields: z.strictObject({
    code,
    name: names,
    section: code,
    specimenType: code,
    kind: z.enum(['numeric', 'qualitative']),
    unit: line(40).optional(),
    decimals: z.int().min(0).max(8).optional(),
    loinc: z
      .string()
      .regex(/^\d{1,7}-\d$/, 'a LOINC code')
      .optional(),
    sex: z.enum(['male', 'female']).optional(),
    ageFrom: age.optional(),
    ageTo: age.optional(),
    absurd: limits.optional(),
    choices: z.array(line(100)).max(50).optional(),
    expected: line(200).optional(),
    nationalCode: line(30).optional(),
    serviceCode: line(50).optional(),
    performer: z.strictObject({ code: line(20), name: line(200) }).optional(),
    method: line(100).optional(),
    molarMass: decimal.optional(),
    formula: z.enum(Object.keys(formulas)).optional(),
    serumIndex: z.enum(serumIndexKinds).optional(),
    order: z.int().min(0).optional(),
  }),
  key: (entry) => entry.code,
  doc: ({ kind, order = 9_999, absurd, ...entry }, id, version) => ({
    kind: 'analyte',
    _id: id,
    ...defined(entry),
    ...(absurd === undefined ? {} : { absurd: defined(absurd) }),
    valueKind: kind,
    order,
    version,
  }),
  check(entry, catalogue) {
    requireWord(catalogue, 'section', entry.section);
    requireWord(catalogue, 'specimen-type', entry.specimenType);
    requireOrder(entry.absurd?.low, entry.absurd?.high, 'absurd.low: low is above high');
    requireAges(entry.ageFrom, entry.ageTo);
    // Its value stays as sent: a number on the analyzer's own scale, or a grade.
    if (entry.serumIndex !== undefined && entry.kind !== 'qualitative')
      invalid('serumIndex: the kind must be qualitative');
  },
});

const panels = define({
  path: 'panels',
  kind: 'panel',
  fields: z.strictObject({
    code,
    name: names,
    section: code,
    specimenType: code,
    loinc: z
      .string()
      .regex(/^\d{1,7}-\d$/, 'a LOINC code')
      .optional(),
    serviceCode: line(50).optional(),
    analytes: z.array(code).min(1).max(200),
    order: z.int().min(0).optional(),
  }),
  key: (entry) => entry.code,
  doc: ({ order = 9_999, ...entry }, id, version) => ({ kind: 'panel', _id: id, ...defined(entry), order, version }),
  check(entry, catalogue) {
    requireWord(catalogue, 'section', entry.section);
    requireWord(catalogue, 'specimen-type', entry.specimenType);
    for (const each of entry.analytes) requireAnalyte(catalogue, each);
    if (new Set(entry.analytes).size < entry.analytes.length) invalid('analytes: one stands twice');
    if (catalogue.analyte(entry.code) !== undefined) invalid(`${entry.code} is an analyte: an order could mean either`);
  },
});

const ranges = define({
  path: 'ranges',
  kind: 'range',
  fields: z.strictObject({
    analyte: code,
    sex: z.enum(['any', 'male', 'female']).default('any'),
    ageFrom: age.optional(),
    ageTo: age.optional(),
    pregnancy: z.enum(['pregnant']).optional(),
    method: line(100).optional(),
    low: decimal.optional(),
    high: decimal.optional(),
    criticalLow: decimal.optional(),
    criticalHigh: decimal.optional(),
    text: line(200).optional(),
    analyzer: line(64).optional(),
    source: line(300).optional(),
  }),
  key: () => null,
  removable: true,
  doc: (entry, id, version) => ({ kind: 'range', _id: id, ...defined(entry), version }),
  check(entry, catalogue) {
    requireAnalyte(catalogue, entry.analyte);
    requireOrder(entry.low, entry.high, 'low: low is above high');
    requireOrder(entry.criticalLow, entry.criticalHigh, 'criticalLow: low is above high');
    requireOrder(entry.criticalLow, entry.low, 'criticalLow: is within the range');
    requireOrder(entry.high, entry.criticalHigh, 'criticalHigh: is within the range');
    requireAges(entry.ageFrom, entry.ageTo);
    if (entry.pregnancy !== undefined && entry.sex === 'male') invalid('pregnancy: the range is for men');
  },
});

const aboveZero = decimal.refine((text) => Number(text) > 0, 'must be above 0');

const deltas = define({
  path: 'deltas',
  kind: 'delta',
  fields: z.strictObject({
    analyte: code,
    absolute: aboveZero.optional(),
    percent: aboveZero.optional(),
    ratePerDay: aboveZero.optional(),
    withinDays: z.number().positive().max(36_500),
    source: line(300).optional(),
  }),
  key: () => null,
  removable: true,
  doc: (entry, id, version) => ({ kind: 'delta', _id: id, ...defined(entry), version }),
  check(entry, catalogue) {
    requireAnalyte(catalogue, entry.analyte);
    const { absolute, percent, ratePerDay } = entry;
    if (absolute === undefined && percent === undefined && ratePerDay === undefined)
      invalid('one of absolute, percent, ratePerDay is needed');
  },
});

const variations = define({
  path: 'variations',
  kind: 'variation',
  fields: z.strictObject({
    analyte: code,
    scale: z.enum(['log', 'linear']),
    low: decimal,
    high: decimal,
    spread: aboveZero,
    source: line(300).optional(),
  }),
  key: (entry) => entry.analyte,
  removable: true,
  doc: (entry, id, version) => ({ kind: 'variation', _id: id, ...defined(entry), version }),
  check(entry, catalogue) {
    requireAnalyte(catalogue, entry.analyte);
    if (compareDecimals(entry.low, entry.high) >= 0) invalid('low is not below high');
    if (entry.scale === 'log' && compareDecimals(entry.low, '0') <= 0) invalid('low must be above 0 on a log scale');
  },
});

const interferences = define({
  path: 'interferences',
  kind: 'interference',
  fields: z.strictObject({
    analyte: code,
    index: z.enum(serumIndexKinds),
    above: line(20).refine((text) => readIndex(text) !== null, 'a number, or a grade such as 2+'),
    analyzer: line(64).optional(),
    source: line(300).optional(),
  }),
  key: () => null,
  removable: true,
  doc: (entry, id, version) => ({ kind: 'interference', _id: id, ...defined(entry), version }),
  check(entry, catalogue) {
    requireAnalyte(catalogue, entry.analyte);
    if (catalogue.analyte(entry.analyte)?.serumIndex !== undefined) invalid('analyte: is an index itself');
  },
});

/** MA_MAY (QĐ 130/2023 and later, XML3): machine group, funding 1 to 3, facility, serial number. */
const machineCode = line(1024).regex(
  /^[A-Z]{2}\.[123]\.[A-Z0-9]{5}\.[^.;\s][^;]*(;[A-Z]{2}\.[123]\.[A-Z0-9]{5}\.[^.;\s][^;]*)*$/,
  'MA_MAY such as HH.1.24001.SN12345, several with ; between',
);

const analyzers = define({
  path: 'analyzers',
  kind: 'analyzer',
  fields: z.strictObject({
    analyzer: line(64),
    displayName: line(100).optional(),
    machineCode: machineCode.optional(),
  }),
  key: (entry) => entry.analyzer,
  removable: true,
  doc: (entry, id, version) => ({ kind: 'analyzer', _id: id, ...defined(entry), version }),
  check(entry, catalogue, { config }) {
    const { analyzer, displayName, machineCode: code } = entry;
    // A line that is gone from lab.yaml keeps its code for what it measured.
    const there = config.analyzers.some(({ id }) => id === analyzer) || catalogue.mappings(analyzer).length > 0;
    if (!there && catalogue.analyzer(analyzer) === undefined) invalid('analyzer: is not a line of lab.yaml');
    if (displayName === undefined && code === undefined) invalid('one of displayName, machineCode is needed');
  },
});

const word = (path: string, kind: WordDoc['kind']) =>
  define({
    path,
    kind,
    fields: z.strictObject({ code, name: names, order: z.int().min(0).optional() }),
    key: (entry) => entry.code,
    doc: ({ order = 9_999, ...entry }, id, version) => ({ kind, _id: id, ...entry, order, version }),
    check: () => undefined,
  });

/** Every kind that is edited here; mappings have routes of their own (mappings.ts). */
export const catalogueKinds: readonly CatalogueKind[] = [
  analytes,
  panels,
  ranges,
  deltas,
  variations,
  interferences,
  analyzers,
  word('sections', 'section'),
  word('rejection-reasons', 'rejection-reason'),
  word('comments', 'comment'),
  word('requesters', 'requester'),
  word('specimen-types', 'specimen-type'),
  word('containers', 'container'),
];
