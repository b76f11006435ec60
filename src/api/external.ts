import { z } from 'zod';
import { LisError } from '../errors.ts';
import type { Laboratory } from '../laboratory/context.ts';
import { identityAdvice, validityOf } from '../publish/referral/advice.ts';
import type { Filter } from '../store/collection.ts';
import type { ExternalDoc, PatientDoc } from '../store/documents.ts';
import { page, pageOf, pageQuery, readNewest } from './lists.ts';
import type { Feature } from './plugin.ts';
import { key } from './schemas/words.ts';

const observation = z.looseObject({
  analyte: z.string(),
  loinc: z.string().optional(),
  name: z.string(),
  value: z.string(),
  comparator: z.string().optional(),
  unit: z.string(),
  flags: z.array(z.string()).readonly(),
  status: z.string(),
  validity: z.object({ until: z.string(), over: z.boolean(), rule: z.string() }).optional(),
});
const external = z.object({
  id: z.string(),
  patient: z.looseObject({ id: z.string(), name: z.string(), sex: z.string(), birthDate: z.string() }),
  origin: z.object({
    lab: z.object({ id: z.string(), name: z.string() }),
    accession: z.string(),
    version: z.number(),
  }),
  signature: z.object({ state: z.string(), signer: z.string(), signedAt: z.string() }),
  status: z.string(),
  collectedAt: z.string(),
  issued: z.string(),
  receivedAt: z.string(),
  observations: z.array(observation).readonly(),
  advice: z.array(z.object({ code: z.string(), field: z.string().optional() })).readonly(),
});

/** Results of other laboratories: signed, with their origin, never mixed with our own. */
export const externalFeature: Feature = async (app, { lab }) => {
  app.get(
    '/api/external',
    {
      config: { access: 'results.read' },
      schema: {
        tags: ['referrals'],
        summary: 'Results of other laboratories, the last version of each, newest first',
        querystring: z.strictObject({ ...pageQuery, patient: z.string().max(200).optional() }),
        response: { 200: pageOf(external) },
      },
    },
    async (request) => {
      const { patient } = request.query;
      const own = patient === undefined ? null : await lab.collections.patients.findOne({ _id: patient });
      const filter: Filter = patient === undefined ? {} : { patientKeys: { $in: keysOf(patient, own) } };
      const found = await readNewest(lab.collections.external, filter, 'receivedAt', request.query);
      return page(
        found,
        request.query.limit,
        (last) => [last.receivedAt, last._id],
        (each) => view(lab, each, own),
      );
    },
  );

  app.get(
    '/api/external/:id/document',
    {
      config: { access: 'results.read' },
      schema: { tags: ['referrals'], summary: 'The signed Bundle as it came', params: z.object({ id: key }) },
    },
    async (request, reply) => {
      const found = await lab.collections.external.findOne({ _id: request.params.id });
      if (found === null) throw new LisError('NOT_FOUND', { what: `External result ${request.params.id}` });
      return reply.type('application/fhir+json; charset=utf-8').send(Buffer.from(found.bundle));
    },
  );
};

/** What the patient is known by here: his id, and each identifier both laboratories may know. */
function keysOf(patient: string, own: PatientDoc | null): string[] {
  return [patient, ...(own?.identifiers ?? []).map(({ system, value }) => `${system}|${value}`)];
}

function view(lab: Laboratory, each: ExternalDoc, own: PatientDoc | null): z.infer<typeof external> {
  const { _id, patientKeys: _keys, bundle: _bundle, receivedBy: _by, observations, ...rest } = each;
  return {
    id: _id,
    ...rest,
    observations: observations.map((observed) => {
      const validity = validityOf(lab, observed, each.collectedAt);
      return { ...observed, ...(validity === null ? {} : { validity }) };
    }),
    advice: own === null ? [] : identityAdvice(each.patient, own),
  };
}
