import { z } from 'zod';
import { reportId } from '../acts/reports.ts';
import { compareVersions } from '../domain/compare-versions.ts';
import { LisError } from '../errors.ts';
import type { Laboratory } from '../laboratory/context.ts';
import type { ReportDoc } from '../store/documents.ts';
import type { Feature } from './plugin.ts';
import { reportSummary } from './schemas/specimen.ts';
import { key } from './schemas/words.ts';

const comparison = z.object({
  before: reportSummary.nullable(),
  after: reportSummary,
  reason: z.string().optional(),
  by: z.string(),
  patient: z.object({ was: z.string(), is: z.string() }).optional(),
  observations: z
    .array(
      z.object({
        analyte: z.string(),
        kind: z.enum(['added', 'removed', 'changed', 'withdrawn']),
        was: z.string().optional(),
        is: z.string().optional(),
      }),
    )
    .readonly(),
});

/** What one report version says that another did not. */
export const reportComparisonFeature: Feature = async (app, { lab }) => {
  app.get(
    '/api/reports/:id/compare',
    {
      config: { access: 'reports.read' },
      schema: {
        tags: ['reports'],
        summary: 'What differs from the version before, or from another one',
        params: z.object({ id: key }),
        querystring: z.strictObject({ with: key.optional() }),
        response: { 200: comparison },
      },
    },
    async (request) => {
      const after = await findReport(lab, request.params.id);
      const other = request.query.with ?? (after.version > 1 ? reportId(after.accession, after.version - 1) : null);
      return compare(other === null ? null : await findReport(lab, other), after);
    },
  );
};

async function findReport(lab: Laboratory, id: string): Promise<ReportDoc> {
  const found = await lab.collections.reports.findOne({ _id: id });
  if (found === null) throw new LisError('NOT_FOUND', { what: `Report ${id}` });
  return found;
}

function compare(before: ReportDoc | null, after: ReportDoc): z.infer<typeof comparison> {
  const summary = ({ _id, version, status, issued }: ReportDoc) => ({ id: _id, version, status, issued });
  const moved = before !== null && before.patient.id !== after.patient.id;
  return {
    before: before === null ? null : summary(before),
    after: summary(after),
    ...(after.reason === undefined ? {} : { reason: after.reason }),
    by: after.actor.username,
    ...(moved ? { patient: { was: before.patient.id, is: after.patient.id } } : {}),
    observations: compareVersions(before?.observations ?? [], after.observations),
  };
}
