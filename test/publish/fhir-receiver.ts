import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';

/**
 * What a receiving FHIR server does with a transaction: takes it, answers this status, or answers as something that
 * stands before it does (a sign-in page with 200, bytes that are no HTTP, half an answer).
 */
type Conduct = number | 'take' | 'takeAndCut' | 'takeAndHalf' | 'hang' | 'page' | 'noise';
export type FhirBehaviour = (count: number) => Conduct | Promise<Conduct>;

export const signInPage = '<!doctype html><title>Sign in</title><p>Please sign in to the hospital network';

/** A receiving FHIR server written without the product's own code. It keeps the text of what it was sent. */
export interface FhirReceiver {
  readonly url: string;
  readonly port: number;
  /** Type/id -> JSON text as held. */
  readonly held: Map<string, string>;
  readonly transactions: () => number;
  readonly patients: () => number;
  readonly authorizations: string[];
  behave(behaviour: FhirBehaviour): void;
  down(): Promise<void>;
  up(): Promise<void>;
}

export async function startFhirReceiver(port = 0): Promise<FhirReceiver> {
  const held = new Map<string, string>();
  const authorizations: string[] = [];
  let behaviour: FhirBehaviour = () => 'take';
  let transactions = 0;
  let patients = 0;
  let chosen = port;
  let server: Server | null = null;

  async function take(text: string, response: ServerResponse): Promise<void> {
    transactions += 1;
    const what = await behaviour(transactions);
    if (what === 'hang') return;
    if (what === 'page') {
      response.writeHead(200, { 'content-type': 'text/html' }).end(signInPage);
      return;
    }
    if (what === 'noise') {
      response.socket?.end('\u0000\u00ff not HTTP at all\r\n\r\n');
      return;
    }
    if (typeof what === 'number') {
      response.writeHead(what, { 'content-type': 'application/fhir+json' });
      response.end(
        JSON.stringify({
          resourceType: 'OperationOutcome',
          issue: [{ severity: 'error', code: 'processing', diagnostics: `says ${what}` }],
        }),
      );
      return;
    }
    const answers: unknown[] = [];
    for (const { request, resource } of entriesOf(text)) {
      if (request.method === 'POST') {
        if (!held.has(`known?${request.ifNoneExist}`)) patients += 1;
        held.set(`known?${request.ifNoneExist}`, resource);
        answers.push({ response: { status: '201 Created' } });
      } else {
        held.set(request.url, resource);
        answers.push({ response: { status: '200 OK' } });
      }
    }
    const answer = JSON.stringify({ resourceType: 'Bundle', type: 'transaction-response', entry: answers });
    const head = { 'content-type': 'application/fhir+json', 'content-length': answer.length };
    if (what === 'takeAndCut') response.destroy();
    else if (what === 'takeAndHalf')
      response.writeHead(200, head).write(answer.slice(0, answer.length / 2), () => response.destroy());
    else response.writeHead(200, head).end(answer);
  }

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    authorizations.push(String(request.headers.authorization ?? ''));
    let text = '';
    for await (const part of request.setEncoding('utf8')) text += part;
    if (request.method === 'POST') return take(text, response);
    const path = (request.url ?? '').replace(/^\/fhir\//, '');
    const found = path === 'metadata' ? '{"resourceType":"CapabilityStatement"}' : held.get(path);
    response.writeHead(found === undefined ? 404 : 200, { 'content-type': 'application/fhir+json' });
    response.end(found ?? '{"resourceType":"OperationOutcome","issue":[]}');
  }

  const up = (): Promise<void> =>
    new Promise((resolve, reject) => {
      const opening = createServer((request, response) => {
        handle(request, response).catch(() => response.destroy());
      });
      opening.once('error', reject);
      opening.listen(chosen, '127.0.0.1', () => {
        const address = opening.address();
        if (typeof address === 'object' && address !== null) chosen = address.port;
        server = opening;
        resolve();
      });
    });

  await up();
  return {
    get url() {
      return `http://127.0.0.1:${chosen}/fhir`;
    },
    get port() {
      return chosen;
    },
    held,
    transactions: () => transactions,
    patients: () => patients,
    authorizations,
    behave(next) {
      behaviour = next;
    },
    up,
    down: () =>
      new Promise((resolve) => {
        if (server === null) return resolve();
        server.closeAllConnections();
        server.close(() => resolve());
        server = null;
      }),
  };
}

interface Entry {
  readonly request: { readonly method: string; readonly url: string; readonly ifNoneExist?: string };
  /** The resource's JSON as sent: digits are not to pass through a JavaScript number. */
  readonly resource: string;
}

function entriesOf(text: string): Entry[] {
  const bundle: { type: string; entry: { request: Entry['request']; resource: unknown }[] } = JSON.parse(text);
  if (bundle.type !== 'transaction') throw new Error('not a transaction');
  let from = 0;
  return bundle.entry.map(({ request }) => {
    const start = text.indexOf('"resource":', from) + '"resource":'.length;
    const end = endOfObject(text, start);
    from = end;
    return { request, resource: text.slice(start, end) };
  });
}

function endOfObject(text: string, start: number): number {
  let depth = 0;
  let quoted = false;
  for (let at = start; at < text.length; at += 1) {
    const char = text[at];
    if (quoted) {
      if (char === '\\') at += 1;
      else if (char === '"') quoted = false;
    } else if (char === '"') quoted = true;
    else if (char === '{') depth += 1;
    else if (char === '}') {
      depth -= 1;
      if (depth === 0) return at + 1;
    }
  }
  return text.length;
}
