import { z } from 'zod';
import { reconsider, reevaluate, tellPregnancy } from '../acts/reevaluate.ts';
import { LisError } from '../errors.ts';
import type { Laboratory } from '../laboratory/context.ts';
import { actorOf } from './auth/caller.ts';
import type { Feature } from './plugin.ts';
import { observation, specimen } from './schemas/specimen.ts';
import { key, words } from './schemas/words.ts';
import { maySeeValues } from './specimens.ts';
import { specimenView } from './views.ts';

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
const supposed = z.strictObject({ pregnant: z.enum(['true', 'false']).optional() });
const pregnancy = z.strictObject({ pregnant: z.boolean(), reason: words(500).optional() });

/**
 * What a correction of the patient's facts would change of values that are there: shown, never done by itself; and the one
 * fact that is of the specimen, pregnancy.
 */
export const demographicsFeature: Feature = async (app, { lab }) => {
  app.get(
    '/api/specimens/:accession/changes',
    {
      config: { access: 'results.read' },
      schema: {
        tags: ['results'],
        summary: 'Values that would be judged otherwise with the facts of the patient as they are now, or as supposed',
        params,
        querystring: supposed,
        response: { 200: changes },
      },
    },
    async (request) => {
      const { pregnant } = request.query;
      return changesOf(lab, request.params.accession, pregnant === undefined ? undefined : pregnant === 'true');
    },
  );

  app.post(
    '/api/specimens/:accession/pregnancy',
    {
      config: { access: 'specimens.handle' },
      schema: {
        tags: ['specimens'],
        summary: 'Who it is from is pregnant, or is not: what waits is judged anew, what was verified is only shown',
        params,
        body: pregnancy,
        response: { 200: specimen },
      },
    },
    async (request) => {
      const { accession } = request.params;
      const { pregnant, reason = '' } = request.body;
      await tellPregnancy(lab, actorOf(request), accession, { pregnant, reason });
      const after = await lab.collections.specimens.findOne({ _id: accession });
      if (after === null) throw new LisError('SPECIMEN_ACCESSION_UNKNOWN', { accession });
      return specimenView(lab, after, maySeeValues(request));
    },
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

async function changesOf(lab: Laboratory, accession: string, pregnant?: boolean): Promise<z.infer<typeof changes>> {
  const place = (code: string): number => lab.catalogue.analyte(code)?.order ?? Number.MAX_SAFE_INTEGER;
  const found = (await reconsider(lab, accession, pregnant)).sort(
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
