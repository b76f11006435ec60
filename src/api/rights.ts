import type { Role } from '../domain/ids.ts';

const floor: readonly Role[] = ['technician', 'senior-technician', 'doctor', 'administrator'];
const watch: readonly Role[] = [...floor, 'auditor'];
const front: readonly Role[] = [...watch, 'receptionist'];

/**
 * Who may do what (contract-day.md People, contract-publish.md Access). A right is the name of an action; a role that
 * is not in its row is refused before body and existence are looked at.
 */
export const rights = {
  'specimens.register': [...floor, 'receptionist'],
  'specimens.read': [...front, 'integration'],
  'specimens.list': [...front, 'integration'],
  'specimens.timeline': [...front, 'integration'],
  'storage.read': [...front, 'integration'],
  'labels.print': [...front, 'integration'],
  'specimens.receive': [...floor, 'receptionist'],
  'specimens.handle': floor,
  'orders.change': [...floor, 'receptionist'],
  'orders.read': front,
  'patients.read': front,
  'results.read': watch,
  'worklist.read': watch,
  'results.verify': floor,
  'results.enter': floor,
  'results.judge': floor,
  'results.release': ['doctor'],
  'results.amend': ['senior-technician', 'doctor'],
  'results.withdraw': ['doctor'],
  'results.block': ['senior-technician', 'doctor', 'administrator'],
  'results.review': ['senior-technician', 'doctor', 'administrator'],
  'analyzers.read': watch,
  'messages.read': watch,
  'messages.replay': floor,
  'held.read': watch,
  'held.resolve': floor,
  'deliveries.read': [...watch, 'integration'],
  'deliveries.redrive': ['administrator'],
  'recipients.read': ['senior-technician', 'doctor', 'administrator', 'auditor'],
  'recipients.add': ['administrator'],
  'recipients.run': ['administrator'],
  'events.read': front,
  'catalogue.read': [...front, 'integration'],
  'catalogue.edit': ['administrator'],
  'drivers.read': [...front, 'integration'],
  'reports.read': [...watch, 'integration'],
  'reports.print': [...watch, 'integration'],
  'criticals.read': watch,
  'criticals.call': floor,
  'referrals.send': ['doctor', 'administrator'],
  'referrals.read': ['doctor', 'administrator', 'auditor'],
  'insurance.read': [...watch, 'integration'],
  'insurance.services': [...watch, 'integration'],
  'statistics.read': [...watch, 'integration'],
  'users.manage': ['administrator'],
  'laboratory.setUp': ['administrator'],
  'audit.read': ['doctor', 'administrator', 'auditor'],
} as const satisfies Record<string, readonly Role[]>;

export type Right = keyof typeof rights;

/** What a route asks for: nothing, a person who is signed in, anyone with credentials, or a right. */
export type Access = 'public' | 'person' | 'caller' | Right;

/** Whether a role has a right. */
export function roleMay(role: Role, right: Right): boolean {
  const allowed: readonly Role[] = rights[right];
  return allowed.includes(role);
}

/** All rights of a role, for the workbench: it shows only what may be done. */
export function rightsOf(role: Role): Right[] {
  return (Object.keys(rights) as Right[]).filter((right) => roleMay(role, right));
}

/** What a token must cover to use a right: resource types, and whether it reads one thing or searches among many. */
export interface TokenNeed {
  readonly types: readonly string[];
  readonly interaction: 'r' | 's';
}

/**
 * What a token may under /api at all (contract-publish.md, Access): it reads, and nothing but this. A right that is not
 * here is closed to tokens, whatever their scopes.
 */
export const tokenRights: Readonly<Partial<Record<Right, TokenNeed>>> = {
  'specimens.read': { types: ['Specimen', 'Observation', 'Patient'], interaction: 'r' },
  'specimens.list': { types: ['Specimen', 'Observation', 'Patient'], interaction: 's' },
  'reports.read': { types: ['DiagnosticReport'], interaction: 'r' },
  'deliveries.read': { types: ['DiagnosticReport'], interaction: 's' },
  'catalogue.read': { types: [], interaction: 'r' },
  'statistics.read': { types: ['Observation'], interaction: 's' },
  'insurance.read': { types: ['Observation', 'Patient'], interaction: 's' },
};
