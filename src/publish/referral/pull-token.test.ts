import { expect, test } from 'vitest';
import { isPullToken, makePullToken } from './pull-token.ts';

const secret = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;
const pull = { recipient: 'bach-mai', report: 'R3-v1' };
const now = new Date('2026-11-25T08:00:00Z');
const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

test('a token opens its report until its time, and no other', () => {
  const token = makePullToken(secret, pull, new Date(now.getTime() + 60_000));
  expect(isPullToken(secret, pull, token, now)).toBe(true);
  expect(isPullToken(secret, pull, token, new Date(now.getTime() + 60_000))).toBe(false);
  expect(isPullToken(secret, { ...pull, report: 'R4-v1' }, token, now)).toBe(false);
  expect(isPullToken(secret, { ...pull, recipient: 'other' }, token, now)).toBe(false);
});

test('no letter of it can be another one, the last of its base64 among them; its time has one way to be written', () => {
  const token = makePullToken(secret, pull, new Date(now.getTime() + 60_000));
  const point = token.indexOf('.');
  for (let at = point + 1; at < token.length; at += 1) {
    for (const letter of letters) {
      if (letter === token[at]) continue;
      expect(isPullToken(secret, pull, token.slice(0, at) + letter + token.slice(at + 1), now)).toBe(false);
    }
  }
  expect(isPullToken(secret, pull, `0${token}`, now)).toBe(false);
});
