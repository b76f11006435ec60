import { z } from 'zod';
import { actionSchema, identityShape, pattern, prioritySchema, sexLetters, text, valueSchema } from './schema-parts.ts';

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

export type DelimitedDefinitionInput = z.input<typeof delimitedSchema>;
export type DelimitedDefinition = z.output<typeof delimitedSchema>;
export type BlockDefinitionInput = z.input<typeof blockSchema>;
export type BlockDefinition = z.output<typeof blockSchema>;
