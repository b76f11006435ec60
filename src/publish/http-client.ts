import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import type { DestinationTls } from '../laboratory/recipient-config.ts';
import { tlsTrouble } from '../transport/tls.ts';
import { clientFiles } from '../transport/tls-files.ts';

export interface HttpCall {
  readonly method: 'GET' | 'POST' | 'PUT';
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly tls?: DestinationTls | undefined;
  readonly timeoutMs: number;
  readonly signal?: AbortSignal;
}

export interface HttpAnswer {
  readonly status: number;
  readonly text: string;
}

/** An answer longer than this is none we asked for. */
const mostBytes = 16_777_216;

/** One HTTP call, redirects not followed. Rejects when there is no whole answer in time. */
export async function callHttp(call: HttpCall): Promise<HttpAnswer> {
  const { status, bytes } = await fetchHttp(call);
  return { status, text: Buffer.from(bytes).toString('utf8') };
}

/** The same for an answer that is no text. */
export function fetchHttp({
  method,
  url,
  headers,
  body,
  tls,
  timeoutMs,
  signal,
}: HttpCall): Promise<{ readonly status: number; readonly bytes: Uint8Array }> {
  return new Promise((resolve, reject) => {
    const target = new URL(url);
    const { serverName, ...files } = tls ?? {};
    const secure = target.protocol === 'https:';
    const options = {
      method,
      agent: false,
      headers: { ...headers, ...(body === undefined ? {} : { 'content-length': Buffer.byteLength(body) }) },
      ...(secure && serverName !== undefined ? { servername: serverName } : {}),
      ...(secure ? clientFiles(files) : {}),
    };
    const call = (secure ? httpsRequest : httpRequest)(target, options, (answer) => {
      const parts: Buffer[] = [];
      let length = 0;
      answer.on('data', (part: Buffer) => {
        length += part.length;
        if (length > mostBytes) call.destroy(new Error('the answer is too long'));
        else parts.push(part);
      });
      answer.once('end', () => finish(() => resolve({ status: answer.statusCode ?? 0, bytes: Buffer.concat(parts) })));
      answer.once('error', (thrown) => finish(() => reject(thrown)));
      answer.once('aborted', () => finish(() => reject(new Error('the answer was cut'))));
    });
    const timer = setTimeout(() => call.destroy(new Error('no answer in time')), timeoutMs);
    const onAbort = (): void => void call.destroy(new Error('stopped'));
    const finish = (act: () => void): void => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', onAbort);
      act();
    };
    if (signal?.aborted === true) onAbort();
    signal?.addEventListener('abort', onAbort, { once: true });
    call.once('error', (thrown) => finish(() => reject(tlsTrouble(target.host, thrown) ?? thrown)));
    call.end(body);
  });
}
