/** The people's roles (contract-day.md, People). */
export const roles = [
  'technician',
  'senior-technician',
  'doctor',
  'receptionist',
  'administrator',
  'auditor',
  'integration',
] as const;
export type Role = (typeof roles)[number];

/** Who acts: a person, a system with a token, or the product itself (`system`). */
export interface Actor {
  readonly username: string;
  readonly role: Role | 'system';
}

export type Sex = 'male' | 'female' | 'other' | 'unknown';
export type Priority = 'routine' | 'urgent' | 'stat';
export type Comparator = '<' | '>' | '<=' | '>=';

/** Codes of what a person must look at (contract-day.md, Flags and alerts). */
export const alertCodes = ['critical', 'delta', 'mix-up', 'absurd', 'range', 'not-calculated', 'qc'] as const;
export type AlertCode = (typeof alertCodes)[number];
