import { registerSpecimen } from '../acts/registration.ts';
import { actorOf } from './auth/caller.ts';
import type { Feature } from './plugin.ts';
import { newSpecimen, specimen } from './schemas/specimen.ts';
import { maySeeValues } from './specimens.ts';
import { specimenView } from './views.ts';

/** An instant as the store keeps it: UTC with milliseconds. */
const utc = (instant: string | undefined): string | undefined =>
  instant === undefined ? undefined : new Date(instant).toISOString();

/** Register a specimen and its orders. */
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
};
