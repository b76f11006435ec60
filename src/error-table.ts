import { accessErrors } from './error-table/access.ts';
import { catalogueErrors } from './error-table/catalogue.ts';
import { journalErrors } from './error-table/journal.ts';
import { publishErrors } from './error-table/publish.ts';
import type { ErrorRow } from './error-table/row.ts';
import { setupErrors } from './error-table/setup.ts';
import { specimenErrors } from './error-table/specimen.ts';
import { wireErrors } from './error-table/wire.ts';

/** Every error the product can give: one row each, in the room it belongs to. Add a row there before you use a code. */
export const errorTable = {
  ...wireErrors,
  ...specimenErrors,
  ...catalogueErrors,
  ...journalErrors,
  ...setupErrors,
  ...accessErrors,
  ...publishErrors,
} as const satisfies Record<string, ErrorRow>;

export type ErrorCode = keyof typeof errorTable;
