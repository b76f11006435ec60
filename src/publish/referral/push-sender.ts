import { isLisError } from '../../errors.ts';
import type { FhirDestination } from '../../laboratory/recipient-config.ts';
import { isFhirAnswer } from '../fhir-push/answer.ts';
import { createAuthorization } from '../fhir-push/authorization.ts';
import { callHttp, type HttpAnswer } from '../http-client.ts';
import type { Sender, SendOutcome } from '../outbox/sender.ts';
import type { Papers } from '../papers.ts';

const ordinarySeconds = 30;

/** Sends the signed document Bundle of each report: `POST {url}/Bundle` (contract-publish.md, Referral). */
export function createPushSender(destination: FhirDestination, papers: Papers | undefined): Sender {
  const base = destination.url.replace(/\/+$/, '');
  const timeoutMs = (destination.timeoutSeconds ?? ordinarySeconds) * 1000;
  const running = new AbortController();

  const authorization = createAuthorization(destination, timeoutMs);

  async function call(method: 'GET' | 'POST', path: string, signal: AbortSignal, body?: string): Promise<HttpAnswer> {
    const both = AbortSignal.any([signal, running.signal]);
    const answer = await callHttp({
      method,
      url: `${base}/${path}`,
      headers: {
        accept: 'application/fhir+json',
        ...(body === undefined ? {} : { 'content-type': 'application/fhir+json; charset=utf-8' }),
        ...(await authorization.headers(both)),
      },
      ...(body === undefined ? {} : { body }),
      tls: destination.tls,
      timeoutMs,
      signal: both,
    });
    if (answer.status === 401) authorization.forget();
    return answer;
  }

  return {
    async send(report, _controlId, signal) {
      let body: string;
      try {
        if (papers === undefined) throw new Error('nothing is signed here');
        body = await papers.document(report);
      } catch (thrown) {
        if (isLisError(thrown, 'REPORT_UNSIGNED')) return { kind: 'refused', code: 'unsigned', text: thrown.message };
        return { kind: 'unreachable', text: wordsOf(thrown) };
      }
      try {
        return outcomeOf(await call('POST', 'Bundle', signal, body));
      } catch (thrown) {
        return { kind: 'unreachable', text: wordsOf(thrown) };
      }
    },
    async test(signal) {
      try {
        const answer = await call('GET', 'metadata', signal);
        const code = String(answer.status);
        return answer.status === 200
          ? { kind: 'accepted', code, transport: code }
          : { kind: 'refused', code, text: 'it gives no CapabilityStatement', transport: code };
      } catch (thrown) {
        return { kind: 'unreachable', text: wordsOf(thrown) };
      }
    },
    close: () => running.abort(),
  };
}

/** The server or our credentials, not this report: the same again later. */
const passing: readonly number[] = [401, 403, 408, 425, 429];

function outcomeOf({ status, text }: HttpAnswer): SendOutcome {
  const code = String(status);
  if (status >= 200 && status < 300 && isFhirAnswer(text)) return { kind: 'accepted', code, transport: code };
  if (status >= 200 && status < 300) return { kind: 'unreachable', text: `answered ${code} with no FHIR answer` };
  if (status >= 500 || passing.includes(status)) return { kind: 'unreachable', text: `answered ${code}` };
  return { kind: 'refused', code, text: diagnosticsOf(text), transport: code };
}

/** What an OperationOutcome says; the status alone where there is none. */
function diagnosticsOf(text: string): string {
  return /"diagnostics"\s*:\s*"([^"]{1,300})/.exec(text)?.[1] ?? 'refused';
}

const wordsOf = (thrown: unknown): string => (thrown instanceof Error ? thrown.message : 'no answer');
