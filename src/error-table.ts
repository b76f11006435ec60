/** Who has to act on an error. */
type Actor = 'linkMachine' | 'technician' | 'driverAuthor' | 'operator' | 'installer' | 'caller' | 'administrator';

interface ErrorRow {
  /** One sentence, `{name}` filled from the context. No period at the end. */
  readonly message: string;
  /** What to do about it. */
  readonly action: string;
  /** HTTP status when it reaches the API. */
  readonly status: number;
  readonly retry: 'safe' | 'ambiguous' | 'never';
  readonly actor: Actor;
}

const row = (message: string, action: string, status: number, retry: ErrorRow['retry'], actor: Actor): ErrorRow => ({
  message,
  action,
  status,
  retry,
  actor,
});

/** Every error the product can give: one row each. Add a row here before you use a code. */
export const errorTable = {
  LINK_CHECKSUM_MISMATCH: row(
    'Frame checksum does not match',
    'Nothing: the analyzer sends it again',
    400,
    'safe',
    'linkMachine',
  ),
  LINK_FRAME_OUT_OF_SEQUENCE: row(
    'Frame number is out of sequence',
    'Nothing: the analyzer sends it again',
    400,
    'safe',
    'linkMachine',
  ),
  LINK_OVERSIZE: row(
    'Frame or message is over the ceiling',
    'Raise the ceiling of the driver if the analyzer sends such',
    413,
    'never',
    'driverAuthor',
  ),
  LINK_NOISE: row('Bytes outside any frame', 'Check cable and line settings if it goes on', 400, 'safe', 'operator'),
  LINK_TIMEOUT: row(
    'The other side did not answer in time',
    'Check cable, port and analyzer settings',
    504,
    'safe',
    'operator',
  ),
  LINK_CONTENTION: row('Both sides asked for the line', 'Nothing: the host yields', 409, 'safe', 'linkMachine'),
  LINK_BROKEN_FRAME: row(
    'A control character stands inside a frame',
    'Nothing: the analyzer sends it again',
    400,
    'safe',
    'linkMachine',
  ),
  LINK_UNFINISHED: row(
    'The session ended inside a message',
    'Send the specimen again from the analyzer',
    400,
    'safe',
    'technician',
  ),
  LINK_GAP: row(
    'A frame of the message is missing',
    'Send the specimen again from the analyzer',
    400,
    'never',
    'technician',
  ),

  MESSAGE_STRUCTURE_BROKEN: row(
    'The message can not be read: {detail}',
    'Look at the raw bytes; tell the driver author',
    422,
    'never',
    'technician',
  ),
  MESSAGE_CHARSET_INVALID: row(
    'The text does not fit the character set {charset}',
    'Set the charset of the line',
    422,
    'never',
    'installer',
  ),
  MESSAGE_TYPE_UNSUPPORTED: row(
    'Message type {type} is not taken',
    'Send one of the types of the interface page',
    422,
    'never',
    'caller',
  ),

  DRIVER_ANALYZER_UNRECOGNISED: row(
    'The sender is not the configured analyzer: {sender}',
    'Check which analyzer is connected to this line',
    422,
    'never',
    'installer',
  ),
  DRIVER_HOST_CODE_UNMAPPED: row(
    'Code {hostCode} has no mapping',
    'Map the code, then replay',
    422,
    'never',
    'technician',
  ),
  DRIVER_UNIT_MISMATCH: row(
    'Unit {unit} does not convert to {expected}',
    'Correct the mapping of the code, then replay',
    422,
    'never',
    'technician',
  ),
  DRIVER_VALUE_UNREADABLE: row('Value can not be read', 'Look at the raw record', 422, 'never', 'technician'),
  DRIVER_UNKNOWN: row('Driver {driver} is not in the catalogue', 'See `cuvette analyzers`', 422, 'never', 'installer'),

  SPECIMEN_ACCESSION_UNKNOWN: row(
    'Accession {accession} is not registered',
    'Register the specimen, or assign the results',
    404,
    'never',
    'technician',
  ),
  SPECIMEN_ACCESSION_MISSING: row(
    'The message names no specimen',
    'Assign the results to a specimen',
    422,
    'never',
    'technician',
  ),
  SPECIMEN_ACCESSION_TAKEN: row(
    'Accession {accession} is registered already',
    'Use another accession',
    409,
    'never',
    'caller',
  ),
  SPECIMEN_STATE_CONFLICT: row(
    'The specimen is {state}; {action} is not possible',
    'Load the page again',
    409,
    'never',
    'technician',
  ),

  SPECIMEN_RELEASED: row(
    'Results of {accession} were released; the specimen is not rejected any more',
    'Withdraw the results first',
    409,
    'never',
    'technician',
  ),
  STORAGE_OCCUPIED: row('Place {place} holds {accession} already', 'Choose another place', 409, 'never', 'technician'),

  OBSERVATION_NOT_FOUND: row('Observation is not known', 'Load the page again', 404, 'never', 'caller'),
  OBSERVATION_STALE: row(
    'The results changed since the page was loaded',
    'Look at what changed, then decide again',
    409,
    'never',
    'technician',
  ),
  OBSERVATION_STATE_CONFLICT: row(
    'The observation is {state}; {action} is not possible',
    'Load the page again',
    409,
    'never',
    'technician',
  ),
  OBSERVATION_ALERT_UNACKNOWLEDGED: row(
    'An alert must be acknowledged: {alerts}',
    'Look at the alert and acknowledge it',
    422,
    'never',
    'technician',
  ),
  OBSERVATION_OWN_ENTRY: row(
    'Who entered a value by hand does not verify it alone',
    'Ask a colleague, or give a reason',
    403,
    'never',
    'technician',
  ),
  OBSERVATION_VALUE_INVALID: row(
    'The value of {analyte} can not be taken: {detail}',
    'Correct the value',
    422,
    'never',
    'technician',
  ),
  VERIFY_UNDO_TOO_LATE: row(
    'The report has left; undo is not possible',
    'Amend the report instead',
    409,
    'never',
    'technician',
  ),

  VERIFY_BLOCKED: row(
    'Verification of {what} is stopped: {reason}',
    'Mend the cause, then lift the stop',
    409,
    'never',
    'technician',
  ),

  REASON_MISSING: row('A reason is needed', 'Give the reason', 422, 'never', 'caller'),
  REASON_UNKNOWN: row('Reason {reason} is not in the list', 'Choose one of the list', 422, 'never', 'caller'),
  CATALOGUE_CODE_UNKNOWN: row(
    'Code {code} is not in the catalogue',
    'Use a code of the catalogue',
    422,
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
  PATIENT_MERGE_IMPOSSIBLE: row(
    'Patient {loser} can not be merged into {survivor}: {detail}',
    'Check both numbers',
    422,
    'never',
    'caller',
  ),

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

  CONFIG_INVALID: row('{key}: {detail}', 'Correct lab.yaml; `cuvette check` tells more', 400, 'never', 'installer'),
  CONFIG_UNREADABLE: row(
    'The configuration {file} can not be read: {detail}',
    'Check the path and its rights',
    400,
    'never',
    'installer',
  ),
  CONFIG_PORT_BUSY: row(
    'Port {port} is in use',
    'Stop the other program, or choose another port',
    409,
    'safe',
    'installer',
  ),
  CONFIG_SERIAL_ABSENT: row('Serial port {path} is not there', 'Check cable and path', 503, 'safe', 'installer'),
  LINE_UNREACHABLE: row(
    'The analyzer can not be reached: {detail}',
    'Check cable, address and whether the analyzer is on; it is tried again',
    503,
    'safe',
    'operator',
  ),
  LINE_PEER_REFUSED: row(
    'A connection was turned away: {detail}',
    'Add the address to `from` of the line if it is the analyzer',
    403,
    'never',
    'installer',
  ),
  FILE_UNREADABLE: row('{file} can not be read: {detail}', 'Check the path and its rights', 400, 'never', 'caller'),
  FILE_UNWRITABLE: row('{file} can not be written: {detail}', 'Check the path and its rights', 400, 'never', 'caller'),
  CAPTURE_UNREADABLE: row(
    'No driver can be proposed from this capture: {detail}',
    'Record a longer piece, with results in it',
    422,
    'never',
    'caller',
  ),
  DRIVER_EXISTS: row(
    'There is a driver {driver} already',
    'Choose another vendor or model name, or replace it',
    409,
    'never',
    'caller',
  ),
  USAGE: row('{detail}', 'See --help', 400, 'never', 'caller'),

  AUTH_REQUIRED: row('Sign in first', 'Sign in', 401, 'never', 'caller'),
  AUTH_FAILED: row('User name or password is wrong', 'Try again', 401, 'never', 'caller'),
  AUTH_LOCKED: row(
    'The account is locked for a time after wrong passwords',
    'Wait, or ask the administrator',
    423,
    'never',
    'administrator',
  ),
  otp_required: row('The one-time code is needed', 'Enter the code of your authenticator', 401, 'never', 'caller'),
  AUTH_OTP_WRONG: row(
    'The one-time code is wrong or was used',
    'Wait for the next code of your authenticator',
    401,
    'never',
    'caller',
  ),
  AUTH_TOTP_ON: row('A one-time code is in force already', 'Remove it first', 409, 'never', 'caller'),
  AUTH_FORBIDDEN: row('Your role does not allow this', 'Ask someone who may', 403, 'never', 'caller'),
  AUTH_SCOPE: row(
    'The token does not cover this',
    'Ask the laboratory for a token with the scope',
    403,
    'never',
    'caller',
  ),
  AUTH_ORIGIN: row(
    'The request comes from another site',
    'Open the workbench at its own address',
    403,
    'never',
    'caller',
  ),
  USER_EXISTS: row('User {username} exists', 'Choose another name', 409, 'never', 'caller'),
  USER_UNKNOWN: row('User {username} is not known', 'See `cuvette user list`', 404, 'never', 'caller'),
  USER_LAST_ADMINISTRATOR: row(
    '{username} is the last administrator',
    'Make another administrator first',
    409,
    'never',
    'caller',
  ),
  USER_PASSWORD_WEAK: row(
    'The password is too weak: {detail}',
    'Use 12 characters or more, not common, without the user name',
    422,
    'never',
    'caller',
  ),
  REQUEST_INVALID: row('The request is not valid: {detail}', 'Correct the request', 400, 'never', 'caller'),
  REQUEST_TOO_LARGE: row('The request is too large', 'Send less at once', 413, 'never', 'caller'),
  RATE_LIMITED: row('Too many requests', 'Wait and try again', 429, 'safe', 'caller'),
  INTERNAL: row('Something went wrong inside', 'See the log; tell the maintainers', 500, 'ambiguous', 'operator'),

  DELIVERY_REFUSED: row(
    'The recipient refused: {detail}',
    'Correct the cause, then send again',
    502,
    'never',
    'operator',
  ),
  DELIVERY_UNREACHABLE: row(
    'The recipient can not be reached: {detail}',
    'Check address and network; it is tried again',
    502,
    'safe',
    'operator',
  ),
  DELIVERY_TIMEOUT: row('The recipient did not acknowledge in time', 'It is tried again', 504, 'safe', 'operator'),
  SIGNING_KEY_UNREADABLE: row(
    'The signing key in {file} can not be used: {detail}',
    'Correct file or password in lab.yaml under signing.keys',
    503,
    'never',
    'installer',
  ),
  SIGNING_TRUST_UNREADABLE: row(
    'The certificates in {file} can not be read: {detail}',
    'Name a file with PEM certificates',
    400,
    'never',
    'installer',
  ),
  REPORT_SIGNING_PENDING: row(
    'Report {report} waits for its signature: {detail}',
    'Try again in a moment; see the log when it goes on',
    503,
    'safe',
    'operator',
  ),
  REPORT_UNSIGNED: row(
    'Report {report} is not signed: {detail}',
    'Give the releasing person a key under signing.keys',
    409,
    'never',
    'administrator',
  ),
  RECIPIENT_UNREACHABLE: row(
    'Recipient {id} did not answer: {detail}',
    'Check address, network and the system at the other end',
    502,
    'safe',
    'operator',
  ),
  RECIPIENT_UNKNOWN: row('Recipient {id} is not known', 'Check the id', 404, 'never', 'caller'),
} as const satisfies Record<string, ErrorRow>;

export type ErrorCode = keyof typeof errorTable;
