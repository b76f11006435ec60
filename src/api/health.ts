import { z } from 'zod';
import { LisError } from '../errors.ts';
import { createMetrics } from './metrics.ts';
import type { Feature } from './plugin.ts';

const alive = z.object({ status: z.literal('ok') });

/** Liveness, readiness and Prometheus figures: for machines, without credentials and without patient facts. */
export const healthFeature: Feature = async (app, services) => {
  const { lab } = services;
  const metrics = createMetrics(services);
  app.addHook('onClose', async () => metrics.close());
  const config = { access: 'public', rateLimit: false } as const;

  app.get(
    '/healthz',
    { config, schema: { tags: ['health'], summary: 'The process answers', response: { 200: alive } } },
    async () => ({ status: 'ok' as const }),
  );

  app.get(
    '/readyz',
    { config, schema: { tags: ['health'], summary: 'The store answers', response: { 200: alive } } },
    async () => {
      try {
        await lab.collections.counters.findOne({ _id: 'ready' });
      } catch (thrown) {
        throw new LisError('STORE_UNAVAILABLE', {}, thrown);
      }
      return { status: 'ok' as const };
    },
  );

  app.get(
    '/metrics',
    { config, schema: { tags: ['health'], summary: 'Prometheus metrics', produces: ['text/plain'] } },
    async (_request, reply) => reply.type(metrics.contentType).send(await metrics.read()),
  );
};
