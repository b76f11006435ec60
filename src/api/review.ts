import { z } from 'zod';
import { requireSectionsOf } from '../acts/sections.ts';
import { LisError } from '../errors.ts';
import { isoNow, type Laboratory } from '../laboratory/context.ts';
import type { ActDoc } from '../store/documents.ts';
import { recordAudit } from './audit-trail.ts';
import { actorOf } from './auth/caller.ts';
import { page, pageOf, pageQuery, readNewest } from './lists.ts';
import type { Feature } from './plugin.ts';
import { comparator, instant, key, nothing } from './schemas/words.ts';

const ownEntry = z.object({
  id: z.string(),
  at: z.string(),
  by: z.string(),
  accession: z.string(),
  reason: z.string(),
  observations: z
    .array(
      z.object({
        id: z.string(),
        analyte: z.string(),
        value: z.string(),
        comparator: comparator.optional(),
        unit: z.string(),
      }),
    )
    .readonly(),
  reviewed: z.object({ by: z.string(), at: z.string() }).optional(),
});

/** Values that one person entered and verified alone: looked at by another the next day. */
export const reviewFeature: Feature = async (app, { lab }) => {
  app.get(
    '/api/review/own-entries',
    {
      config: { access: 'results.read' },
      schema: {
        tags: ['verification'],
        summary: 'Entered and verified by one person, newest first',
        querystring: z.strictObject({
          ...pageQuery,
          from: instant.optional(),
          to: instant.optional(),
        }),
        response: { 200: pageOf(ownEntry) },
      },
    },
    async (request) => {
      const { from, to } = request.query;
      const between = {
        $gte: from === undefined ? '' : new Date(from).toISOString(),
        ...(to === undefined ? {} : { $lt: new Date(to).toISOString() }),
      };
      const found = await readNewest(lab.collections.acts, { ownEntryAt: between }, 'ownEntryAt', request.query);
      const listed = page(
        found,
        request.query.limit,
        (last) => [last.ownEntryAt ?? '', last._id],
        (each) => each,
      );
      return { items: await Promise.all(listed.items.map((each) => view(lab, each))), next: listed.next };
    },
  );

  app.post(
    '/api/review/own-entries/:id/reviewed',
    {
      config: { access: 'results.review' },
      schema: {
        tags: ['verification'],
        summary: 'I looked at it',
        params: z.object({ id: key }),
        body: nothing,
        response: { 200: ownEntry },
      },
    },
    async (request) => {
      const actor = actorOf(request);
      const known = await lab.collections.acts.findOne({ _id: request.params.id });
      if (known?.ownEntryAt === undefined) throw new LisError('NOT_FOUND', { what: 'Own entry' });
      if (known.actor.username === actor.username) throw new LisError('OBSERVATION_OWN_ENTRY');
      const ids = known.observations.map((each) => each.id);
      const seen = await lab.collections.observations.find({ _id: { $in: ids } }).toArray();
      requireSectionsOf(
        lab,
        actor,
        seen.map((each) => each.section),
      );
      const reviewed = { by: actor.username, at: isoNow(lab) };
      await lab.collections.acts.updateOne({ _id: known._id, reviewed: { $exists: false } }, { $set: { reviewed } });
      await recordAudit(lab, {
        actor: actor.username,
        action: 'review',
        subject: known.accession,
        after: { act: known._id },
      });
      return view(lab, { ...known, reviewed: known.reviewed ?? reviewed });
    },
  );
};

async function view(lab: Laboratory, act: ActDoc): Promise<z.infer<typeof ownEntry>> {
  const ids = act.observations.map((each) => each.id);
  const observations = await lab.collections.observations.find({ _id: { $in: ids } }).toArray();
  return {
    id: act._id,
    at: act.at,
    by: act.actor.username,
    accession: act.accession,
    reason: act.reason ?? '',
    observations: observations
      .filter((each) => each.enteredBy === act.actor.username)
      .map((each) => ({
        id: each._id,
        analyte: each.analyte,
        value: each.value,
        unit: each.unit,
        ...(each.comparator === undefined ? {} : { comparator: each.comparator }),
      })),
    ...(act.reviewed === undefined ? {} : { reviewed: act.reviewed }),
  };
}
