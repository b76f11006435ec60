import { z } from 'zod';
import type { LabEvent } from '../laboratory/events.ts';
import { personOf } from './auth/caller.ts';
import { sessionEnds } from './auth/session-ends.ts';
import { findSession } from './auth/sessions.ts';
import { eventTrail } from './event-trail.ts';
import type { Feature } from './plugin.ts';
import type { Right } from './rights.ts';
import { roleMay } from './rights.ts';

/** Comment lines that keep proxies from closing a quiet stream; the session is looked at as often. */
const heartbeatMs = 15_000;
/** Bytes that may wait for a browser that does not read: beyond, it is to come again. */
const mostWaiting = 1_000_000;

/** Which right an event needs, and under which name it is told. Patient facts are not in events: a page asks for them. */
const told: Readonly<Record<LabEvent['type'], { readonly name: string; readonly right: Right }>> = {
  worklist: { name: 'worklist', right: 'worklist.read' },
  registered: { name: 'worklist', right: 'worklist.read' },
  report: { name: 'worklist', right: 'worklist.read' },
  analyzers: { name: 'analyzers', right: 'analyzers.read' },
  message: { name: 'analyzers', right: 'analyzers.read' },
  held: { name: 'held', right: 'held.read' },
  deliveries: { name: 'deliveries', right: 'deliveries.read' },
  recipient: { name: 'deliveries', right: 'deliveries.read' },
  notice: { name: 'deliveries', right: 'deliveries.read' },
  criticals: { name: 'criticals', right: 'criticals.read' },
  catalogue: { name: 'catalogue', right: 'catalogue.read' },
};

/** Server-sent events: what changed, for a page that is open. */
export const eventStreamFeature: Feature = async (app, { lab }) => {
  const open = new Set<() => void>();
  const trail = eventTrail(lab);
  app.addHook('preClose', async () => {
    for (const end of [...open]) end();
  });

  app.get(
    '/api/events',
    {
      config: { access: 'events.read', rateLimit: false },
      schema: {
        tags: ['events'],
        summary:
          'Server-sent events; with `since` (a mark of the workbench page) those first that came after it, or `again`',
        produces: ['text/event-stream'],
        querystring: z.strictObject({ since: z.string().max(60).optional() }),
      },
    },
    async (request, reply) => {
      const person = personOf(request);
      reply.hijack();
      const stream = reply.raw;
      stream.writeHead(200, {
        'Content-Type': 'text/event-stream; charset=utf-8',
        'Cache-Control': 'no-store',
        Connection: 'keep-alive',
        'X-Accel-Buffering': 'no',
      });
      stream.write('retry: 2000\n\nevent: hello\ndata: {}\n\n');
      const tell = (event: LabEvent): void => {
        const { name, right } = told[event.type];
        if (!roleMay(person.role, right)) return;
        if (stream.writableLength > mostWaiting) end();
        else stream.write(`event: ${name}\ndata: ${JSON.stringify(event)}\n\n`);
      };
      const stopListening = lab.events.on(tell);
      const stopSession = sessionEnds(lab).on(person.session, () => end());
      const heartbeat = setInterval(() => {
        stream.write(': \n\n');
        findSession(lab, person.session, false).then(
          (session) => {
            if (session === null) end();
          },
          () => undefined,
        );
      }, heartbeatMs);
      function end(): void {
        stopListening();
        stopSession();
        clearInterval(heartbeat);
        open.delete(end);
        stream.end();
      }
      open.add(end);
      const { since } = request.query;
      const missed = since === undefined ? [] : trail.after(since);
      if (missed === null) stream.write('event: again\ndata: {}\n\n');
      else for (const event of missed) tell(event);
      request.raw.once('close', end);
    },
  );
};
