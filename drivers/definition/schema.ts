import { z } from 'zod';
import { markSchema, pathSchema } from './path.ts';

const text = z.string().min(1);

function isPattern(source: string): boolean {
  try {
    return new RegExp(source) instanceof RegExp;
  } catch {
    return false;
  }
}
const paths = z.array(pathSchema).min(1);

export const codeMappingSchema = z.strictObject({
  hostCode: text,
  /** Absent: the site defines this code, or nobody has to file it; it ships unmapped. */
  analyte: text,
  name: text.optional(),
  loinc: z
    .string()
    .regex(/^\d{1,5}-\d$/)
    .optional(),
  unit: z.string().optional(),
  orderCode: text.optional(),
  cite: text.optional(),
});

const sourceSchema = z.strictObject({ title: text, page: text.optional(), url: text.optional() });
const quirkSchema = z.strictObject({ name: text, why: text, source: text, vector: text });

const serialSchema = z.strictObject({
  baudRate: z.int().min(110).max(921_600),
  dataBits: z.union([z.literal(5), z.literal(6), z.literal(7), z.literal(8)]),
  parity: z.enum(['none', 'even', 'odd']),
  stopBits: z.union([z.literal(1), z.literal(1.5), z.literal(2)]),
});

const milliseconds = z.int().min(1).max(600_000);
const linkSchema = z.strictObject({
  ackTimeoutMs: milliseconds.optional(),
  receiverTimeoutMs: milliseconds.optional(),
  busyRetryMs: milliseconds.optional(),
  contentionMs: milliseconds.optional(),
  maxTries: z.int().min(1).max(20).optional(),
  maxFrame: z.int().min(64).optional(),
  maxMessage: z.int().min(64).optional(),
  sendFrame: z.int().min(64).optional(),
  framing: z.enum(['e1381', 'simplified', 'none']).optional(),
});

/** What every driver says of itself, whatever it speaks. */
const identityShape = {
  id: z.string().regex(/^[a-z0-9-]+\/[a-z0-9.-]+$/),
  vendor: text,
  model: text,
  alsoSoldAs: z.array(text).optional(),
  section: z.enum([
    'hematology',
    'chemistry',
    'immunology',
    'coagulation',
    'urine',
    'blood-gas',
    'molecular',
    'blood-bank',
  ]),
  evidence: z.enum(['capture', 'manual', 'site']),
  sources: z.array(sourceSchema).min(1),
  transports: z.array(z.enum(['tcp', 'serial'])).min(1),
  transportDefaults: z.strictObject({
    tcp: z
      .strictObject({ role: z.enum(['listen', 'connect']), port: z.int().min(1).max(65_535).optional() })
      .optional(),
    serial: serialSchema.optional(),
  }),
  link: linkSchema.optional(),
  charset: text,
  capabilities: z.array(z.enum(['results', 'queries', 'orders', 'qc', 'calibration'])).min(1),
  codes: z.array(codeMappingSchema),
  quirks: z.array(quirkSchema),
  flagWords: z.record(z.string(), text).optional(),
};

const patientSchema = z.strictObject({
  id: paths.optional(),
  name: paths.optional(),
  birthDate: paths.optional(),
  sex: paths.optional(),
});

