import { type ErrorRow, row } from './row.ts';

/** Configuration, lines as they are set up, files and the command line. */
export const setupErrors = {
  CONFIG_INVALID: row('{key}: {detail}', 'Correct lab.yaml; `cuvette check` tells more', 400, 'never', 'installer'),
  CONFIG_UNREADABLE: row(
    'The configuration {file} can not be read: {detail}',
    'Check the path and its rights',
    400,
    'never',
    'installer',
  ),
  CONFIG_TLS_INVALID: row(
    'The TLS file {file} can not be used: {detail}',
    'Name the right PEM file in lab.yaml',
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
  TLS_REFUSED: row(
    'TLS with {peer} failed: {detail}',
    'Compare the certificates of both sides with tls in lab.yaml',
    502,
    'safe',
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
} as const satisfies Record<string, ErrorRow>;
