import { expect, test } from 'vitest';
import { accessErrors } from '../src/error-table/access.ts';
import { catalogueErrors } from '../src/error-table/catalogue.ts';
import { journalErrors } from '../src/error-table/journal.ts';
import { publishErrors } from '../src/error-table/publish.ts';
import { setupErrors } from '../src/error-table/setup.ts';
import { specimenErrors } from '../src/error-table/specimen.ts';
import { wireErrors } from '../src/error-table/wire.ts';
import { errorTable } from '../src/error-table.ts';
import { errors as en } from '../src/web/i18n/en/errors.ts';
import { errors as vi } from '../src/web/i18n/vi/errors.ts';

test('a code has its row in one room only', () => {
  const rooms = [
    wireErrors,
    specimenErrors,
    catalogueErrors,
    journalErrors,
    setupErrors,
    accessErrors,
    publishErrors,
  ].flatMap((room) => Object.keys(room));
  expect(rooms.sort()).toEqual(Object.keys(errorTable).sort());
});

test.each([
  ['Vietnamese', vi],
  ['English', en],
])('the %s words are of codes in the table', (_language, words) => {
  // what the workbench says on its own
  const own = ['unknown', 'CONNECTION_LOST'];
  const codes = [...Object.keys(errorTable), ...own];
  expect(Object.keys(words).filter((code) => !codes.includes(code))).toEqual([]);
});
