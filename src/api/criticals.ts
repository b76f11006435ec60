import { z } from 'zod';
import { recordCall, stands } from '../acts/criticals.ts';
import type { Laboratory } from '../laboratory/context.ts';
import type { CriticalDoc } from '../store/documents.ts';
import { actorOf } from './auth/caller.ts';
import { type Page, pageOf, pageQuery, readCursor, writeCursor } from './lists.ts';
import type { Feature } from './plugin.ts';
import { comparator, key, line, words } from './schemas/words.ts';

const call = z.object({
  by: z.string(),
  at: z.string(),
  to: z.string(),
  readBack: z.union([z.string(), z.boolean()]),
  comment: z.string().optional(),
});
const critical = z.object({
  id: z.string(),
  observation: z.string(),
  accession: z.string(),
  patient: z.object({ id: z.string(), name: z.string() }),
  ward: z.string().optional(),
  requester: z.string().optional(),
  analyte: z.string(),
  /** Of the analyte, as the catalogue has it now. */
  name: z.object({ vi: z.string(), en: z.string() }).optional(),
  section: z.string(),
  value: z.string(),
  comparator: comparator.optional(),
  unit: z.string(),
  flags: z.array(z.string()).readonly(),
  limits: z.object({ low: z.string().optional(), high: z.string().optional() }).optional(),
  at: z.string(),
  state: z.enum(['open', 'called', 'gone']),
  calls: z.array(call).readonly(),
  calledAt: z.string().optional(),
  escalatedAt: z.string().optional(),
});
type CriticalView = z.infer<typeof critical>;

/** Critical values that wait for a call, and who was called. */
export const criticalsFeature: Feature = async (app, { lab }) => {
  app.get(
    '/api/criticals',
    {
      config: { access: 'criticals.read' },
      schema: {
        tags: ['criticals'],
        summary: 'Critical values: those that wait, longest first, then those that were called, newest first',
        querystring: z.strictObject({ ...pageQuery, state: z.enum(['open', 'called']).optional() }),
        response: { 200: pageOf(critical) },
      },
    },
    async (request) => readCriticals(lab, request.query),
  );

  app.post(
    '/api/criticals/:id/call',
    {
      config: { access: 'criticals.call' },
      schema: {
        tags: ['criticals'],
        summary: 'Someone was told, and read it back',
        params: z.object({ id: key }),
        body: z.strictObject({
          to: line(200),
          readBack: z.union([z.boolean(), z.string().trim().max(200)]),
          comment: words(1000).optional(),
        }),
        response: { 200: critical },
      },
    },
    async (request) => {
      const after = await recordCall(lab, actorOf(request), request.params.id, request.body);
      const [view] = await views(lab, [after]);
      return view;
    },
  );
};

async function readCriticals(
  lab: Laboratory,
  asked: {
    readonly cursor?: string | undefined;
    readonly limit: number;
    readonly state?: 'open' | 'called' | undefined;
  },
): Promise<Page<CriticalView>> {
  const { criticals } = lab.collections;
  const [part, at = '', id = ''] = readCursor(asked.cursor, 3) ?? [asked.state ?? 'open', '', ''];
  const found: CriticalDoc[] = [];
  if (part === 'open') {
    const after =
      at === ''
        ? { openSince: { $gt: '' } }
        : { openSince: { $gte: at }, $or: [{ openSince: { $gt: at } }, { _id: { $gt: id } }] };
    found.push(...(await criticals.find(after, { sort: { openSince: 1, _id: 1 }, limit: asked.limit + 1 }).toArray()));
  }
  if (asked.state !== 'open' && found.length <= asked.limit) {
    const started = part === 'called' && at !== '';
    const before = started ? { at: { $lte: at }, $or: [{ at: { $lt: at } }, { _id: { $lt: id } }] } : {};
    const limit = asked.limit + 1 - found.length;
    found.push(
      ...(await criticals.find({ state: 'called', ...before }, { sort: { at: -1, _id: -1 }, limit }).toArray()),
    );
  }
  const shown = found.slice(0, asked.limit);
  const last = shown.at(-1);
  const more = found.length > asked.limit && last !== undefined;
  return {
    items: await views(lab, shown),
    next: more ? writeCursor([last.state === 'open' ? 'open' : 'called', last.openSince ?? last.at, last._id]) : null,
  };
}

/** As the workbench shows them; one that waits though its value no longer stands is left out. */
async function views(lab: Laboratory, criticals: readonly CriticalDoc[]): Promise<CriticalView[]> {
  if (criticals.length === 0) return [];
  const { observations, specimens, patients } = lab.collections;
  const found = await observations.find({ _id: { $in: criticals.map((each) => each._id) } }).toArray();
  const accessions = [...new Set(criticals.map((each) => each.accession))];
  const drawn = await specimens.find({ _id: { $in: accessions } }).toArray();
  const people = await patients.find({ _id: { $in: [...new Set(drawn.map((each) => each.patient))] } }).toArray();
  return criticals.flatMap((each): CriticalView[] => {
    const observation = found.find((other) => other._id === each._id);
    const specimen = drawn.find((other) => other._id === each.accession);
    if (observation === undefined || (each.state === 'open' && !stands(observation))) return [];
    const patient = specimen?.patient ?? each.patient;
    const name = lab.catalogue.analyte(each.analyte)?.name;
    return [
      {
        id: each._id,
        observation: each._id,
        accession: each.accession,
        patient: { id: patient, name: people.find((other) => other._id === patient)?.name ?? '' },
        ...(specimen?.ward === undefined ? {} : { ward: specimen.ward }),
        ...(specimen?.requester === undefined ? {} : { requester: specimen.requester }),
        analyte: each.analyte,
        ...(name === undefined ? {} : { name }),
        section: each.section,
        value: observation.value,
        ...(observation.comparator === undefined ? {} : { comparator: observation.comparator }),
        unit: observation.unit,
        flags: observation.flags,
        ...(observation.critical === undefined ? {} : { limits: observation.critical }),
        at: each.at,
        state: each.state,
        calls: each.calls,
        ...(each.calledAt === undefined ? {} : { calledAt: each.calledAt }),
        ...(each.escalatedAt === undefined ? {} : { escalatedAt: each.escalatedAt }),
      },
    ];
  });
}
