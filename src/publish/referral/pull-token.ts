import { createHmac, timingSafeEqual } from 'node:crypto';

/** What a token opens: one report, for one recipient. */
export interface Pull {
  readonly recipient: string;
  readonly report: string;
}

/** Instant in seconds since 1970, a point, and a MAC over it and what it opens. */
const form = /^(\d{1,12})\.[A-Za-z0-9_-]{43}$/;

/**
 * A short-lived token that a notified recipient fetches one report with. It is made with the secret both sides share for
 * the notifications, so nothing is stored and it dies with the secret.
 * @param secret `whsec_` and base64
 */
export function makePullToken(secret: string, pull: Pull, expiresAt: Date): string {
  const until = Math.floor(expiresAt.getTime() / 1000);
  return `${until}.${mac(secret, pull, until).toString('base64url')}`;
}

/** Whether a token opens this report for this recipient now. */
export function isPullToken(secret: string, pull: Pull, token: string, now: Date): boolean {
  const [, until = ''] = form.exec(token) ?? [];
  if (until === '' || Number(until) * 1000 <= now.getTime()) return false;
  // Text against text: the last letter of base64 has bits that decode to nothing, and one token is written one way.
  const right = Buffer.from(makePullToken(secret, pull, new Date(Number(until) * 1000)));
  const sent = Buffer.from(token);
  return right.length === sent.length && timingSafeEqual(right, sent);
}

function mac(secret: string, { recipient, report }: Pull, until: number): Buffer {
  const key = Buffer.from(secret.replace(/^whsec_/, ''), 'base64');
  return createHmac('sha256', key)
    .update(JSON.stringify(['pull', recipient, report, until]))
    .digest();
}
