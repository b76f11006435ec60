import { z } from 'zod';
import { markSchema, pathSchema } from './path.ts';
import { actionSchema, identityShape, prioritySchema, text, valueSchema } from './schema-parts.ts';
import { blockSchema, delimitedSchema } from './schema-text.ts';

const paths = z.array(pathSchema).min(1);

const patientSchema = z.strictObject({
  id: paths.optional(),
  name: paths.optional(),
  birthDate: paths.optional(),
  sex: paths.optional(),
});

/** Where one observation has its parts; the first place that holds something counts. */
const observationSchema = z.strictObject({
  code: paths,
  name: paths.optional(),
  value: paths.optional(),
  unit: paths.optional(),
  range: paths.optional(),
  flags: paths.optional(),
  status: paths.optional(),
  observedAt: paths.optional(),
  runMark: paths.optional(),
  /** What the row says beside its value (a reading of the index, the word to a number): joins the comments. */
  remark: z.strictObject({ at: paths, words: z.record(z.string(), text).default({}) }).optional(),
});

/**
 * Rows that are not the measured quantity. `attachment`: pictures, histograms, curves, identifiers: kept, no value.
 * The others are shown as observations that are never filed (see `Aside`). All marks of a rule must match.
 */
const rowSchema = z.strictObject({
  when: z.array(markSchema).min(1),
  as: z.enum(['attachment', 'raw', 'interpretation', 'alarm', 'mode', 'fact']),
  mediaType: text.optional(),
});

const recogniseSchema = z
  .array(z.strictObject({ when: z.array(markSchema).min(1), score: z.int().min(1).max(100) }))
  .min(1);

const controlSchema = z.strictObject({ name: paths.optional(), lot: paths.optional(), level: paths.optional() });

/**
 * A record as a template: number of the field to what stands in it. `{name}` is replaced by a fact (escaped),
 * `{name:>22}` right-aligned to 22, `{name:<22}` left-aligned. Facts: now, host, n, accession, patientId, patientName,
 * birthDate, sex, tests, test, priority, specimenType, kind, action, and what the query asked to be echoed (`echo.rack`).
 */
const templateSchema = z.record(z.string().regex(/^\d+$/), z.string());

const astmAnswerSchema = z.strictObject({
  delimiters: z.string().length(4).default('|\\^&'),
  header: templateSchema,
  patient: templateSchema.optional(),
  order: templateSchema,
  /** One order for all tests, or one for each. */
  orders: z.enum(['one', 'perTest']).default('one'),
  /** One test in the field of tests; `{test}` is the code. */
  test: text,
  /** How the tests behind the first are written, where that differs. */
  nextTest: text.optional(),
  /** Field of the order that holds the tests. */
  tests: z.string().default('5'),
  priority: prioritySchema.optional(),
  action: actionSchema.optional(),
  /** What the analyzer calls a type of specimen of the catalogue, as `{kind}`; the empty name stands for any other and for none. */
  kinds: z.record(z.string(), z.string()).optional(),
  /** A query that finds no order: `terminate`: H and L with code I; `emptyOrder`: an order without tests. */
  nothing: z.enum(['terminate', 'emptyOrder']),
  emptyOrder: templateSchema.optional(),
  terminator: templateSchema.optional(),
  /** Date of birth as `yyyyMMdd`, sex as these letters. */
  sex: z.strictObject({ male: z.string(), female: z.string(), other: z.string(), unknown: z.string() }).optional(),
  /** Several specimens in one message, or a message for each. */
  messages: z.enum(['one', 'perSpecimen']).default('one'),
});

