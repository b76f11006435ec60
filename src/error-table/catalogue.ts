import { type ErrorRow, row } from './row.ts';

/** Reasons, the catalogue, orders and patients. */
export const catalogueErrors = {
  REASON_MISSING: row('A reason is needed', 'Give the reason', 422, 'never', 'caller'),
  REASON_UNKNOWN: row('Reason {reason} is not in the list', 'Choose one of the list', 422, 'never', 'caller'),
  CATALOGUE_CODE_UNKNOWN: row(
    'Code {code} is not in the catalogue',
    'Use a code of the catalogue',
    422,
    'never',
    'caller',
  ),
  CATALOGUE_CODE_TAKEN: row(
    'Code {code} is in the catalogue already',
    'Change the entry that is there',
    409,
    'never',
    'caller',
  ),
  CATALOGUE_INVALID: row('The catalogue entry is not valid: {detail}', 'Correct the entry', 422, 'never', 'caller'),
  ORDER_NOT_POSSIBLE: row(
    '{code} can not be ordered for this patient: {detail}',
    'Check sex and age of the patient, or give a reason',
    422,
    'never',
    'caller',
  ),
  ORDER_UNKNOWN: row('Order {order} is not known', 'Check the number', 404, 'never', 'caller'),
  ORDER_RELEASED: row(
    'Order {order} has results that were released; it is not cancelled or changed any more',
    'Correct or withdraw the results instead',
    409,
    'never',
    'caller',
  ),
  PATIENT_DIFFERS: row(
    'Patient {patient} is registered with another {fields}',
    'Compare both; use the record that is there, or say that it is to be changed',
    409,
    'never',
    'caller',
  ),
  PATIENT_MERGE_IMPOSSIBLE: row(
    'Patient {loser} can not be merged into {survivor}: {detail}',
    'Check both numbers',
    422,
    'never',
    'caller',
  ),
} as const satisfies Record<string, ErrorRow>;
