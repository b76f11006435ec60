import { z } from 'zod';
import type { Laboratory } from '../laboratory/context.ts';
import type { Filter } from '../store/collection.ts';
import type { ObservationDoc, PatientDoc, SpecimenDoc } from '../store/documents.ts';
import { pageOf, pageQuery, readCursor, writeCursor } from './lists.ts';
import type { Feature } from './plugin.ts';
import { workRow } from './schemas/specimen.ts';
import { priority } from './schemas/words.ts';
import { searchForm } from './search-form.ts';
import { inCatalogueOrder, workRowView } from './views.ts';

const query = z.strictObject({
  ...pageQuery,
  /** `pending`: waits for the technician; `verified`: waits for the doctor; `open`: either. */
  state: z.enum(['open', 'pending', 'verified']).default('open'),
  section: z.string().max(64).optional(),
  analyzer: z.string().max(64).optional(),
  priority: priority.optional(),
  flag: z.string().max(64).optional(),
  q: z.string().max(200).optional(),
  /** These accessions only, separated by commas: a page reads anew what an event named. */
  accession: z.string().max(6000).optional(),
  /** `true`: rows without observations, for a page that shows thousands. */
  brief: z.enum(['true', 'false']).default('false'),
});
type Query = z.infer<typeof query>;

/** Specimens with observations that wait for a person, most urgent first. */
export const worklistFeature: Feature = async (app, { lab }) => {
  app.get(
    '/api/worklist',
    {
      config: { access: 'worklist.read' },
      schema: {
        tags: ['worklist'],
        summary: 'What waits for verification, most urgent first',
        querystring: query,
        response: { 200: pageOf(workRow) },
      },
    },
    async (request) => {
      const { specimens, next } = await readWorklist(lab, request.query);
      const patients = await patientsOf(lab, specimens);
      const waiting = request.query.brief === 'true' ? null : await waitingOf(lab, specimens);
      return {
        items: specimens.map((each) =>
          workRowView(each, patients.get(each.patient), waiting === null ? undefined : (waiting.get(each._id) ?? [])),
        ),
        next,
      };
    },
  );
};

/** How many specimens are looked at for one page of a search: a page ends early rather than hold up the laboratory. */
const batch = 500;

async function readWorklist(lab: Laboratory, asked: Query): Promise<{ specimens: SpecimenDoc[]; next: string | null }> {
  const filter = filterOf(asked);
  const sought = asked.q === undefined ? '' : searchForm(asked.q);
  const found: SpecimenDoc[] = [];
  let after = readCursor(asked.cursor, 1)?.[0];
  for (;;) {
    const size = sought === '' ? asked.limit + 1 : batch;
    const read = await lab.collections.specimens
      .find(after === undefined ? filter : { ...filter, 'work.rank': { $gt: after } }, {
        sort: { 'work.rank': 1 },
        limit: size,
      })
      .toArray();
    const fitting = sought === '' ? read : await findFitting(lab, read, sought);
    found.push(...fitting);
    after = read.at(-1)?.work.rank;
    if (found.length > asked.limit || read.length < size) break;
  }
  const specimens = found.slice(0, asked.limit);
  const last = specimens.at(-1);
  return { specimens, next: found.length > asked.limit && last !== undefined ? writeCursor([last.work.rank]) : null };
}

function filterOf(asked: Query): Filter {
  return {
    'work.open': true,
    ...(asked.state === 'pending' ? { 'work.pending': { $gt: 0 } } : {}),
    ...(asked.state === 'verified' ? { 'work.verified': { $gt: 0 } } : {}),
    ...(asked.section === undefined ? {} : { 'work.sections': asked.section }),
    ...(asked.analyzer === undefined ? {} : { 'work.analyzers': asked.analyzer }),
    ...(asked.priority === undefined ? {} : { priority: asked.priority }),
    ...(asked.accession === undefined ? {} : { _id: { $in: asked.accession.split(',') } }),
    ...(asked.flag === undefined ? {} : { $or: [{ 'work.flags': asked.flag }, { 'work.alerts': asked.flag }] }),
  };
}

/** Accession, patient id or name contains what is sought, without regard to case and diacritics. */
async function findFitting(lab: Laboratory, specimens: readonly SpecimenDoc[], sought: string): Promise<SpecimenDoc[]> {
  const patients = await patientsOf(lab, specimens);
  return specimens.filter((each) => {
    const name = patients.get(each.patient)?.name ?? '';
    return [each._id, each.patient, name].some((text) => searchForm(text).includes(sought));
  });
}

async function patientsOf(lab: Laboratory, specimens: readonly SpecimenDoc[]): Promise<Map<string, PatientDoc>> {
  const ids = [...new Set(specimens.map((each) => each.patient))];
  if (ids.length === 0) return new Map();
  const patients = await lab.collections.patients.find({ _id: { $in: ids } }).toArray();
  return new Map(patients.map((each) => [each._id, each]));
}

/** The observations that wait, by accession. */
async function waitingOf(lab: Laboratory, specimens: readonly SpecimenDoc[]): Promise<Map<string, ObservationDoc[]>> {
  const waiting = new Map<string, ObservationDoc[]>();
  if (specimens.length === 0) return waiting;
  const accessions = specimens.map((each) => each._id);
  const read = await lab.collections.observations.find({ accession: { $in: accessions } }).toArray();
  for (const each of inCatalogueOrder(lab, read)) {
    if (each.state !== 'pending' && each.state !== 'verified') continue;
    waiting.set(each.accession, [...(waiting.get(each.accession) ?? []), each]);
  }
  return waiting;
}
