import { z } from 'zod';
import { moveSpecimen } from '../acts/custody.ts';
import { registerSpecimen } from '../acts/registration.ts';
import { actorOf } from './auth/caller.ts';
import type { Feature } from './plugin.ts';
import { custodyStep, newSpecimen, specimen } from './schemas/specimen.ts';
import { key } from './schemas/words.ts';
import { maySeeValues } from './specimens.ts';
import { specimenView } from './views.ts';

const params = z.object({ accession: key });

/** An instant as the store keeps it: UTC with milliseconds. */
const utc = (instant: string | undefined): string | undefined =>
  instant === undefined ? undefined : new Date(instant).toISOString();

/** Register a specimen, and its first steps of custody. */
export const registrationFeature: Feature = async (app, { lab }) => {
  app.post(
    '/api/specimens',
    {
      config: { access: 'specimens.register' },
      schema: {
        tags: ['specimens'],
        summary: 'Register a specimen and its orders',
        body: newSpecimen,
        response: { 201: specimen },
      },
    },
    async (request, reply) => {
      const { collectedAt, ...rest } = request.body;
      const made = await registerSpecimen(lab, actorOf(request), { ...rest, collectedAt: utc(collectedAt) });
      return reply.code(201).send(await specimenView(lab, made, maySeeValues(request)));
    },
  );

  for (const action of ['collect', 'receive'] as const) {
    app.post(
      `/api/specimens/:accession/${action}`,
      {
        config: { access: 'specimens.receive' },
        schema: {
          tags: ['specimens'],
          summary: action === 'collect' ? 'The material was taken' : 'The laboratory has the specimen',
          params,
          body: custodyStep,
          response: { 200: specimen },
        },
      },
      async (request) => {
        const { accession } = request.params;
        const moved = await moveSpecimen(lab, actorOf(request), accession, action, { at: utc(request.body?.at) });
        return specimenView(lab, moved, maySeeValues(request));
      },
    );
  }
};
