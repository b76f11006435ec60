import { z } from 'zod';
import { closeDue } from '../acts/close.ts';
import { aliquot, moveSpecimen } from '../acts/custody.ts';
import { recollect } from '../acts/recollect.ts';
import { LisError } from '../errors.ts';
import { actorOf } from './auth/caller.ts';
import type { Feature } from './plugin.ts';
import { custodyStep, specimen } from './schemas/specimen.ts';
import { key, line, nothing } from './schemas/words.ts';
import { maySeeValues } from './specimens.ts';
import { timelineOf } from './timeline.ts';
import { specimenView } from './views.ts';

const params = z.object({ accession: key });
const tags = ['specimens'];

const actions = [
  ['collect', 'specimens.receive', 'The material was taken'],
  ['receive', 'specimens.receive', 'The laboratory has the specimen'],
  ['reject', 'specimens.handle', 'It is not fit: coded reason, who was told, whether it is drawn again'],
  ['store', 'specimens.handle', 'It stands at a place: rack and position'],
  ['dispose', 'specimens.handle', 'It is gone'],
] as const;

const event = z.object({
  at: z.string(),
  kind: z.string(),
  by: z.string(),
  detail: z.string().optional(),
  container: z.string().optional(),
});

/** The chain of custody: steps of a specimen or one of its tubes, and all that happened to it. */
export const custodyFeature: Feature = async (app, { lab }) => {
  for (const [action, access, summary] of actions) {
    app.post(
      `/api/specimens/:accession/${action}`,
      { config: { access }, schema: { tags, summary, params, body: custodyStep, response: { 200: specimen } } },
      async (request) => {
        const { accession } = request.params;
        const { at, recollect: again, ...step } = request.body ?? {};
        const actor = actorOf(request);
        const done = at === undefined ? undefined : new Date(at).toISOString();
        let moved = await moveSpecimen(lab, actor, accession, action, { ...step, at: done });
        if (action === 'reject' && again === true) {
          const recollectedAs = await recollect(lab, actor, accession);
          moved = { ...moved, recollectedAs };
        }
        if (action === 'reject') await closeDue(lab, accession);
        return specimenView(lab, moved, maySeeValues(request));
      },
    );
  }

  app.post(
    '/api/specimens/:accession/recollect',
    {
      config: { access: 'specimens.handle' },
      schema: {
        tags,
        summary: 'Draw a rejected specimen again: a new one with the same orders',
        params,
        body: nothing,
        response: { 201: specimen },
      },
    },
    async (request, reply) => {
      const fresh = await recollect(lab, actorOf(request), request.params.accession);
      const found = await lab.collections.specimens.findOne({ _id: fresh });
      if (found === null) throw new LisError('SPECIMEN_ACCESSION_UNKNOWN', { accession: fresh });
      return reply.code(201).send(await specimenView(lab, found, maySeeValues(request)));
    },
  );

  app.post(
    '/api/specimens/:accession/aliquot',
    {
      config: { access: 'specimens.handle' },
      schema: {
        tags,
        summary: 'Pour part of a tube into others',
        params,
        body: z.strictObject({
          parent: line(50).optional(),
          containers: z
            .array(z.strictObject({ id: line(50), type: line(64) }))
            .min(1)
            .max(20),
        }),
        response: { 200: specimen },
      },
    },
    async (request) => {
      const after = await aliquot(lab, actorOf(request), request.params.accession, request.body);
      return specimenView(lab, after, maySeeValues(request));
    },
  );

  app.get(
    '/api/specimens/:accession/timeline',
    {
      config: { access: 'specimens.timeline' },
      schema: {
        tags,
        summary: 'Everything that happened to a specimen, in order',
        params,
        response: { 200: z.object({ items: z.array(event).readonly(), next: z.null() }) },
      },
    },
    async (request) => ({ items: await timelineOf(lab, request.params.accession), next: null }),
  );
};
