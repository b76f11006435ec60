/**
 * The shape of every document in the store. All times are UTC ISO 8601 with milliseconds (`2026-11-24T02:37:12.418Z`)
 * unless a field says otherwise.
 */
export type * from './documents/catalogue.ts';
export type * from './documents/deliveries.ts';
export type * from './documents/journal.ts';
export type * from './documents/observations.ts';
export type * from './documents/people.ts';
export type * from './documents/reports.ts';
export type * from './documents/specimens.ts';
