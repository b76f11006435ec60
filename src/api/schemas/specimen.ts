import { z } from 'zod';
import { serumIndexKinds } from '../../domain/interference.ts';
import {
  accession,
  alert,
  birthDate,
  code,
  comparator,
  instant,
  line,
  priority,
  sex,
  version,
  words,
} from './words.ts';

/** Specimens, patients, orders and observations as the API shows them, and what is asked to change them. */

const identifier = z.object({ system: z.string(), value: z.string() });

export const patient = z.object({
  id: z.string(),
  identifiers: z.array(identifier).readonly().optional(),
  name: z.string(),
  sex,
  birthDate: z.string(),
  phone: z.string().optional(),
  address: z.string().optional(),
  insuranceNumber: z.string().optional(),
  /** What was known before name, sex or birth date became others; the newest first. */
  earlier: z
    .array(z.object({ name: z.string(), sex, birthDate: z.string(), until: z.string(), by: z.string() }))
    .readonly()
    .optional(),
  version: z.number().optional(),
});
export type PatientView = z.infer<typeof patient>;
export const mergedPatient = z.object({ id: z.string(), mergedInto: z.string() });

export const order = z.object({
  id: z.string(),
  placer: z.string().optional(),
  accession: z.string(),
  patient: z.string(),
  code: z.string(),
  analytes: z.array(z.string()).readonly(),
  priority,
  state: z.enum(['ordered', 'inProcess', 'completed', 'cancelled']),
  cancelled: z.object({ at: z.string(), by: z.string(), reason: z.string().optional() }).optional(),
  orderedAt: z.string(),
  requester: z.string().optional(),
});
export type OrderView = z.infer<typeof order>;

const comment = z.object({ text: z.string(), by: z.string(), at: z.string() });

export const observation = z.object({
  id: z.string(),
  version: z.number(),
  run: z.number(),
  current: z.boolean(),
  origin: z.enum(['wire', 'manual', 'calculated', 'imported']),
  accession: z.string(),
  analyzer: z.string(),
  hostCode: z.string(),
  analyte: z.string(),
  loinc: z.string().optional(),
  section: z.string(),
  value: z.string(),
  comparator: comparator.optional(),
  unit: z.string(),
  sent: z.object({
    value: z.string(),
    comparator: comparator.optional(),
    unit: z.string(),
    flags: z.array(z.string()).readonly(),
  }),
  referenceRange: z
    .object({
      low: z.string().optional(),
      high: z.string().optional(),
      text: z.string().optional(),
      reason: z.string(),
    })
    .optional(),
  critical: z.object({ low: z.string().optional(), high: z.string().optional() }).optional(),
  flags: z.array(z.string()).readonly(),
  alerts: z.array(alert).readonly(),
  state: z.enum(['pending', 'verified', 'released', 'rejected', 'superseded', 'withdrawn']),
  observedAt: z.string(),
  receivedAt: z.string(),
  message: z.string().optional(),
  comments: z.array(comment).readonly(),
  /** What the analyzer said of the whole specimen beside its values. */
  remarks: z.array(z.string()).readonly().optional(),
  hold: z.object({ by: z.string(), at: z.string(), reason: z.string().optional() }).optional(),
  enteredBy: z.string().optional(),
  verifiedBy: z.string().optional(),
  verifiedAt: z.string().optional(),
  releasedBy: z.string().optional(),
  releasedAt: z.string().optional(),
  previous: z.object({ value: z.string(), unit: z.string(), at: z.string(), accession: z.string() }).optional(),
  amends: z.string().optional(),
  calculatedFrom: z.array(z.string()).readonly().optional(),
});
export type ObservationView = z.infer<typeof observation>;

export const reportSummary = z.object({
  id: z.string(),
  version: z.number(),
  status: z.string(),
  issued: z.string(),
});

export const earlierValue = z.object({ value: z.string(), unit: z.string(), at: z.string(), accession: z.string() });

