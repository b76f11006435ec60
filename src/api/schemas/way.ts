import { z } from 'zod';
import {
  fhirDestinationSchema,
  hl7DestinationSchema,
  retrySecondsSchema,
  webhookDestinationSchema,
} from '../../laboratory/recipient-config.ts';
import { accession, code, comparator, decimal, line } from './words.ts';

/** Lines, their journal, held items, deliveries and the way of a number. */

export const span = z.tuple([z.number(), z.number()]).readonly();

export const analyzer = z.object({
  id: z.string(),
  name: z.string().optional(),
  driver: z.string(),
  transport: z.enum(['tcp', 'serial']),
  role: z.enum(['listen', 'connect']),
  state: z.enum(['down', 'up', 'talking', 'silent', 'failing']),
  lastReceivedAt: z.string().nullable(),
  counts: z.record(z.string(), z.number()),
  watch: z
    .object({
      /** Share of the latest answers that refused, 0 to 1. */
      nakRate: z.number().nullable(),
      /** Ahead of ours: positive. */
      clockSkewSeconds: z.number().nullable(),
      /** Specimens ordered whose results are overdue. */
      ordersWithoutResult: z.number(),
      /** Sessions opened and ended without a frame. */
      enqWithoutData: z.number(),
      /** Longest silence between the latest arrivals. */
      rhythmSeconds: z.number().nullable(),
      /** The latest trouble on the wire since the start: a code of the error table. */
      lastFault: z.object({ code: z.string(), detail: z.string().optional(), at: z.string() }).nullable().optional(),
    })
    .optional(),
  /** What is wrong, in words; absent when nothing is. */
  detail: z.string().optional(),
  address: z.string().optional(),
  retryAt: z.string().optional(),
});

/** What a line did lately: arrivals in equal intervals, the last one running; and since midnight in the laboratory. */
export const lineActivity = z.object({
  id: z.string(),
  arrivals: z.array(z.number()).readonly(),
  today: z.object({ messages: z.number(), observations: z.number(), held: z.number() }),
});

export const messageRow = z.object({
  id: z.string(),
  at: z.string(),
  direction: z.enum(['in', 'out']),
  kind: z.string(),
  accessions: z.array(z.string()).readonly(),
  bytes: z.number(),
  state: z.string(),
});

const fault = z.object({ code: z.string(), at: z.number(), detail: z.string().optional() });

export const messageRecord = z.object({
  type: z.string(),
  text: z.string(),
  span,
  /** Fields that hold something, where the record has any: `at` is the field's place in `text`. */
  fields: z.array(z.object({ name: z.string(), span, at: span })).readonly(),
});
export type MessageRecordView = z.infer<typeof messageRecord>;

const decodedObservation = z.object({
  id: z.string().optional(),
  accession: z.string().optional(),
  hostCode: z.string(),
  analyte: z.string().optional(),
  value: z.string(),
  comparator: comparator.optional(),
  unit: z.string().optional(),
  flags: z.array(z.string()).readonly(),
  span,
});

export const heldItem = z.object({
  id: z.string(),
  reason: z.string(),
  detail: z.string(),
  analyzer: z.string(),
  message: z.string(),
  accession: z.string().optional(),
  hostCode: z.string().optional(),
  at: z.string(),
  state: z.enum(['open', 'resolved']),
  resolution: z
    .object({
      action: z.string(),
      by: z.string(),
      at: z.string(),
      accession: z.string().optional(),
      reason: z.string().optional(),
    })
    .optional(),
});

export const message = messageRow.extend({
  analyzer: z.string(),
  driver: z.string(),
  /** Base64. */
  raw: z.string(),
  records: z.array(messageRecord).readonly(),
  faults: z.array(fault).readonly(),
  observations: z.array(decodedObservation).readonly(),
  held: z.array(heldItem).readonly(),
  controlId: z.string().optional(),
  answers: z.string().optional(),
  /** Messages we sent in answer. */
  replies: z.array(z.string()).readonly(),
});
export type MessageView = z.infer<typeof message>;

export const replayed = z.object({
  id: z.string(),
  added: z.number(),
  repeated: z.number(),
  held: z.number(),
  state: z.string(),
});

/** What a person thinks of doing, to see what a replay would change before it is done. */
export const replayIntention = z
  .strictObject({
    mapping: z
      .strictObject({
        hostCode: line(64),
        analyte: code.optional(),
        unit: line(40).optional(),
        factor: decimal.refine((text) => Number(text) > 0, 'must be above 0').optional(),
        decimalComma: z.boolean().optional(),
        ignored: z.boolean().optional(),
      })
      .optional(),
    assign: z.strictObject({ from: z.string().max(100).optional(), to: accession }).optional(),
  })
  .nullish();

export const replayPreview = z.object({
  items: z
    .array(
      z.object({
        accession: z.string().optional(),
        hostCode: z.string(),
        sent: z.object({ value: z.string(), unit: z.string() }),
        becomes: z.enum(['new', 'same', 'held', 'ignored']),
        analyte: z.string().optional(),
        value: z.string().optional(),
        unit: z.string().optional(),
        reason: z.string().optional(),
      }),
    )
    .readonly(),
});

