import { z } from 'zod';
import { LisError } from '../errors.ts';
import type { Laboratory } from '../laboratory/context.ts';
import { resolveHeld } from '../pipeline/held.ts';
import type { HeldDoc } from '../store/documents.ts';
import { recordAudit } from './audit-trail.ts';
import { personOf } from './auth/caller.ts';
import { heldView } from './held-view.ts';
import { page, pageOf, pageQuery, readNewest } from './lists.ts';
import type { Feature } from './plugin.ts';
import { heldItem, resolve } from './schemas/way.ts';
import { key } from './schemas/words.ts';
import type { Services } from './services.ts';

const query = z.strictObject({
  ...pageQuery,
  state: z.enum(['open', 'resolved']).default('open'),
  analyzer: z.string().max(64).optional(),
  reason: z.string().max(64).optional(),
  accession: z.string().max(100).optional(),
});

/** What waits for a person, and what can be done about it. */
export const heldFeature: Feature = async (app, services) => {
  const { lab } = services;
  app.get(
    '/api/held',
    {
      config: { access: 'held.read' },
      schema: {
        tags: ['held'],
        summary: 'What waits for a person, newest first',
        querystring: query,
        response: { 200: pageOf(heldItem) },
      },
    },
    async (request) => {
      const { state, analyzer, reason, accession } = request.query;
      const filter = {
        state,
        ...(analyzer === undefined ? {} : { analyzer }),
        ...(reason === undefined ? {} : { reason }),
        ...(accession === undefined ? {} : { accession }),
      };
      const found = await readNewest(lab.collections.held, filter, 'at', request.query);
      return page(found, request.query.limit, (last) => [last.at, last._id], heldView);
    },
  );

  app.post(
    '/api/held/:id/resolve',
    {
      config: { access: 'held.resolve' },
      schema: {
        tags: ['held'],
        summary: 'Replay, assign to a specimen, or dismiss',
        params: z.object({ id: key }),
        body: resolve,
        response: { 200: heldItem },
      },
    },
    async (request) => {
      const item = await lab.collections.held.findOne({ _id: request.params.id });
      if (item === null) throw new LisError('HELD_NOT_FOUND', { id: request.params.id });
      if (item.state === 'resolved') throw new LisError('HELD_RESOLVED');
      const by = personOf(request).username;
      await settle(services, item, request.body, by);
      const { action, accession, reason } = request.body;
      await recordAudit(lab, {
        actor: by,
        action: `held-${action}`,
        subject: accession ?? item.accession ?? item.message,
        before: { id: item._id, reason: item.reason, message: item.message },
        ...(reason === undefined ? {} : { reason }),
      });
      return heldView((await lab.collections.held.findOne({ _id: item._id })) ?? item);
    },
  );
};

type Wish = z.infer<typeof resolve>;

async function settle({ lab, pipeline }: Services, item: HeldDoc, wish: Wish, by: string): Promise<void> {
  switch (wish.action) {
    case 'dismiss':
      if (wish.reason === undefined) throw new LisError('REASON_MISSING');
      await resolveHeld(lab, item._id, { action: 'dismiss', by, reason: wish.reason });
      break;
    case 'replay':
      // What is mended is closed by the replay itself; what is not stays held.
      await pipeline.replay(item.message);
      break;
    case 'assign': {
      const to = wish.accession;
      if (to === undefined) throw new LisError('REQUEST_INVALID', { detail: 'accession: is needed to assign' });
      await requireRegistered(lab, to);
      await pipeline.replay(item.message, { from: item.accession, to });
      const assigned = {
        action: 'assign',
        by,
        accession: to,
        ...(wish.reason === undefined ? {} : { reason: wish.reason }),
      } as const;
      await lab.collections.held.updateOne(
        { _id: item._id },
        { $set: { resolution: { ...assigned, at: new Date(lab.now()).toISOString() } } },
      );
      await resolveHeld(lab, item._id, assigned);
      break;
    }
    default:
      wish.action satisfies never;
  }
}

async function requireRegistered(lab: Laboratory, accession: string): Promise<void> {
  const specimen = await lab.collections.specimens.findOne({ _id: accession }, { projection: { _id: 1 } });
  if (specimen === null) throw new LisError('SPECIMEN_ACCESSION_UNKNOWN', { accession });
}
