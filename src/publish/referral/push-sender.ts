import { isLisError } from '../../errors.ts';
import type { FhirDestination } from '../../laboratory/recipient-config.ts';
import { isFhirAnswer } from '../fhir-push/answer.ts';
import { openFhirServer, passing, unanswered } from '../fhir-push/fhir-server.ts';
import type { HttpAnswer } from '../http-client.ts';
import type { Sender, SendOutcome } from '../outbox/sender.ts';
import type { Papers } from '../papers.ts';

/** Sends the signed document Bundle of each report: `POST {url}/Bundle` (contract-publish.md, Referral). */
export function createPushSender(destination: FhirDestination, papers: Papers | undefined): Sender {
  const server = openFhirServer(destination);
  return {
    async send(report, _controlId, signal) {
      let body: string;
      try {
        if (papers === undefined) throw new Error('nothing is signed here');
        body = await papers.document(report);
      } catch (thrown) {
        if (isLisError(thrown, 'REPORT_UNSIGNED')) return { kind: 'refused', code: 'unsigned', text: thrown.message };
        return { kind: 'unreachable', text: unanswered(thrown) };
      }
      try {
        return outcomeOf(await server.call('POST', 'Bundle', signal, { body }));
      } catch (thrown) {
        return { kind: 'unreachable', text: unanswered(thrown) };
      }
    },
    test: (signal) => server.test(signal, () => 'it gives no CapabilityStatement'),
    close: server.close,
  };
}

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
