import type { FhirDestination } from '../../laboratory/recipient-config.ts';
import { callHttp, type HttpAnswer } from '../http-client.ts';
import type { SendOutcome } from '../outbox/sender.ts';
import { createAuthorization } from './authorization.ts';

/** A FHIR server we are a client of. Calls reject where there is no answer. */
export interface FhirServer {
  /** `path` is below the base address; empty for the base itself. */
  call(
    method: 'GET' | 'POST',
    path: string,
    signal: AbortSignal,
    more?: { readonly body?: string; readonly headers?: Readonly<Record<string, string>> },
  ): Promise<HttpAnswer>;
  /** Whether it tells what it can do. `refusal` words an answer that does not. Never rejects. */
  test(signal: AbortSignal, refusal: (text: string) => string): Promise<SendOutcome>;
  /** Stops what is under way. */
  close(): void;
}

const ordinarySeconds = 30;

/** Signed in as the destination says; a token that is not taken is fetched anew the next time. */
export function openFhirServer(destination: FhirDestination): FhirServer {
  const base = destination.url.replace(/\/+$/, '');
  const timeoutMs = (destination.timeoutSeconds ?? ordinarySeconds) * 1000;
  const authorization = createAuthorization(destination, timeoutMs);
  const running = new AbortController();

  const call: FhirServer['call'] = async (method, path, signal, { body, headers } = {}) => {
    const both = AbortSignal.any([signal, running.signal]);
    const answer = await callHttp({
      method,
      url: path === '' ? base : `${base}/${path}`,
      headers: {
        accept: 'application/fhir+json',
        ...(body === undefined ? {} : { 'content-type': 'application/fhir+json; charset=utf-8' }),
        ...headers,
        ...(await authorization.headers(both)),
      },
      ...(body === undefined ? {} : { body }),
      tls: destination.tls,
      timeoutMs,
      signal: both,
    });
    if (answer.status === 401) authorization.forget();
    return answer;
  };

  return {
    call,
    async test(signal, refusal) {
      try {
        const answer = await call('GET', 'metadata', signal);
        const code = String(answer.status);
        return answer.status === 200
          ? { kind: 'accepted', code, transport: code }
          : { kind: 'refused', code, text: refusal(answer.text), transport: code };
      } catch (thrown) {
        return { kind: 'unreachable', text: unanswered(thrown) };
      }
    },
    close: () => running.abort(),
  };
}

/** Why there was no answer, in words. */
export const unanswered = (thrown: unknown): string => (thrown instanceof Error ? thrown.message : 'no answer');

/** Statuses that are about the server or our credentials, not about what was sent: the same again later. */
export const passing: readonly number[] = [401, 403, 408, 425, 429];