const specimenState = z.enum(['ordered', 'collected', 'received', 'rejected', 'stored', 'disposed']);
const place = z.object({ rack: z.string(), position: z.string() });
const container = z.object({
  id: z.string(),
  type: z.string(),
  state: specimenState,
  parent: z.string().optional(),
  storage: place.optional(),
});

export const specimen = z.object({
  accession: z.string(),
  patient,
  orders: z.array(order).readonly(),
  priority,
  state: specimenState,
  type: z.string().optional(),
  registeredAt: z.string(),
  collectedAt: z.string(),
  collectedAtSource: z.enum(['given', 'assumed']),
  receivedAt: z.string().optional(),
  requester: z.string().optional(),
  ward: z.string().optional(),
  diagnosis: z.string().optional(),
  encounter: z.string().optional(),
  pregnant: z.literal(true).optional(),
  containers: z.array(container).readonly().optional(),
  custody: z
    .array(
      z.object({
        action: z.string(),
        at: z.string(),
        by: z.string(),
        reason: z.string().optional(),
        container: z.string().optional(),
        comment: z.string().optional(),
        told: z.string().optional(),
        place: z.string().optional(),
      }),
    )
    .readonly(),
  storage: place.optional(),
  rejection: z
    .object({
      reason: z.string(),
      at: z.string(),
      by: z.string(),
      told: z.string().optional(),
      comment: z.string().optional(),
    })
    .optional(),
  recollectOf: z.string().optional(),
  recollectedAs: z.string().optional(),
  /** The statuses of QĐ 3725/QĐ-BYT: taken, examined, with a result. */
  progress: z.object({ collected: z.boolean(), examined: z.boolean(), resulted: z.boolean() }),
  observations: z.array(observation).readonly(),
  /** The patient's last reported values collected before this draw, oldest first, by analyte. */
  history: z.record(z.string(), z.array(earlierValue).readonly()),
  reports: z.array(reportSummary).readonly(),
  /** Analyte codes: ordered and not there, there and not ordered, there more than once. */
  against: z
    .object({
      missing: z.array(z.string()).readonly(),
      extra: z.array(z.string()).readonly(),
      doubled: z.array(z.string()).readonly(),
    })
    .optional(),
  /** Serum indices, the last of each analyzer and those before that disturb what is here: how much, and which analytes. */
  interference: z
    .array(
      z.object({
        index: z.enum(serumIndexKinds),
        value: z.string(),
        comparator: comparator.optional(),
        unit: z.string().optional(),
        grade: z.enum(['none', 'present', 'strong']).optional(),
        analyzer: z.string(),
        observedAt: z.string(),
        message: z.string().optional(),
        affects: z.array(z.string()).readonly(),
      }),
    )
    .readonly(),
  version: z.number(),
});
export type SpecimenView = z.infer<typeof specimen>;

/** A specimen in a list: who, what was asked, where it stands. */
export const specimenRow = z.object({
  accession: z.string(),
  patient,
  orders: z.array(z.string()).readonly(),
  priority,
  state: specimenState,
  registeredAt: z.string(),
  requester: z.string().optional(),
  ward: z.string().optional(),
});
export type SpecimenRowView = z.infer<typeof specimenRow>;

/** One row of the worklist: counts are of the observations that wait. */
export const workRow = z.object({
  accession: z.string(),
  patient,
  priority,
  state: specimenState,
  registeredAt: z.string(),
  collectedAt: z.string(),
  receivedAt: z.string().optional(),
  requester: z.string().optional(),
  ward: z.string().optional(),
  pending: z.number(),
  clean: z.number(),
  verified: z.number(),
  ordered: z.number(),
  sections: z.array(z.string()).readonly(),
  analyzers: z.array(z.string()).readonly(),
  flags: z.array(z.string()).readonly(),
  alerts: z.array(alert).readonly(),
  /** Values at hand by section. */
  values: z.array(z.object({ section: z.string(), count: z.number() })).readonly(),
  /** Of those that wait: how many are not clean, and how many are kept back. */
  flagged: z.number(),
  onHold: z.number(),
  observations: z.array(observation).readonly().optional(),
});
export type WorkRowView = z.infer<typeof workRow>;

