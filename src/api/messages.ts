import { z } from 'zod';
import { LisError } from '../errors.ts';
import type { Laboratory } from '../laboratory/context.ts';
import { type Intention, previewReplay } from '../pipeline/preview.ts';
import { recordAudit } from './audit-trail.ts';
import { personOf } from './auth/caller.ts';
import { messageView } from './message-view.ts';
import type { Feature } from './plugin.ts';
import { message, replayed, replayIntention, replayPreview } from './schemas/way.ts';
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

  app.post(
    '/api/messages/:id/preview',
    {
      config: { access: 'messages.read' },
      schema: {
        tags: ['analyzers'],
        summary: 'What a replay would change, under a mapping or for a specimen one thinks of; nothing is written',
        params,
        body: replayIntention,
        response: { 200: replayPreview },
      },
    },
    async (request) => {
      const { id } = request.params;
      const found = await lab.collections.messages.findOne({ _id: id }, { projection: { analyzer: 1 } });
      if (found === null) throw new LisError('MESSAGE_NOT_FOUND', { id });
      return { items: await previewReplay(lab, id, intentionOf(lab, found.analyzer, request.body)) };
    },
  );
};

function intentionOf(lab: Laboratory, analyzer: string, wish: z.infer<typeof replayIntention>): Intention {
  const { mapping, assign } = wish ?? {};
  if (mapping?.analyte !== undefined && lab.catalogue.analyte(mapping.analyte) === undefined)
    throw new LisError('CATALOGUE_CODE_UNKNOWN', { code: mapping.analyte });
  return {
    ...(mapping === undefined
      ? {}
      : { mapping: { kind: 'mapping', _id: '', version: 1, analyzer, ...definite(mapping) } }),
    ...(assign === undefined ? {} : { assign: { from: assign.from, to: assign.to } }),
  };
}

type WishedMapping = NonNullable<NonNullable<z.infer<typeof replayIntention>>['mapping']>;

function definite({ hostCode, analyte, unit, factor, decimalComma, ignored }: WishedMapping) {
  return {
    hostCode,
    analyte: analyte ?? '',
    ...(unit === undefined ? {} : { unit }),
    ...(factor === undefined ? {} : { factor }),
    ...(decimalComma === undefined ? {} : { decimalComma }),
    ...(ignored === undefined ? {} : { ignored }),
  };
}
