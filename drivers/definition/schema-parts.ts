import { z } from 'zod';

/** Something has to stand there. */
export const text = z.string().min(1);

function isPattern(source: string): boolean {
  try {
    return new RegExp(source) instanceof RegExp;
  } catch {
    return false;
  }
}

/** A regular expression, checked when the definition is read. */
export const pattern = text.refine(isPattern, 'is no regular expression');

const codeMappingSchema = z.strictObject({
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
export const identityShape = {
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

export const valueSchema = z.strictObject({
  decimalComma: z.boolean().optional(),
  masks: z.array(text).optional(),
  /** What stands in place of a value and means that there is none. */
  empty: z.array(text).optional(),
});

/** What the analyzer calls a priority, and what is to be done with an order. */
export const prioritySchema = z.strictObject({ routine: z.string(), urgent: z.string(), stat: z.string() });
export const actionSchema = z.strictObject({ new: z.string(), add: z.string(), cancel: z.string() });

/** Sex by its letter, where a pattern reads it. */
export const sexLetters = z.record(z.string(), z.enum(['male', 'female', 'other', 'unknown'])).default({});
