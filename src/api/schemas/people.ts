import { z } from 'zod';
import { code as catalogueCode, line, role } from './words.ts';

/** Signing in, users and their sessions. */

const password = z.string().min(1).max(1024);
const otp = z.string().trim().min(1).max(16);
export const username = z.string().trim().min(1).max(64);

/** Sections of the laboratory a person decides for; none: all of them. */
const sections = z.array(catalogueCode).max(100);

export const signIn = z.strictObject({ username, password, otp: otp.optional() });

export const whoAmI = z.object({
  username: z.string(),
  role,
  name: z.string().optional(),
  rights: z.array(z.string()).readonly(),
  /** Absent: all. */
  sections: z.array(z.string()).readonly().optional(),
  totp: z.boolean(),
  laboratory: z.object({
    id: z.string(),
    name: z.string(),
    timeZone: z.string(),
    locale: z.enum(['vi', 'en']),
    verification: z.array(z.string()).readonly(),
    undoSeconds: z.number(),
    idleSeconds: z.number(),
  }),
});

export const user = z.object({
  username: z.string(),
  role,
  name: z.string().optional(),
  practiceNumber: z.string().optional(),
  /** Absent: all. */
  sections: z.array(z.string()).readonly().optional(),
  disabled: z.boolean(),
  locked: z.boolean(),
  totp: z.boolean(),
  createdAt: z.string(),
  version: z.number(),
});

export const newUser = z.strictObject({
  username,
  password,
  role,
  name: line(200).optional(),
  practiceNumber: line(50).optional(),
  sections: sections.optional(),
});
export const userChange = z.strictObject({
  role: role.optional(),
  name: line(200).optional(),
  practiceNumber: line(50).optional(),
  disabled: z.boolean().optional(),
  sections: sections.optional(),
  password: password.optional(),
});
export const ownPassword = z.strictObject({ current: password, password, otp: otp.optional() });
export const code = z.strictObject({ otp });
/** `qr`: the address as a QR code of `size` modules a side, drawn by the data of an SVG path, one unit a module. */
export const totpSecret = z.object({
  secret: z.string(),
  uri: z.string(),
  qr: z.object({ size: z.number(), path: z.string() }),
});
export type TotpSecret = z.infer<typeof totpSecret>;

export const session = z.object({
  id: z.string(),
  createdAt: z.string(),
  usedAt: z.string(),
  expiresAt: z.string(),
  agent: z.string().optional(),
  current: z.boolean(),
});
