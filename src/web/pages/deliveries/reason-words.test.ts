import { expect, test } from 'vitest';
import { recipients as en } from '../../i18n/en/recipients.ts';
import { recipients as vi } from '../../i18n/vi/recipients.ts';
import { reasonWords } from './reason-words.ts';

test.each([
  ['connect ECONNREFUSED 10.0.0.2:6661', 'refused'],
  ['getaddrinfo ENOTFOUND emr.local', 'noName'],
  ['no connection in time', 'noWay'],
  ['no answer in time', 'tooLate'],
  ['the connection was closed', 'cut'],
  ['answered 200 with no FHIR answer', 'notFhir'],
  ['answered 401', 'signIn'],
  ['answered 503 says 503', 'busy'],
  ['version 3 is newer', 'overtaken'],
  ['version 2 was delivered', 'overtaken'],
])('%s has words in both languages', (reason, key) => {
  const found = reasonWords(reason);
  expect(found?.key).toBe(key);
  expect(Object.keys(vi.why)).toContain(key);
  expect(Object.keys(en.why)).toContain(key);
});

test('what a recipient said is not translated', () => {
  expect(reasonWords('AE: Unknown patient')).toBeNull();
});
