import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { en } from '../i18n/en/index.ts';
import { sentencesOf } from '../i18n/sentences.ts';
import { vi } from '../i18n/vi/index.ts';
import { sayReason } from './say-reason.ts';

const { say } = sentencesOf(vi);
const publish = new URL('../../publish/', import.meta.url);

/** Every reason that is written in the source, with a word for what is put into it. */
function reasonsIn(files: readonly string[]): string[] {
  const written = /(?:new Broken\(|broken\('\w+', |reason: |\? thrown\.message : )(?:'([^']+)'|"([^"]+)"|`([^`]+)`)/g;
  return files.flatMap((file) =>
    [...readFileSync(new URL(file, publish), 'utf8').matchAll(written)].map((found) =>
      (found[1] ?? found[2] ?? found[3] ?? '').replaceAll(/\$\{[^}]*\}/g, '503').replace('503: 503', '503'),
    ),
  );
}

test('every reason of the server is said in the language of the page', () => {
  const checking = readdirSync(new URL('verify/', publish)).map((file) => `verify/${file}`);
  const taking = ['fetching', 'import', 'intake-worker', 'read-bundle', 'seal'].map((file) => `referral/${file}.ts`);
  const none = ['503', 'unknown'];
  const written = reasonsIn([...checking, ...taking, 'signing/certificates.ts']);
  const reasons = written.filter((each) => !none.includes(each));
  expect(reasons.length).toBeGreaterThan(60);
  const left = reasons.filter((reason) => sayReason(reason, say) === reason);
  expect(left).toEqual([]);
});

test('names stay, also of the report of a package; what is not known is shown as it was written', () => {
  const expired = 'the certificate of Phạm Thị Lan has expired';
  expect(sayReason(expired, say)).toBe('chứng thư của Phạm Thị Lan đã hết hạn');
  expect(sayReason(`What was sent is not taken in: N4-v1: ${expired}`, say)).toBe(
    'N4-v1: chứng thư của Phạm Thị Lan đã hết hạn',
  );
  expect(sayReason('the sender answered 503', sentencesOf(en).say)).toBe('the sender answered 503');
  expect(sayReason('something new', say)).toBe('something new');
});
