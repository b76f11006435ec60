import { z } from 'zod';

/** How a recipient is reached and what it wants, as in lab.yaml and `POST /api/recipients`. */
const hostPort = z.string().regex(/^.+:\d{1,5}$/, 'host:port');
const seconds = z.number().positive().max(3600);
/** What stands in the tables of an HL7 destination, part by part. */
export const mappingParts = {
  letter: z.string().regex(/^[A-Z]$/),
  unit: z.string().min(1).max(40),
  field: z.string().regex(/^[A-Z][A-Z0-9]{2}-\d{1,2}(\.\d{1,2})?$/, 'a field such as OBX-17 or OBX-23.1'),
  length: z.int().min(1).max(65_536),
};

/** TLS towards who we dial: whom to trust, and what we show of ourselves (mutual TLS). Files of PEM. */
export const destinationTlsSchema = z.strictObject({
  ca: z.string().optional(),
  cert: z.string().optional(),
  key: z.string().optional(),
  serverName: z.string().optional(),
});

/** The printed report inside a message (OBX-2 ED), signed where reports are signed. */
const messagePaperSchema = z.strictObject({
  language: z.enum(['vi', 'en']).default('vi'),
  /** Bytes of the largest PDF this receiver takes. A larger one stays away whole, and a note says so. */
  mostBytes: z.int().min(1024).max(10_000_000).default(2_000_000),
  /** How long after its release a report waits for the PDF (its signature); then the values go alone. */
  waitSeconds: z.number().min(0).max(3600).default(60),
  /** `group`: an OBR of its own, the same in every version; `last`: in the last group, where an OBR not ordered is refused. */
  place: z.enum(['group', 'last']).default('group'),
});

export const hl7DestinationSchema = z.strictObject({
  connect: hostPort,
  ackTimeoutSeconds: seconds.default(30),
  /** `park`: what was sent and is not answered in time waits for a person, for a receiver that files every copy it gets. */
  unanswered: z.enum(['retry', 'park']).optional(),
  /** At least so long between one message and the next, for a receiver that is slow behind its answers. */
  pauseSeconds: z.number().min(0).max(60).optional(),
  tls: destinationTlsSchema.optional(),
  /** `enhanced` asks for a commit and an application acknowledgement (MSH-15, MSH-16 AL). */
  acknowledgement: z.enum(['original', 'enhanced']).optional(),
  /** OBR-25 and OBX-11 as this receiver knows them: `{ X: C }`. */
  statuses: z.record(mappingParts.letter, mappingParts.letter).optional(),
  /** Units as this receiver spells them: `{ umol/L: "µmol/L" }`. */
  units: z.record(z.string().min(1), mappingParts.unit).optional(),
  /** Most characters of a field or component, counted after escaping. */
  lengths: z.record(mappingParts.field, mappingParts.length).optional(),
  /** MSH-18. Letters a charset has not are written without their marks. */
  charset: z.enum(['UNICODE UTF-8', '8859/1', 'ASCII']).optional(),
  /** `refuse` parks a report with a value that has no LOINC. */
  unmapped: z.enum(['send', 'refuse']).optional(),
  pdf: messagePaperSchema.optional(),
  /** `skip`: it places and cancels the orders itself and takes no report that only says so. */
  cancelled: z.enum(['send', 'skip']).optional(),
});

const fhirAuthSchema = z.union([
  z.strictObject({ token: z.string().min(1).max(4096) }),
  z.strictObject({
    clientId: z.string().min(1).max(300),
    /** File with our private key as a JWK. */
    keyFile: z.string().min(1),
    /** Found by the server's smart-configuration when absent. */
    tokenUrl: z.url().optional(),
    scope: z.string().max(1000).optional(),
  }),
]);

export const fhirDestinationSchema = z.strictObject({
  url: z.url({ protocol: /^https?$/ }),
  auth: fhirAuthSchema.optional(),
  tls: destinationTlsSchema.optional(),
  timeoutSeconds: seconds.optional(),
  /** Read back what was written and compare; on unless switched off. */
  readBack: z.boolean().optional(),
});

/** `whsec_` and base64 of 24 to 64 random bytes. */
export const webhookSecret = z.string().regex(/^whsec_[A-Za-z0-9+/=]{32,88}$/, 'whsec_ and base64 of 24 to 64 bytes');

/** A signed call that says that there is something to read, never what (standardwebhooks). */
export const webhookDestinationSchema = z.strictObject({
  url: z.url({ protocol: /^https?$/ }),
  secret: webhookSecret,
  tls: destinationTlsSchema.optional(),
  /** A recipient of referrals: how long the token it is given fetches a report. A day when absent. */
  pullSeconds: z.int().min(1).max(604_800).optional(),
  timeoutSeconds: seconds.optional(),
});

export const retrySecondsSchema = z.tuple([z.number().positive(), z.number().positive()]);

export type Hl7Destination = z.infer<typeof hl7DestinationSchema>;
export type MessagePaper = z.infer<typeof messagePaperSchema>;
export type FhirDestination = z.infer<typeof fhirDestinationSchema>;
export type WebhookDestination = z.infer<typeof webhookDestinationSchema>;
export type DestinationTls = z.infer<typeof destinationTlsSchema>;
