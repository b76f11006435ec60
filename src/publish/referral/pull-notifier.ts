import { isLisError } from '../../errors.ts';
import type { Laboratory } from '../../laboratory/context.ts';
import type { WebhookDestination } from '../../laboratory/recipient-config.ts';
import type { Sender } from '../outbox/sender.ts';
import type { Papers } from '../papers.ts';
import { openHook } from '../webhook/webhook-sender.ts';
import { makePullToken } from './pull-token.ts';

/**
 * Tells a referral recipient that a signed report waits for it, with the address and a short-lived token to fetch it with;
 * nothing of the patient is in the call. Each try has a token of its own.
 */
export function createPullNotifier(
  lab: Laboratory,
  recipient: string,
  destination: WebhookDestination,
  papers: Papers | undefined,
): Sender {
  const hook = openHook(lab, destination);
  return {
    async send(report, controlId, signal) {
      try {
        if (papers === undefined) throw new Error('nothing is signed here');
        await papers.forms(report);
      } catch (thrown) {
        if (isLisError(thrown, 'REPORT_UNSIGNED')) return { kind: 'refused', code: 'unsigned', text: thrown.message };
        return { kind: 'unreachable', text: thrown instanceof Error ? thrown.message : 'it is not signed' };
      }
      const expiresAt = new Date(lab.now() + (destination.pullSeconds ?? ordinarySeconds) * 1000);
      const path = `/api/referrals/pull/${encodeURIComponent(recipient)}/${encodeURIComponent(report._id)}`;
      const { publicUrl } = lab.config.http;
      const waits = {
        report: report._id,
        version: report.version,
        path,
        ...(publicUrl === undefined ? {} : { url: `${publicUrl.replace(/\/+$/, '')}${path}` }),
        token: makePullToken(destination.secret, { recipient, report: report._id }, expiresAt),
        expiresAt: expiresAt.toISOString(),
      };
      return hook.call(controlId, { type: 'referral.ready', timestamp: report.issued, data: waits }, signal);
    },
    test: hook.test,
    close: hook.close,
  };
}

/** A day: the receiving hospital fetches when the patient arrives; later it is sent again from the deliveries. */
const ordinarySeconds = 86_400;
