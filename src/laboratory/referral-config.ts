import { z } from 'zod';
import { destinationTlsSchema, webhookSecret } from './recipient-config.ts';

/** A hospital that tells us when a signed package waits for us, and where we fetch it. */
const senderSchema = z.strictObject({
  id: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/, 'letters, digits, `.`, `_`, `-`'),
  name: z.string().min(1).max(200).optional(),
  /** Where it is reached. A notice names a path there; an address it brings itself is not followed. */
  url: z.url({ protocol: /^https?$/ }),
  /** The secret both sides know (its `webhook.secret` of us). */
  secret: webhookSecret,
  tls: destinationTlsSchema.optional(),
  timeoutSeconds: z.number().positive().max(3600).default(60),
});

/** `referral` of lab.yaml: names of fields of what goes out, and who may tell us of what comes in. */
export const referralSchema = z.strictObject({
  /** Names of the fields of HoSoBenhAn/KetQuaXetNghiem (publish/referral/record.ts). */
  fields: z.record(z.string(), z.string().regex(/^[A-Za-z_][\w.-]*$/)).default({}),
  senders: z
    .array(senderSchema)
    .default([])
    .refine((senders) => new Set(senders.map(({ id }) => id)).size === senders.length, 'an id is used twice'),
});

export type ReferralSender = z.infer<typeof senderSchema>;
