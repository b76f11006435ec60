import { z } from 'zod';
import { saveEntry } from '../acts/catalogue-changes.ts';
import { requireSectionsOf } from '../acts/sections.ts';
import type { Actor } from '../domain/ids.ts';
import { LisError } from '../errors.ts';
import { isoNow, type Laboratory } from '../laboratory/context.ts';
import type { BlockDoc } from '../store/documents.ts';
import { actorOf } from './auth/caller.ts';
import { entryId } from './catalogue/entry-id.ts';
import { pageOf, pageOfSorted, pageQuery } from './lists.ts';
import type { Feature } from './plugin.ts';
import { code, key, line, words } from './schemas/words.ts';

const block = z.object({
  id: z.string(),
  analyzer: z.string().optional(),
  analyte: z.string().optional(),
  reason: z.string(),
  by: z.string(),
  at: z.string(),
  lifted: z.object({ by: z.string(), at: z.string(), reason: z.string() }).optional(),
  version: z.number(),
});
const reason = words(500).refine((text) => text !== '', 'a reason is needed');
const tags = ['verification'];

/** Stops of verification: of an analyzer, an analyte, or one on the other, each with its reason. */
export const blocksFeature: Feature = async (app, { lab }) => {
  app.get(
    '/api/verification-blocks',
    {
      config: { access: 'results.read' },
      schema: {
        tags,
        summary: 'What may not be verified now, and why',
        querystring: z.strictObject({ ...pageQuery, all: z.enum(['true', 'false']).default('false') }),
        response: { 200: pageOf(block) },
      },
    },
    async (request) => {
      const stored = lab.catalogue.ofKind('block').flatMap((each) => (each.kind === 'block' ? [each] : []));
      const shown = stored.filter((each) => request.query.all === 'true' || each.lifted === undefined);
      return pageOfSorted(shown.map(view), (each) => each.id, request.query);
    },
  );

  app.post(
    '/api/verification-blocks',
    {
      config: { access: 'results.block' },
      schema: {
        tags,
        summary: 'Stop verification',
        body: z.strictObject({ analyzer: line(64).optional(), analyte: code.optional(), reason }),
        response: { 201: block },
      },
    },
    async (request, reply) => {
      const { analyzer, analyte, reason: why } = request.body;
      if (analyzer === undefined && analyte === undefined)
        throw new LisError('REQUEST_INVALID', { detail: 'analyzer or analyte is needed' });
      if (analyte !== undefined && lab.catalogue.analyte(analyte) === undefined)
        throw new LisError('CATALOGUE_CODE_UNKNOWN', { code: analyte });
      const actor = actorOf(request);
      requireOwnAnalyte(lab, actor, analyte);
      const at = isoNow(lab);
      const doc: BlockDoc = {
        kind: 'block',
        _id: `block/${at}-${actor.username}`,
        ...(analyzer === undefined ? {} : { analyzer }),
        ...(analyte === undefined ? {} : { analyte }),
        reason: why,
        by: actor.username,
        at,
        version: 1,
      };
      return reply.code(201).send(view(await saveEntry(lab, actor, doc, 0)));
    },
  );

  app.post(
    '/api/verification-blocks/:id/lift',
    {
      config: { access: 'results.block' },
      schema: {
        tags,
        summary: 'Let it be verified again',
        params: z.object({ id: key }),
        body: z.strictObject({ reason }),
        response: { 200: block },
      },
    },
    async (request) => {
      const known = lab.catalogue.ofKind('block').find((each) => each._id === `block/${request.params.id}`);
      if (known?.kind !== 'block') throw new LisError('NOT_FOUND', { what: 'Stop' });
      if (known.lifted !== undefined) throw new LisError('VERSION_CONFLICT', { what: 'The stop' });
      const actor = actorOf(request);
      requireOwnAnalyte(lab, actor, known.analyte);
      const lifted = { by: actor.username, at: isoNow(lab), reason: request.body.reason };
      return view(await saveEntry(lab, actor, { ...known, lifted }, known.version));
    },
  );
};

/** Throws AUTH_SECTION. An analyzer belongs to no section: a stop of all of it is anyone's. */
function requireOwnAnalyte(lab: Laboratory, actor: Actor, analyte: string | undefined): void {
  const known = analyte === undefined ? undefined : lab.catalogue.analyte(analyte);
  if (known !== undefined) requireSectionsOf(lab, actor, [known.section]);
}

function view({ kind: _kind, _id, ...rest }: BlockDoc): z.infer<typeof block> {
  return { id: entryId(_id), ...rest };
}
