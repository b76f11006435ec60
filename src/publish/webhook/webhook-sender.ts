import { Webhook } from 'standardwebhooks';
import type { Laboratory } from '../../laboratory/context.ts';
import type { WebhookDestination } from '../../laboratory/recipient-config.ts';
import { fhirId } from '../fhir/identity.ts';
import { callHttp } from '../http-client.ts';
import type { Sender, SendOutcome } from '../outbox/sender.ts';

const ordinarySeconds = 15;
/** The receiver is gone for good, or does not know us: sending the same again is no use. */
const final = new Set([400, 404, 405, 410, 413, 415, 422]);

/** Signed calls to one address (standardwebhooks: id, timestamp and HMAC in headers). */
export interface Hook {
  /** The id is the same on every try of the same thing. */
  call(id: string, content: object, signal: AbortSignal): Promise<SendOutcome>;
  test(signal: AbortSignal): Promise<SendOutcome>;
  close(): void;
}

export function openHook(lab: Laboratory, destination: WebhookDestination): Hook {
  const signer = new Webhook(destination.secret);
  const timeoutMs = (destination.timeoutSeconds ?? ordinarySeconds) * 1000;
  const running = new AbortController();

  async function call(id: string, content: object, signal: AbortSignal): Promise<SendOutcome> {
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
        tls: destination.tls,
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
    call,
    test(signal) {
      const timestamp = new Date(lab.now()).toISOString();
      return call(`test-${lab.now()}`, { type: 'test', timestamp, data: {} }, signal);
    },
    close: () => running.abort(),
  };
}

/**
 * Calls that name a report version and nothing of the patient: the receiver reads it over FHIR with credentials of its own.
 */
export function createWebhookSender(lab: Laboratory, destination: WebhookDestination): Sender {
  const hook = openHook(lab, destination);
  return {
    send({ issued, version, accession }, controlId, signal) {
      const resource = `DiagnosticReport/${fhirId(accession)}`;
      return hook.call(controlId, { type: 'report.released', timestamp: issued, data: { resource, version } }, signal);
    },
    test: hook.test,
    close: hook.close,
  };
}
