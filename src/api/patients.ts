import { z } from 'zod';
import { LisError } from '../errors.ts';
import type { Laboratory } from '../laboratory/context.ts';
import type { PatientDoc } from '../store/documents.ts';
import { pageOf, pageQuery, readCursor, writeCursor } from './lists.ts';
import type { Feature } from './plugin.ts';
import { mergedPatient, patient } from './schemas/specimen.ts';
import { key } from './schemas/words.ts';
import { searchForm } from './search-form.ts';
import { patientView } from './views.ts';

const query = z.strictObject({ ...pageQuery, q: z.string().max(200).optional() });

/** Patients: search by name without diacritics or by id, and one by id. */
export const patientsFeature: Feature = async (app, { lab }) => {
  app.get(
    '/api/patients',
    {
      config: { access: 'patients.read' },
      schema: {
        tags: ['patients'],
        summary: 'Search patients by name or id',
        querystring: query,
        response: { 200: pageOf(patient) },
      },
    },
    async (request) => {
      const { found, next } = await searchPatients(lab, request.query);
      return { items: found.map(patientView), next };
    },
  );

  app.get(
    '/api/patients/:id',
    {
      config: { access: 'patients.read' },
      schema: {
        tags: ['patients'],
        summary: 'One patient; after a merge, who he was merged into',
        params: z.object({ id: key }),
        response: { 200: z.union([mergedPatient, patient]) },
      },
    },
    async (request) => {
      const found = await lab.collections.patients.findOne({ _id: request.params.id });
      if (found === null) throw new LisError('NOT_FOUND', { what: `Patient ${request.params.id}` });
      return found.mergedInto === undefined ? patientView(found) : { id: found._id, mergedInto: found.mergedInto };
    },
  );
};

const batch = 500;
/** Names looked through for one page: the answer stays quick in a store of a million patients. */
const mostRead = 20_000;

/** In the order of names. A part of a name is enough; an id is found whole. */
async function searchPatients(
  lab: Laboratory,
  asked: z.infer<typeof query>,
): Promise<{ found: PatientDoc[]; next: string | null }> {
  const sought = searchForm(asked.q ?? '');
  const { patients } = lab.collections;
  const exact = asked.q === undefined ? null : await patients.findOne({ _id: asked.q.trim() });
  if (exact !== null && exact.mergedInto === undefined) return { found: [exact], next: null };
  const found: PatientDoc[] = [];
  let position = readCursor(asked.cursor, 2);
  let read = 0;
  for (;;) {
    const [name, id] = position ?? [];
    const filter =
      name === undefined || id === undefined
        ? {}
        : { searchName: { $gte: name }, $or: [{ searchName: { $gt: name } }, { _id: { $gt: id } }] };
    const some = await patients.find(filter, { sort: { searchName: 1, _id: 1 }, limit: batch }).toArray();
    read += some.length;
    for (const each of some) {
      const fits = sought === '' || each.searchName.includes(sought) || searchForm(each._id).includes(sought);
      if (fits && each.mergedInto === undefined) found.push(each);
    }
    const last = some.at(-1);
    if (last === undefined || some.length < batch || found.length > asked.limit || read >= mostRead) break;
    position = [last.searchName, last._id];
  }
  const shown = found.slice(0, asked.limit);
  const last = shown.at(-1);
  return {
    found: shown,
    next: found.length > asked.limit && last !== undefined ? writeCursor([last.searchName, last._id]) : null,
  };
}
