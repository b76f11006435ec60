import { z } from 'zod';
import { LisError } from '../errors.ts';
import { recordAudit } from './audit-trail.ts';
import { personOf } from './auth/caller.ts';
import { messageView } from './message-view.ts';
import type { Feature } from './plugin.ts';
import { message, replayed } from './schemas/way.ts';
import { key, nothing } from './schemas/words.ts';

const params = z.object({ id: key });

/** One message of the journal: its bytes, its records, and running it again. */
export const messagesFeature: Feature = async (app, { lab, pipeline }) => {
  app.get(
    '/api/messages/:id',
    {
      config: { access: 'messages.read' },
      schema: {
        tags: ['analyzers'],
        summary: 'Raw bytes and decoded records with spans',
        params,
        response: { 200: message },
      },
    },
    async (request) => {
      const found = await lab.collections.messages.findOne({ _id: request.params.id });
      if (found === null) throw new LisError('MESSAGE_NOT_FOUND', { id: request.params.id });
      return messageView(lab, found);
    },
  );

  app.post(
    '/api/messages/:id/replay',
    {
      config: { access: 'messages.replay' },
      schema: {
        tags: ['analyzers'],
        summary: 'Decode and file it again',
        params,
        body: nothing,
        response: { 200: replayed },
      },
    },
    async (request) => {
      const outcome = await pipeline.replay(request.params.id);
      await recordAudit(lab, { actor: personOf(request).username, action: 'replay', subject: request.params.id });
      const { added, repeated, held, state } = outcome;
      return { id: outcome._id, added, repeated, held, state };
    },
  );
};