export const astmSchema = z.strictObject({
  ...identityShape,
  protocol: z.literal('astm'),
  recognise: recogniseSchema,
  /** The escape character makes the delimiter behind it literal (`&|`), which the standard does not know. */
  literalNext: z.boolean().default(false),
  accession: paths.default(['O.3.1']),
  patient: patientSchema.default({}),
  observation: observationSchema,
  value: valueSchema.default({}),
  rows: z.array(rowSchema).default([]),
  /** Manufacturer records that hold pictures, histograms or curves: kept as attachments of the specimen. */
  manufacturer: z
    .array(z.strictObject({ when: z.array(markSchema).min(1), name: paths, mediaType: text.optional() }))
    .default([]),
  /** Marks of a urine specimen, where one code stands for serum and urine alike. */
  urine: z.array(markSchema).default([]),
  /** Marks of QC and calibration beside those that hold for every analyzer. */
  qc: z.array(markSchema).default([]),
  control: controlSchema.optional(),
  /** Text of a comment record; what the patterns match is left out. */
  comments: z
    .strictObject({ text: paths, skip: z.array(text).default([]), words: z.record(z.string(), text).default({}) })
    .optional(),
  query: z
    .strictObject({
      accession: paths,
      /** What the query has in place of an accession when it asks for all orders. */
      all: z.array(markSchema).default([]),
      /** Marks of a query that takes an earlier one back: nothing is asked. */
      withdrawn: z.array(markSchema).default([]),
      echo: z.record(z.string(), pathSchema).default({}),
    })
    .optional(),
  answer: astmAnswerSchema.optional(),
  /** Orders without a query; what differs from the answer. */
  download: z.strictObject({ header: templateSchema, order: templateSchema.optional() }).optional(),
});

export const hl7Schema = z.strictObject({
  ...identityShape,
  protocol: z.literal('hl7v2'),
  recognise: recogniseSchema,
  /** A specimen begins with this segment. */
  specimen: z.enum(['OBR', 'SPM']).default('OBR'),
  /** A segment behind the results that names their specimen (GeneXpert: SPM last). */
  namedBehind: z.enum(['SPM']).optional(),
  accession: paths.default(['OBR-3.1', 'OBR-2.1']),
  patient: patientSchema.default({ id: ['PID-3.1'], name: ['PID-5'], birthDate: ['PID-7.1'], sex: ['PID-8.1'] }),
  observation: observationSchema,
  value: valueSchema.default({}),
  rows: z.array(rowSchema).default([]),
  /** Marks of a urine specimen, where one code stands for serum and urine alike. */
  urine: z.array(markSchema).default([]),
  qc: z.array(markSchema).default([]),
  control: controlSchema.optional(),
  query: z
    .strictObject({
      /** MSH-9.1 of a query. */
      message: text,
      when: z.array(markSchema).default([]),
      accession: paths,
      echo: z.record(z.string(), pathSchema).default({}),
    })
    .optional(),
  /** Which dialect answers queries and takes orders. */
  answer: z.enum(['mindray-orr', 'mindray-qck-dsr', 'ihe-law', 'cepheid-z02']).optional(),
  /** `ihe-law`: coding system of the tests we order (OBR-4.3). */
  codingSystem: text.optional(),
  /** `ihe-law` as Roche extends it: profiles LAB-27R and LAB-28R, numbers marked as barcodes, rack and position kept. */
  rocheExtension: z.boolean().default(false),
  /** Roche's x800 Data Manager takes its orders under IHE's own profile and says who gave the number. */
  dataManager: z.boolean().default(false),
  /** Acknowledgement: `ACK^R01` of MSH-9.2, MSA-6 numbers of Mindray, MSH-11 echoed. */
  acknowledge: z
    .strictObject({
      echo: z.array(z.enum(['processingId', 'applicationAck'])).default([]),
      errorNumbers: z.boolean().default(false),
    })
    .default({ echo: [], errorNumbers: false }),
});

export type AstmDefinitionInput = z.input<typeof astmSchema>;
export type AstmDefinition = z.output<typeof astmSchema>;
export type AstmAnswer = z.output<typeof astmAnswerSchema>;
export type Hl7DefinitionInput = z.input<typeof hl7Schema>;
export type Hl7Definition = z.output<typeof hl7Schema>;
export type ObservationPaths = z.output<typeof observationSchema>;
export type PatientPaths = z.output<typeof patientSchema>;
export type RowRule = z.output<typeof rowSchema>;

/** Any definition as data: what the kit writes and what is read from the data folder. */
export const definitionSchema = z.discriminatedUnion('protocol', [astmSchema, hl7Schema, delimitedSchema, blockSchema]);
