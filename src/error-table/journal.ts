import { type ErrorRow, row } from './row.ts';

/** Documents that are looked for, and the store they are in. */
export const journalErrors = {
  MESSAGE_NOT_FOUND: row('Message {id} is not in the journal', 'Check the id', 404, 'never', 'caller'),
  HELD_NOT_FOUND: row('Held item is not known', 'Load the page again', 404, 'never', 'caller'),
  HELD_RESOLVED: row('Held item is resolved already', 'Load the page again', 409, 'never', 'caller'),
  NOT_FOUND: row('{what} is not known', 'Check the id', 404, 'never', 'caller'),
  VERSION_CONFLICT: row('{what} was changed by someone else', 'Load it again', 409, 'never', 'caller'),
  STORE_UNAVAILABLE: row('The store does not answer', 'Check disk and database', 503, 'safe', 'operator'),
  STORE_DUPLICATE_KEY: row('A document with this key exists', 'Load again', 409, 'safe', 'caller'),
  STORE_LOCKED: row(
    'The store in {folder} is in use by process {pid}',
    'Stop the other process, or choose another data folder',
    409,
    'never',
    'operator',
  ),
  STORE_UNWRITABLE: row(
    'The store folder {folder} can not be written: {detail}',
    'Check its rights and the disk',
    500,
    'never',
    'installer',
  ),
  STORE_QUERY_UNSUPPORTED: row(
    'The store does not know {operator}',
    'Use the subset of src/store',
    500,
    'never',
    'driverAuthor',
  ),
} as const satisfies Record<string, ErrorRow>;