const valueSchema = z.strictObject({
  decimalComma: z.boolean().optional(),
  masks: z.array(text).optional(),
  /** What stands in place of a value and means that there is none. */
  empty: z.array(text).optional(),
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

/** What the analyzer calls a priority, and what is to be done with an order. */
const prioritySchema = z.strictObject({ routine: z.string(), urgent: z.string(), stat: z.string() });
const actionSchema = z.strictObject({ new: z.string(), add: z.string(), cancel: z.string() });

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

const pattern = text.refine(isPattern, 'is no regular expression');

/** Sex by its letter, where a pattern reads it. */
const sexLetters = z.record(z.string(), z.enum(['male', 'female', 'other', 'unknown'])).default({});

/** One line of a printed report or of a fixed layout; named groups of the pattern are the parts. */
const lineSchema = z.strictObject({
  /**
   * Groups by kind: observation `code value unit flag low high`, a flag in every group whose name begins so; range `code
   * range`; accession `accession`; time `year month day hour minute second`, in one line or several; run `run`; control
   * `name lot level`; comment `text`; empty `code`; patient `patientId patientName sex year month day`; attachment
   * `name`. `otherUnits`: the values of this report are not in the units of the code map and wait for a person.
   */
  pattern: text,
  is: z.enum([
    'observation',
    'empty',
    'range',
    'accession',
    'time',
    'run',
    'control',
    'comment',
    'sectionStart',
    'patient',
    'attachment',
    'otherUnits',
  ]),
  /** Only within the section this name began. */
  section: text.optional(),
  /** `sectionStart`: its name. */
  begins: text.optional(),
});

export const delimitedSchema = z.strictObject({
  ...identityShape,
  protocol: z.literal('delimited'),
  recognise: z.array(z.strictObject({ matches: text, score: z.int().min(1).max(100) })).min(1),
  /** How one report begins and ends in the bytes. */
  report: z.strictObject({ begins: text, ends: text }),
  /**
   * The analyzer waits for words of the host. `{name}` in them is a named group of the pattern, for `outcomes` of the
   * pattern on the whole report.
   */
  talk: z
    .strictObject({
      /** To lines outside of reports; without words the line is known and not answered. `drop`: what began like a report is none. */
      replies: z.array(z.strictObject({ line: pattern, says: text.optional(), drop: z.boolean().default(false) })),
      outcomes: z.array(z.strictObject({ report: pattern, taken: text, refused: text, damaged: text })),
      /** The last line bears `;` and the CRC-16 of everything before it, in decimal. */
      sum: z.literal('crc16'),
    })
    .optional(),
  sex: sexLetters,
  lines: z.array(lineSchema).min(1),
  value: valueSchema.default({}),
  /** Names of the months, where times carry a name. */
  months: z.array(text).length(12).optional(),
});

/**
 * One kind of block. Named groups of the pattern are its parts: `accession patientId patientName sex`, the control's
 * `name lot level`, the time's `year month day hour minute second`, `run` (what tells a rerun or a dilution), `rows`.
 */
const layoutSchema = z.strictObject({
  pattern,
  is: z.enum(['results', 'qc', 'query', 'other']),
  /**
   * Fitted again and again to the group `rows` until nothing is left: `code value unit`, and flags in every group whose
   * name begins with `flag`. `word`: the value in words, or its interpretation where there is a `value`. `reading`: the
   * number behind a word.
   */
  row: pattern.optional(),
  /** Rows of a fixed order instead: digits of the value with the decimal point left out, then one flag. */
  columns: z
    .strictObject({
      digits: z.int().min(1).max(12),
      /** The flag that says nothing. */
      plain: z.string().length(1),
      /** Without `decimals` the digits are told as they are sent, and are no value. */
      tests: z.array(z.strictObject({ code: text, decimals: z.int().min(0).max(6).optional() })).min(1),
    })
    .optional(),
  /** What stands where in such a block is not known: it waits for a person, with these words. */
  held: text.optional(),
  /** A group that makes it QC, or tells that the specimen is urine. */
  when: z.array(z.strictObject({ group: text, matches: pattern, is: z.enum(['qc', 'urine']) })).default([]),
  /** Query: groups the answer repeats as `{echo.x}`. */
  echo: z.array(text).default([]),
});

export const blockSchema = z.strictObject({
  ...identityShape,
  protocol: z.literal('blocks'),
  recognise: z.array(z.strictObject({ matches: pattern, score: z.int().min(1).max(100) })).min(1),
  check: z.enum(['none', 'xorBehind', 'sumBefore', 'sumMarked']),
  /** What a block is to the line, by its text; one that none of these matches is a record. */
  roles: z
    .array(
      z.strictObject({
        matches: pattern,
        is: z.enum(['query', 'poll', 'idlePoll', 'mark', 'accepted', 'rejected']),
      }),
    )
    .default([]),
  /** The first that fits. A block that fits none is held: what stands where is a setting of the analyzer. */
  layouts: z.array(layoutSchema).min(1),
  value: valueSchema.default({}),
  sex: sexLetters,
  /** Texts of the host behind the ACK of a record, and to a poll when nothing waits. */
  thanks: text.optional(),
  nothing: text.optional(),
  confirmsOrders: z.boolean().default(false),
  /** Texts of an order: `{tests}` is `test` for each code. Facts are those of the record templates, and `{count}`. */
  answer: z
    .strictObject({
      order: text,
      test: text,
      /** To a query without orders. */
      nothing: text,
      /** Orders wait for the analyzer's poll. */
      download: z.boolean().default(false),
      priority: prioritySchema.optional(),
      action: actionSchema.optional(),
      /** The analyzer's words for kinds of specimen; a kind without one is `other`. */
      specimen: z.record(z.string(), z.string()).default({}),
    })
    .optional(),
});

export type AstmDefinitionInput = z.input<typeof astmSchema>;
export type AstmDefinition = z.output<typeof astmSchema>;
export type AstmAnswer = z.output<typeof astmAnswerSchema>;
export type Hl7DefinitionInput = z.input<typeof hl7Schema>;
export type Hl7Definition = z.output<typeof hl7Schema>;
export type DelimitedDefinitionInput = z.input<typeof delimitedSchema>;
export type DelimitedDefinition = z.output<typeof delimitedSchema>;
export type BlockDefinitionInput = z.input<typeof blockSchema>;
export type BlockDefinition = z.output<typeof blockSchema>;
export type ObservationPaths = z.output<typeof observationSchema>;
export type PatientPaths = z.output<typeof patientSchema>;
export type RowRule = z.output<typeof rowSchema>;

/** Any definition as data: what the kit writes and what is read from the data folder. */
export const definitionSchema = z.discriminatedUnion('protocol', [astmSchema, hl7Schema, delimitedSchema, blockSchema]);
