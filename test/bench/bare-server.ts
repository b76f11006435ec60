import Fastify from 'fastify';

/**
 * The peer of the FHIR side: a Fastify handler that sends the same bytes and does nothing else, a process of its own.
 * Reads `[path, body][]` as JSON from standard input and prints its port.
 */
let input = '';
for await (const chunk of process.stdin.setEncoding('utf8')) input += String(chunk);
const bodies: readonly (readonly [path: string, body: string])[] = JSON.parse(input);
const answers = new Map(bodies);
const app = Fastify();
app.get('/fhir/R4/*', (request, reply) =>
  reply.type('application/fhir+json; charset=utf-8').send(answers.get(request.url) ?? ''),
);
process.stdout.write(`${await app.listen({ host: '127.0.0.1', port: 0 })}\n`);
