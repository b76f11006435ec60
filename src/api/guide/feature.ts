import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { LisError } from '../../errors.ts';
import type { Laboratory } from '../../laboratory/context.ts';
import type { UserDoc } from '../../store/documents.ts';
import { recordAudit } from '../audit-trail.ts';
import { personOf } from '../auth/caller.ts';
import type { Feature } from '../plugin.ts';
import { roleMay } from '../rights.ts';
import { guide, guideChange } from '../schemas/guide.ts';
import { nothing } from '../schemas/words.ts';
import type { Services } from '../services.ts';
import { type GuideStep, guideSteps } from './steps.ts';

const confirmable = guideSteps.filter((each) => each.confirmable).map((each) => each.step);
const params = z.object({ step: z.enum(confirmable) });
const tags = ['guide'];

/** The first-run guide: what a new laboratory still needs, read from what is there. */
export const guideFeature: Feature = async (app, services) => {
  const { lab } = services;

  app.get(
    '/api/guide',
    {
      config: { access: 'person' },
      schema: { tags, summary: 'Steps of the first run that I may do, done or not', response: { 200: guide } },
    },
    async (request) => guideOf(services, await me(lab, request)),
  );

  app.put(
    '/api/guide',
    {
      config: { access: 'person' },
      schema: {
        tags,
        summary: 'Hide the guide from me, or show it again',
        body: guideChange,
        response: { 200: guide },
      },
    },
    async (request) => {
      const { _id } = await me(lab, request);
      await lab.collections.users.updateOne({ _id }, { $set: { guideHidden: request.body.hidden } });
      return guideOf(services, await me(lab, request));
    },
  );

  app.post(
    '/api/guide/:step/confirm',
    {
      config: { access: 'laboratory.setUp' },
      schema: { tags, summary: 'Say that it is done', params, body: nothing, response: { 200: guide } },
    },
    async (request) => say(services, request, request.params.step, 'guide-confirm'),
  );

  app.delete(
    '/api/guide/:step/confirm',
    {
      config: { access: 'laboratory.setUp' },
      schema: { tags, summary: 'Say that it is not done', params, body: nothing, response: { 200: guide } },
    },
    async (request) => say(services, request, request.params.step, 'guide-reopen'),
  );
};

const subjectOf = (step: GuideStep): string => `guide/${step}`;

async function me(lab: Laboratory, request: FastifyRequest): Promise<UserDoc> {
  const user = await lab.collections.users.findOne({ _id: personOf(request).username });
  if (user === null) throw new LisError('AUTH_REQUIRED');
  return user;
}

/** The audit trail is where it is kept: who said so, and when. */
async function say(services: Services, request: FastifyRequest, step: GuideStep, action: string) {
  const user = await me(services.lab, request);
  await recordAudit(services.lab, { actor: user._id, action, subject: subjectOf(step) });
  return guideOf(services, user);
}

async function confirmation(lab: Laboratory, step: GuideStep): Promise<{ by: string; at: string } | null> {
  const last = await lab.collections.audit.findOne({ subject: subjectOf(step) }, { sort: { at: -1, _id: -1 } });
  return last?.action === 'guide-confirm' ? { by: last.actor, at: last.at } : null;
}

async function guideOf(services: Services, user: UserDoc): Promise<z.infer<typeof guide>> {
  const items: z.infer<typeof guide>['items'][number][] = [];
  for (const { step, right, confirmable: said, look } of guideSteps) {
    if (!roleMay(user.role, right)) continue;
    const { done, facts } = await look(services, user);
    const confirmed = said ? await confirmation(services.lab, step) : null;
    items.push({ step, done: done || confirmed !== null, confirmable: said, confirmed, facts });
  }
  return { items, next: null, hidden: user.guideHidden === true };
}