/** The id a hospital knows a patient by: it goes into PID-3.1 and into addresses. */
const patientId = z
  .string()
  .trim()
  .min(1)
  .max(100)
  .regex(/^[^\p{Cc}\s/?#]+$/u, 'no blanks, / ? #');

export const newPatient = z.strictObject({
  id: patientId,
  identifiers: z
    .array(z.strictObject({ system: line(200), value: line(100) }))
    .max(20)
    .optional(),
  name: line(200),
  sex,
  birthDate: z.union([birthDate, z.literal('')]),
  phone: line(50).optional(),
  address: line(300).optional(),
  insuranceNumber: line(50).optional(),
});

export const newSpecimen = z.strictObject({
  accession: accession.optional(),
  patient: newPatient,
  orders: z.array(code).min(1).max(100),
  priority: priority.optional(),
  collectedAt: instant.optional(),
  type: line(64).optional(),
  requester: line(200).optional(),
  ward: line(200).optional(),
  diagnosis: words(500).optional(),
  encounter: line(100).optional(),
  /** Chooses reference ranges; absent counts as not pregnant. */
  pregnant: z.boolean().optional(),
  containers: z
    .array(z.strictObject({ id: line(50), type: line(64) }))
    .max(20)
    .optional(),
  /** `refuse`: 409 where the id is registered with another name, sex or birth date; else it is changed, and says so. */
  patientDiffers: z.enum(['refuse', 'take']).optional(),
  /** Why an order that does not fit sex or age is given all the same. */
  reason: words(500).optional(),
});

export const custodyStep = z
  .strictObject({
    reason: line(200).optional(),
    comment: words(1000).optional(),
    container: line(50).optional(),
    at: instant.optional(),
    position: line(100).optional(),
    rack: line(100).optional(),
    /** reject: who was told; whether it is drawn again. */
    told: line(200).optional(),
    recollect: z.boolean().optional(),
  })
  .nullish();

export const verifyRequest = z.strictObject({
  observations: z
    .array(z.strictObject({ id: z.string().min(1).max(200), version, acknowledge: z.array(alert).max(20).optional() }))
    .min(1)
    .max(500),
  comment: words(2000).optional(),
  ownEntryReason: words(500).optional(),
});

/** What a doctor releases: all that was verified when nothing is named. */
export const releaseRequest = z
  .strictObject({
    observations: z
      .array(z.looseObject({ id: z.string().min(1).max(200), version }))
      .min(1)
      .max(500)
      .optional(),
    comment: words(2000).optional(),
  })
  .nullish();

/** `reject`, `amend`, `withdraw`, `hold`: an absent reason is the act's own error, not the schema's. */
export const judgement = z.strictObject({
  version: version.optional(),
  reason: words(1000).optional(),
  value: z.string().trim().max(200).optional(),
  comparator: comparator.optional(),
  comment: words(2000).optional(),
});

export const manualEntry = z.strictObject({
  observations: z
    .array(
      z.strictObject({
        analyte: code,
        value: z.string().trim().min(1).max(200),
        unit: line(40).optional(),
        /** The specimen was diluted so many times before: the value is multiplied by it. */
        dilution: z.string().trim().max(20).optional(),
        observedAt: instant.optional(),
        comment: words(1000).optional(),
      }),
    )
    .min(1)
    .max(200),
});

export const orderChange = z.strictObject({
  add: z.array(code).max(100).optional(),
  orders: z.array(code).max(100).optional(),
  cancel: z.array(z.string().min(1).max(200)).max(100).optional(),
  reason: words(500).optional(),
});

/** What a verification answers: the specimen as it is now, and until when it can be taken back. */
export const verified = specimen.extend({ act: z.number(), undoUntil: z.string().nullable() });
export const undone = specimen.extend({ undone: z.array(z.number()).readonly() });
export const remark = z.strictObject({ text: words(2000), version: version.optional() });
export const holding = z.strictObject({ version: version.optional(), reason: words(1000).optional() }).nullish();
export const choice = z.strictObject({ version });
