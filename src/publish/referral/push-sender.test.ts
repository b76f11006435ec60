import { createServer, type Server } from 'node:http';
import { afterEach, expect, test } from 'vitest';
import { sampleReport } from '../../../test/publish/sample-paper.ts';
import type { Papers } from '../papers.ts';
import { createPushSender } from './push-sender.ts';

let server: Server | undefined;
afterEach(() => void server?.close());

const papers: Papers = {
  pdf: () => Promise.reject(new Error('not asked for')),
  document: async () => '{"resourceType":"Bundle"}',
  forms: () => Promise.reject(new Error('not asked for')),
  batch: () => Promise.reject(new Error('not asked for')),
  signDue: async () => 0,
  close: async () => undefined,
};

async function sentTo(status: number, body: string) {
  server = createServer((_request, response) => response.writeHead(status).end(body));
  await new Promise<void>((resolve) => server?.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const url = `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}/fhir/R4`;
  const sender = createPushSender({ url }, papers);
  try {
    return await sender.send(sampleReport(), 'c1', AbortSignal.timeout(5_000));
  } finally {
    sender.close();
  }
}

test.each([
  [201, '', 'accepted'],
  [200, '{"resourceType":"OperationOutcome","issue":[]}', 'accepted'],
  [200, '<Bundle xmlns="http://hl7.org/fhir"/>', 'accepted'],
  // A sign-in page of the network between the hospitals, or noise: nothing has arrived.
  [200, '<!doctype html><title>Sign in</title>', 'unreachable'],
  [200, 'all fine', 'unreachable'],
  [422, '{"issue":[{"diagnostics":"not signed"}]}', 'refused'],
  [401, '', 'unreachable'],
  [503, '', 'unreachable'],
])('a push answered %i %s is %s', async (status, body, kind) => {
  expect((await sentTo(status, body)).kind).toBe(kind);
});
