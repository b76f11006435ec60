import { z } from 'zod';
import { withdrawSpecimen } from '../acts/correct.ts';
import { enterByHand } from '../acts/enter.ts';
import { releaseSpecimen } from '../acts/release.ts';
import { undoVerify, verifyObservations } from '../acts/verify.ts';
import { LisError } from '../errors.ts';
import type { Laboratory } from '../laboratory/context.ts';
import { actorOf } from './auth/caller.ts';
import type { Feature } from './plugin.ts';
import {
  manualEntry,
  observation,
  releaseRequest,
  type SpecimenView,
  specimen,
  undone,
  verified,
  verifyRequest,
} from './schemas/specimen.ts';
import { key, nothing, words } from './schemas/words.ts';
import { observationView, specimenView } from './views.ts';

const params = z.object({ accession: key });

/** Verify, take back, enter by hand. */
export const verificationFeature: Feature = async (app, { lab }) => {
  app.post(
    '/api/specimens/:accession/verify',
    {
      config: { access: 'results.verify' },
      schema: {
        tags: ['results'],
        summary: 'Verify observations, all or none',
        params,
        body: verifyRequest,
        response: { 200: verified },
      },
    },
    async (request) => {
      const { accession } = request.params;
      const { act, dueAt } = await verifyObservations(lab, actorOf(request), accession, request.body);
      return { ...(await whole(lab, accession)), act, undoUntil: dueAt };
    },
  );

  app.post(
    '/api/specimens/:accession/verify/undo',
    {
      config: { access: 'results.verify' },
      schema: {
        tags: ['results'],
        summary: 'Take the latest verification back before it leaves',
        params,
        body: nothing,
        response: { 200: undone },
      },
    },
    async (request) => {
      const { accession } = request.params;
      const taken = await undoVerify(lab, actorOf(request), accession);
      return { ...(await whole(lab, accession)), ...taken };
    },
  );

  app.post(
    '/api/specimens/:accession/release',
    {
      config: { access: 'results.release' },
      schema: {
        tags: ['results'],
        summary: 'Medical release, where two levels are configured',
        params,
        body: releaseRequest,
        response: { 200: verified },
      },
    },
    async (request) => {
      const { accession } = request.params;
      const { act, dueAt } = await releaseSpecimen(lab, actorOf(request), accession, request.body ?? {});
      return { ...(await whole(lab, accession)), act, undoUntil: dueAt };
    },
  );

  app.post(
    '/api/specimens/:accession/withdraw',
    {
      config: { access: 'results.withdraw' },
      schema: {
        tags: ['results'],
        summary: 'Take everything of a specimen back in one act (wrong patient)',
        params,
        body: z.strictObject({ reason: words(1000).optional(), version: z.number().optional() }),
        response: { 200: specimen },
      },
    },
    async (request) => {
      const { accession } = request.params;
      await withdrawSpecimen(lab, actorOf(request), accession, { reason: request.body.reason ?? '' });
      return whole(lab, accession);
    },
  );

  app.post(
    '/api/specimens/:accession/observations',
    {
      config: { access: 'results.enter' },
      schema: {
        tags: ['results'],
        summary: 'Enter values by hand',
        params,
        body: manualEntry,
        response: { 201: z.object({ items: z.array(observation).readonly(), next: z.null() }) },
      },
    },
    async (request, reply) => {
      const entries = request.body.observations.map((each) => ({
        ...each,
        observedAt: each.observedAt === undefined ? undefined : new Date(each.observedAt).toISOString(),
      }));
      const entered = await enterByHand(lab, actorOf(request), request.params.accession, entries);
      return reply.code(201).send({ items: entered.map(observationView), next: null });
    },
  );
};

async function whole(lab: Laboratory, accession: string): Promise<SpecimenView> {
  const found = await lab.collections.specimens.findOne({ _id: accession });
  if (found === null) throw new LisError('SPECIMEN_ACCESSION_UNKNOWN', { accession });
  return specimenView(lab, found, true);
}
