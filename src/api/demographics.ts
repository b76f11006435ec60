import { z } from 'zod';
import { reconsider, reevaluate } from '../acts/reevaluate.ts';
import type { Laboratory } from '../laboratory/context.ts';
import { actorOf } from './auth/caller.ts';
import type { Feature } from './plugin.ts';
import { observation } from './schemas/specimen.ts';
import { key, words } from './schemas/words.ts';

const judged = observation.pick({ flags: true, alerts: true, referenceRange: true });
const changes = z.object({
  items: z
    .array(
      z.object({
        id: z.string(),
        version: z.number(),
        analyte: z.string(),
        value: z.string(),
        state: z.string(),
        was: judged,
        now: judged,
      }),
    )
    .readonly(),
  next: z.null(),
});
const params = z.object({ accession: key });

/** What a correction of the patient's facts would change of values that are there: shown, never done by itself. */
export const demographicsFeature: Feature = async (app, { lab }) => {
  app.get(
    '/api/specimens/:accession/changes',
    {
      config: { access: 'results.read' },
      schema: {
        tags: ['results'],
        summary: 'Values that would be judged otherwise with the facts of the patient as they are now',
        params,
        response: { 200: changes },
      },
    },
    async (request) => changesOf(lab, request.params.accession),
  );

  app.post(
    '/api/specimens/:accession/reevaluate',
    {
      config: { access: 'results.judge' },
      schema: {
        tags: ['results'],
        summary: 'Judge them anew: pending values change, verified ones get a candidate',
        params,
        body: z.strictObject({ reason: words(500).optional() }),
        response: { 200: changes },
      },
    },
    async (request) => {
      const { accession } = request.params;
      const before = await changesOf(lab, accession);
      await reevaluate(lab, actorOf(request), accession, request.body.reason ?? '');
      return before;
    },
  );
};

async function changesOf(lab: Laboratory, accession: string): Promise<z.infer<typeof changes>> {
  const place = (code: string): number => lab.catalogue.analyte(code)?.order ?? Number.MAX_SAFE_INTEGER;
  const found = (await reconsider(lab, accession)).sort(
    (one, other) => place(one.observation.analyte) - place(other.observation.analyte),
  );
  return {
    items: found.map(({ observation: each, now }) => ({
      id: each._id,
      version: each.version,
      analyte: each.analyte,
      value: `${each.comparator ?? ''}${each.value}`,
      state: each.state,
      was: judgedView(each),
      now: judgedView(now),
    })),
    next: null,
  };
}

function judgedView({ flags, alerts, referenceRange }: z.infer<typeof judged>): z.infer<typeof judged> {
  return { flags, alerts, ...(referenceRange === undefined ? {} : { referenceRange }) };
}
