import type { Role } from '../../domain/ids.ts';

export interface UserDoc {
  /** User name, lower case. */
  readonly _id: string;
  readonly role: Role;
  readonly name?: string;
  /** Number of the practice certificate: MA_BS_DOC_KQ of the health insurance. */
  readonly practiceNumber?: string;
  /** Codes of the sections the person decides for; absent: all of them. */
  readonly sections?: readonly string[];
  readonly passwordHash: string;
  readonly disabled?: boolean;
  readonly failures: number;
  readonly lockedUntil?: string;
  readonly totp?: { readonly secret: string; readonly confirmed: boolean; readonly lastStep?: number };
  /** The first-run guide is put away on this person's pages. */
  readonly guideHidden?: boolean;
  readonly createdAt: string;
  readonly version: number;
}

export interface SessionDoc {
  /** SHA-256 of the cookie's secret, base64url. */
  readonly _id: string;
  readonly username: string;
  readonly createdAt: string;
  readonly usedAt: string;
  readonly expiresAt: string;
  /** Browser as it names itself, for the person's list of sessions. */
  readonly agent?: string;
}

export interface TokenDoc {
  /** SHA-256 of the token, base64url. */
  readonly _id: string;
  readonly name: string;
  readonly scopes: readonly string[];
  readonly createdAt: string;
  readonly revokedAt?: string;
}

/** A SMART backend client: a system that signs for itself. */
export interface ClientDoc {
  /** client_id */
  readonly _id: string;
  readonly name: string;
  readonly scopes: readonly string[];
  readonly jwks?: { readonly keys: readonly Readonly<Record<string, unknown>>[] };
  readonly jwksUrl?: string;
  readonly createdAt: string;
  readonly revokedAt?: string;
}

export interface AccessTokenDoc {
  /** SHA-256 of the token, base64url. */
  readonly _id: string;
  readonly client: string;
  readonly scopes: readonly string[];
  readonly expiresAt: string;
}

/** A client's assertion that was used: its jti is not taken twice. */
export interface AssertionDoc {
  /** Hash of client and jti. */
  readonly _id: string;
  readonly expiresAt: string;
}

/** Append-only and hash-chained: `hash` covers the entry and `previousHash`. */
export interface AuditDoc {
  /** Sequence, twelve digits. */
  readonly _id: string;
  readonly at: string;
  readonly actor: string;
  readonly action: string;
  readonly subject: string;
  readonly before?: unknown;
  readonly after?: unknown;
  readonly reason?: string;
  /** What it was made from (an act's id): makes writing it idempotent. */
  readonly source?: string;
  readonly previousHash: string;
  readonly hash: string;
}

/** Rising numbers and marks. */
export interface CounterDoc {
  readonly _id: string;
  readonly value: number;
  readonly text?: string;
}
