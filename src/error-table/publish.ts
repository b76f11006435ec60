import { type ErrorRow, row } from './row.ts';

/** Signing, reports, referrals and recipients. */
export const publishErrors = {
  SIGNING_KEY_UNREADABLE: row(
    'The signing key in {file} can not be used: {detail}',
    'Correct file or password in lab.yaml under signing.keys',
    503,
    'never',
    'installer',
  ),
  SIGNING_TOKEN_UNAVAILABLE: row(
    'The token behind {module} can not be used: {detail}',
    'Check that the token is in place and its library named rightly in lab.yaml under signing.keys',
    503,
    'safe',
    'installer',
  ),
  SIGNING_PIN_REFUSED: row(
    '{place} refuses its PIN; it is not tried again, so that it is not locked',
    'Write the right PIN into the file that lab.yaml names; it is read again at the next try',
    503,
    'never',
    'installer',
  ),
  SIGNING_REMOTE_FAILED: row(
    'The remote signer at {url} gave no signature: {detail}',
    'Check the account and the credential at the provider; what waits is signed when it answers again',
    502,
    'safe',
    'operator',
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
  REFERRAL_EMPTY: row(
    'There is nothing to refer: {detail}',
    'Choose released reports of this patient and a recipient of referrals',
    422,
    'never',
    'caller',
  ),
  REFERRAL_NOT_READY: row(
    'Referral {id} is not ready: {detail}',
    'Try again when its reports are signed',
    409,
    'safe',
    'caller',
  ),
  IMPORT_REFUSED: row(
    'What was sent is not taken in: {detail}',
    'Ask the sender for the package as it was signed',
    422,
    'never',
    'caller',
  ),
  RECIPIENT_UNKNOWN: row('Recipient {id} is not known', 'Check the id', 404, 'never', 'caller'),
} as const satisfies Record<string, ErrorRow>;
