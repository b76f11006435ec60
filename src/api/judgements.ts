import { z } from 'zod';
import { amendObservation, withdrawObservation } from '../acts/correct.ts';
import { chooseRun, commentObservation, holdObservation, rejectObservation } from '../acts/observation-acts.ts';
import { LisError } from '../errors.ts';
import { actorOf } from './auth/caller.ts';
import type { Feature } from './plugin.ts';
import { choice, holding, judgement, observation, remark } from './schemas/specimen.ts';
import { key } from './schemas/words.ts';
import { observationView } from './views.ts';

const params = z.object({ id: key });
const config = { access: 'results.judge' } as const;
const response = { 200: observation };

/** What a technician does with one result beside verifying it. */
export const judgementsFeature: Feature = async (app, { lab }) => {
  app.post(
    '/api/observations/:id/reject',
    { config, schema: { tags: ['results'], summary: 'Ask for a repeat', params, body: judgement, response } },
    async (request) => {
      const { version, reason } = request.body;
      if (version === undefined) throw new LisError('REQUEST_INVALID', { detail: 'version: is needed' });
      const after = await rejectObservation(lab, actorOf(request), request.params.id, {
        version,
        reason: reason ?? '',
      });
      return observationView(after);
    },
  );

  app.post(
    '/api/observations/:id/amend',
    {
      config: { access: 'results.amend' },
      schema: {
        tags: ['results'],
        summary: 'Correct a released value: a new report version',
        params,
        body: judgement,
        response,
      },
    },
    async (request) => {
      const { version, reason = '', value, comparator } = request.body;
      if (version === undefined) throw new LisError('REQUEST_INVALID', { detail: 'version: is needed' });
      const { id } = request.params;
      return observationView(await amendObservation(lab, actorOf(request), id, { version, reason, value, comparator }));
    },
  );

  app.post(
    '/api/observations/:id/withdraw',
    {
      config: { access: 'results.withdraw' },
      schema: { tags: ['results'], summary: 'Take a released value back', params, body: judgement, response },
    },
    async (request) => {
      const { version, reason = '' } = request.body;
      if (version === undefined) throw new LisError('REQUEST_INVALID', { detail: 'version: is needed' });
      return observationView(await withdrawObservation(lab, actorOf(request), request.params.id, { version, reason }));
    },
  );

  for (const [action, hold, summary] of [
    ['hold', true, 'Keep a result back from verification'],
    ['unhold', false, 'Let a result go that was kept back'],
  ] as const) {
    app.post(
      `/api/observations/:id/${action}`,
      { config, schema: { tags: ['results'], summary, params, body: holding, response } },
      async (request) => {
        const after = await holdObservation(lab, actorOf(request), request.params.id, { ...request.body, hold });
        return observationView(after);
      },
    );
  }

  app.post(
    '/api/observations/:id/comment',
    {
      config,
      schema: { tags: ['results'], summary: 'Remark that goes into the report', params, body: remark, response },
    },
    async (request) =>
      observationView(await commentObservation(lab, actorOf(request), request.params.id, request.body)),
  );

  app.post(
    '/api/observations/:id/choose',
    { config, schema: { tags: ['results'], summary: 'Make this run the current one', params, body: choice, response } },
    async (request) => observationView(await chooseRun(lab, actorOf(request), request.params.id, request.body)),
  );
};
