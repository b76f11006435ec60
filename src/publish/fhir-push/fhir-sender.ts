import type { Laboratory } from '../../laboratory/context.ts';
import type { FhirDestination } from '../../laboratory/recipient-config.ts';
import { fhirJson } from '../fhir/json.ts';
import type { Resource } from '../fhir/types.ts';
import type { HttpAnswer } from '../http-client.ts';
import type { Sender, SendOutcome } from '../outbox/sender.ts';
import { isFhirAnswer } from './answer.ts';
import { differencesOf } from './compare.ts';
import { openFhirServer, passing, unanswered } from './fhir-server.ts';
import { reportTransaction } from './transaction.ts';

const mostDifferences = 20;

/** Reports as FHIR transactions to one server, read back and compared. */
export function createFhirSender(lab: Laboratory, destination: FhirDestination): Sender {
  const server = openFhirServer(destination);
  return {
    async send(report, controlId, signal) {
      try {
        const { resources, bundle } = await reportTransaction(lab, report);
        const body = fhirJson(bundle);
        const answer = await server.call('POST', '', signal, { body, headers: { 'x-request-id': controlId } });
        const outcome = outcomeOf(answer);
        if (outcome.kind !== 'accepted' || destination.readBack === false) return outcome;
        return { ...outcome, readBack: await readBack(resources, (path) => server.call('GET', path, signal)) };
      } catch (thrown) {
        return { kind: 'unreachable', text: unanswered(thrown) };
      }
    },
    test: (signal) => server.test(signal, issueOf),
    close: server.close,
  };
}

/** What an answer to a transaction means: done only where every entry was. */
function outcomeOf({ status, text }: HttpAnswer): SendOutcome {
  const transport = String(status);
  if (status >= 500 || passing.includes(status))
    return { kind: 'unreachable', text: `answered ${status} ${issueOf(text)}`.trim() };
  if (status < 200 || status >= 300) return { kind: 'refused', code: transport, text: issueOf(text), transport };
  if (!isFhirAnswer(text)) return { kind: 'unreachable', text: `answered ${status} with no FHIR answer` };
  const refused = entryStatuses(text).find((each) => !each.startsWith('2'));
  if (refused !== undefined)
    return { kind: 'refused', code: refused, text: 'an entry of the transaction was not taken', transport };
  return { kind: 'accepted', code: transport, transport };
}

function entryStatuses(text: string): string[] {
  const read = object(text);
  const entries: unknown = read === null ? undefined : Reflect.get(read, 'entry');
  if (!Array.isArray(entries)) return [];
  return entries.flatMap((entry: unknown) => {
    const response: unknown = typeof entry === 'object' && entry !== null ? Reflect.get(entry, 'response') : undefined;
    const status: unknown =
      typeof response === 'object' && response !== null ? Reflect.get(response, 'status') : undefined;
    return typeof status === 'string' ? [status] : [];
  });
}

/** Words of an OperationOutcome, short; nothing of another answer (it may hold anything). */
function issueOf(text: string): string {
  const read = object(text);
  const issues: unknown = read === null ? undefined : Reflect.get(read, 'issue');
  const [first]: unknown[] = Array.isArray(issues) ? issues : [];
  if (typeof first !== 'object' || first === null) return 'without a reason';
  const details: unknown = Reflect.get(first, 'details');
  const words: unknown =
    Reflect.get(first, 'diagnostics') ??
    (typeof details === 'object' && details !== null ? Reflect.get(details, 'text') : undefined) ??
    Reflect.get(first, 'code');
  return String(words ?? '').slice(0, 300);
}

function object(text: string): object | null {
  try {
    const read: unknown = JSON.parse(text);
    return typeof read === 'object' && read !== null ? read : null;
  } catch {
    return null;
  }
}

async function readBack(
  resources: readonly Resource[],
  get: (path: string) => Promise<HttpAnswer>,
): Promise<{ equal: boolean; differences: readonly string[] }> {
  const differences: string[] = [];
  for (const resource of resources) {
    if (resource.resourceType === 'Provenance') continue;
    const address = `${resource.resourceType}/${resource.id}`;
    const answer = await get(address);
    if (answer.status === 200) differences.push(...differencesOf(resource, answer.text));
    else differences.push(`${address}: reading it back answered ${answer.status}`);
  }
  return { equal: differences.length === 0, differences: differences.slice(0, mostDifferences) };
}
