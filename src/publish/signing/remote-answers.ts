import { z } from 'zod';

/**
 * Answers of a remote signer (Cloud Signature Consortium, API 1.0.4 and 2.0), as far as we read them. Texts where the
 * standard says booleans occur, so both are taken.
 */
const yesOrNo = z.union([z.boolean(), z.string()]).transform((value) => value === true || value === 'true');

export const listAnswer = z.object({ credentialIDs: z.array(z.string()) });

export const infoAnswer = z.object({
  key: z.object({ status: z.string().optional(), algo: z.array(z.string()).default([]) }),
  cert: z.object({
    status: z.string().optional(),
    /** Base64 of DER, the signer's first. */
    certificates: z.array(z.string()).min(1),
  }),
  /** Version 1. */
  authMode: z.string().optional(),
  PIN: z.object({ presence: yesOrNo.optional() }).optional(),
  OTP: z.object({ presence: yesOrNo.optional() }).optional(),
  /** Version 2. */
  auth: z
    .object({ mode: z.string(), objects: z.array(z.object({ id: z.string(), type: z.string() })).default([]) })
    .optional(),
});
export type CredentialFacts = z.infer<typeof infoAnswer>;

export const authorizeAnswer = z.object({ SAD: z.string().min(1) });
export const signAnswer = z.object({ signatures: z.array(z.string()).min(1) });
export const tokenAnswer = z.object({ access_token: z.string().min(1), expires_in: z.number().optional() });
export const errorAnswer = z.object({ error: z.string().max(100), error_description: z.string().optional() });
