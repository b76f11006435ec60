import { isLisError } from '../../errors.ts';
import type { RecipientDoc } from '../../store/documents.ts';
import type { Sender, SendOutcome } from '../outbox/sender.ts';
import type { Papers } from '../papers.ts';

const timeoutMs = 30_000;

/** Gives the Authorization header for a recipient; `anew` after it was refused. */
export type Authorize = (anew: boolean, signal: AbortSignal) => Promise<string | null>;

/** Sends the signed document Bundle of each report: `POST {url}/Bundle` (contract-publish.md, Referral). */
export function createPushSender(
  recipient: RecipientDoc & { readonly fhir: NonNullable<RecipientDoc['fhir']> },
  papers: Papers,
  authorize: Authorize,
): Sender {
  const base = recipient.fhir.url.replace(/\/+$/, '');

  async function post(body: string, anew: boolean, signal: AbortSignal): Promise<Response> {
    const authorization = await authorize(anew, signal);
    return fetch(`${base}/Bundle`, {
      method: 'POST',
      headers: {
        'content-type': 'application/fhir+json',
        accept: 'application/fhir+json',
        ...(authorization === null ? {} : { authorization }),
      },
      body,
      redirect: 'error',
      signal: AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]),
    });
  }

  return {
    async send(report, _controlId, signal) {
      let body: string;
      try {
        body = await papers.document(report);
      } catch (thrown) {
        if (isLisError(thrown, 'REPORT_UNSIGNED')) return { kind: 'refused', code: 'unsigned', text: thrown.message };
        return { kind: 'unreachable', text: wordsOf(thrown) };
      }
      try {
        const first = await post(body, false, signal);
        return await outcomeOf(first.status === 401 ? await post(body, true, signal) : first);
      } catch (thrown) {
        return { kind: 'unreachable', text: wordsOf(thrown) };
      }
    },
    async test(signal) {
      try {
        const answer = await fetch(`${base}/metadata`, { redirect: 'error', signal });
        await answer.body?.cancel();
        if (!answer.ok)
          return { kind: 'refused', code: String(answer.status), text: 'it gives no CapabilityStatement' };
        await authorize(true, signal);
        return { kind: 'accepted', code: String(answer.status) };
      } catch (thrown) {
        return { kind: 'unreachable', text: wordsOf(thrown) };
      }
    },
    close() {},
  };
}

const passing: readonly number[] = [408, 425, 429];

async function outcomeOf(answer: Response): Promise<SendOutcome> {
  const text = (await answer.text()).slice(0, 500);
  const code = String(answer.status);
  if (answer.ok) return { kind: 'accepted', code };
  if (answer.status >= 500 || passing.includes(answer.status)) return { kind: 'unreachable', text: `answered ${code}` };
  return { kind: 'refused', code, text: diagnosticsOf(text) };
}

/** What an OperationOutcome says; the status alone where there is none. */
function diagnosticsOf(text: string): string {
  return /"diagnostics"\s*:\s*"([^"]{1,300})/.exec(text)?.[1] ?? 'refused';
}

function wordsOf(thrown: unknown): string {
  if (!(thrown instanceof Error)) return 'no answer';
  const cause = thrown.cause instanceof Error ? `: ${thrown.cause.message}` : '';
  return `${thrown.message}${cause}`.slice(0, 300);
}
