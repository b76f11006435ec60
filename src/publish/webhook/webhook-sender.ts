import { Webhook } from 'standardwebhooks';
import type { Laboratory } from '../../laboratory/context.ts';
import type { WebhookDestination } from '../../laboratory/recipient-config.ts';
import { fhirId } from '../fhir/identity.ts';
import { callHttp } from '../http-client.ts';
import type { Sender, SendOutcome } from '../outbox/sender.ts';

const ordinarySeconds = 15;
/** The receiver is gone for good, or does not know us: sending the same again is no use. */
const final = new Set([400, 404, 405, 410, 413, 415, 422]);

/**
 * Signed calls (standardwebhooks: id, timestamp and HMAC in headers) that name a report version and nothing of the
 * patient: the receiver reads it over FHIR with credentials of its own. The id is the same on every try.
 */
export function createWebhookSender(lab: Laboratory, destination: WebhookDestination): Sender {
  const signer = new Webhook(destination.secret);
  const timeoutMs = (destination.timeoutSeconds ?? ordinarySeconds) * 1000;
  const running = new AbortController();

  async function deliver(id: string, content: object, signal: AbortSignal): Promise<SendOutcome> {
    const body = JSON.stringify(content);
    const at = new Date(lab.now());
    try {
      const { status } = await callHttp({
        method: 'POST',
        url: destination.url,
        headers: {
          'content-type': 'application/json',
          'webhook-id': id,
          'webhook-timestamp': String(Math.floor(at.getTime() / 1000)),
          'webhook-signature': signer.sign(id, at, body),
        },
        body,
        timeoutMs,
        signal: AbortSignal.any([signal, running.signal]),
      });
      const code = String(status);
      if (status >= 200 && status < 300) return { kind: 'accepted', code, transport: code };
      if (final.has(status)) return { kind: 'refused', code, text: `answered ${code}`, transport: code };
      return { kind: 'unreachable', text: `answered ${code}` };
    } catch (thrown) {
      return { kind: 'unreachable', text: thrown instanceof Error ? thrown.message : 'unknown' };
    }
  }

  return {
    send(report, controlId, signal) {
      const { issued, version, accession } = report;
      const resource = `DiagnosticReport/${fhirId(accession)}`;
      return deliver(controlId, { type: 'report.released', timestamp: issued, data: { resource, version } }, signal);
    },
    test(signal) {
      const timestamp = new Date(lab.now()).toISOString();
      return deliver(`test-${lab.now()}`, { type: 'test', timestamp, data: {} }, signal);
    },
    close: () => running.abort(),
  };
}
