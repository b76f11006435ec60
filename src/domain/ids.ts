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

/** Who acted, as it is written down. */
export interface RecordedActor {
  readonly username: string;
  readonly role: Role | 'system';
  /** Never written: what a person may decide about changes, who did something does not. */
  readonly sections?: never;
}

/** Who acts: a person, a system with a token, or the product itself (`system`). */
export interface Actor extends Omit<RecordedActor, 'sections'> {
  /** Sections of the laboratory the person decides for; absent or empty: all of them. */
  readonly sections?: readonly string[];
}

/** Who acted, to be written down. */
export const recorded = ({ username, role }: Actor): RecordedActor => ({ username, role });

/** Whether someone with these sections (absent or empty: all) decides about what is of a section. */
export const decidesFor = (sections: readonly string[] | undefined, section: string): boolean =>
  sections === undefined || sections.length === 0 || sections.includes(section);

export type Sex = 'male' | 'female' | 'other' | 'unknown';
export type Priority = 'routine' | 'urgent' | 'stat';
export type Comparator = '<' | '>' | '<=' | '>=';

/** Codes of what a person must look at (contract-day.md, Flags and alerts). */
export const alertCodes = [
  'critical',
  'delta',
  'mix-up',
  'absurd',
  'range',
  'not-calculated',
  'interference',
  'qc',
] as const;
export type AlertCode = (typeof alertCodes)[number];