export const resolve = z.strictObject({
  action: z.enum(['replay', 'assign', 'dismiss']),
  accession: accession.optional(),
  reason: line(500).optional(),
});

export const delivery = z.object({
  id: z.string(),
  recipient: z.string(),
  accession: z.string(),
  report: z.string(),
  version: z.number(),
  state: z.enum(['queued', 'sending', 'delivered', 'parked', 'superseded']),
  attempts: z.number(),
  ack: z.object({ code: z.string(), at: z.string(), text: z.string().optional() }).optional(),
  /** The transport's answer, apart from the application's. */
  transport: z.object({ code: z.string(), at: z.string() }).optional(),
  sentAt: z.string().optional(),
  readBack: z.object({ at: z.string(), equal: z.boolean(), differences: z.array(z.string()).readonly() }).optional(),
  reason: z.string().optional(),
  nextAt: z.string(),
  createdAt: z.string(),
  deliveredAt: z.string().optional(),
});

export const completeness = z.object({
  recipient: z.string(),
  month: z.string(),
  reports: z.number(),
  delivered: z.number(),
  confirmed: z.number(),
  waiting: z.number(),
  late: z.number(),
  parked: z.number(),
  different: z.number(),
  score: z.string(),
  reasons: z.array(z.object({ reason: z.string(), count: z.number() })).readonly(),
});

export const explanation = z.object({
  id: z.string(),
  accession: z.string(),
  origin: z.string(),
  message: z.object({ id: z.string() }).nullable(),
  span: span.nullable(),
  sent: z.object({
    value: z.string(),
    comparator: comparator.optional(),
    unit: z.string(),
    flags: z.array(z.string()).readonly(),
  }),
  mapping: z.object({ hostCode: z.string(), analyte: z.string(), revision: z.number() }).nullable(),
  conversion: z.object({ factor: z.string(), from: z.string(), to: z.string() }).nullable(),
  range: z
    .object({
      low: z.string().optional(),
      high: z.string().optional(),
      text: z.string().optional(),
      reason: z.string(),
    })
    .nullable(),
  rules: z.array(z.object({ rule: z.string(), outcome: z.string() })).readonly(),
  calculatedFrom: z
    .array(z.object({ id: z.string(), analyte: z.string(), value: z.string(), unit: z.string() }))
    .readonly()
    .optional(),
  previous: z.object({ value: z.string(), unit: z.string(), at: z.string(), accession: z.string() }).optional(),
  amends: z.string().optional(),
  acts: z
    .array(
      z.object({
        actor: z.string(),
        action: z.string(),
        at: z.string(),
        reason: z.string().optional(),
        comment: z.string().optional(),
      }),
    )
    .readonly(),
  deliveries: z
    .array(z.object({ recipient: z.string(), state: z.string(), version: z.number(), at: z.string().optional() }))
    .readonly(),
});

export const recipient = z.object({
  id: z.string(),
  name: z.string().optional(),
  hl7: hl7DestinationSchema.optional(),
  /** Without what it signs in with: only how. */
  fhir: fhirDestinationSchema
    .omit({ auth: true })
    .extend({ auth: z.enum(['none', 'token', 'smart']) })
    .optional(),
  webhook: webhookDestinationSchema.omit({ secret: true }).optional(),
  referral: z.boolean().optional(),
  retrySeconds: z.tuple([z.number(), z.number()]).readonly(),
  paused: z.boolean(),
  source: z.enum(['file', 'api', 'subscription']),
  version: z.number(),
});

const identifier = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/, 'letters, digits, . _ -, at most 64');

export const newRecipient = z.strictObject({
  id: identifier,
  name: line(200).optional(),
  hl7: hl7DestinationSchema.optional(),
  fhir: fhirDestinationSchema.optional(),
  webhook: webhookDestinationSchema.optional(),
  referral: z.boolean().optional(),
  retrySeconds: retrySecondsSchema.default([2, 300]),
});

/** What may be changed of a recipient that was added here; an absent part stays, and so does a secret not named. */
export const recipientChange = newRecipient.omit({ id: true, retrySeconds: true }).extend({
  version: z.int().min(1),
  /** `auth: null` takes away what it signs in with. */
  fhir: fhirDestinationSchema.extend({ auth: fhirDestinationSchema.shape.auth.nullable() }).optional(),
  webhook: webhookDestinationSchema.extend({ secret: webhookDestinationSchema.shape.secret.optional() }).optional(),
  retrySeconds: retrySecondsSchema.optional(),
});

export const mappingRow = z.object({ kind: z.string(), ours: z.string(), theirs: z.string() });
export const mappingPreview = mappingRow.extend({
  /** Of the file, the header is 1. */
  line: z.number(),
  fault: z.enum(['kind', 'columns', 'ours', 'unit', 'status', 'field', 'length', 'twice']).optional(),
  effect: z.enum(['new', 'changed', 'same']).optional(),
});
