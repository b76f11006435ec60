import type { FastifyReply, FastifyRequest } from 'fastify';
import { DateTime } from 'luxon';
import { z } from 'zod';
import { LisError } from '../errors.ts';
import type { Laboratory } from '../laboratory/context.ts';
import { openWorkers, workerFile } from '../laboratory/workers.ts';
import { type Columns, type Stamp, stamps } from '../statistics/columns.ts';
import { openDays } from '../statistics/days.ts';
import { type FigureTask, figuresOf } from '../statistics/figures.ts';
import { criticalsBy, rejectionsBy, workloadBy } from '../statistics/people.ts';
import { pageQuery, readCursor, writeCursor } from './lists.ts';
import type { Feature } from './plugin.ts';
import { sendTable, wantedForm } from './tables/answer.ts';
import type { Cell } from './tables/csv.ts';

const when = z.union([
  z.iso.datetime({ offset: true, local: true }),
  z.string().regex(/^\d{4}-\d{2}-\d{2}$/, 'an instant, or a day YYYY-MM-DD'),
]);
const period = { from: when.optional(), to: when.optional() };
/** Every list takes these; without a limit figures come whole. */
const paging = { cursor: pageQuery.cursor, limit: z.coerce.number().int().min(1).max(1000).optional() };
const where = {
  section: z.string().max(64).optional(),
  analyte: z.string().max(64).optional(),
  analyzer: z.string().max(64).optional(),
  ward: z.string().max(200).optional(),
  priority: z.enum(['routine', 'urgent', 'stat']).optional(),
};
/** `received` and `receivedAt` alike. */
const stamp = z
  .string()
  .transform((text) => text.replace(/At$/, ''))
  .pipe(z.enum(stamps));
const groups = ['section', 'analyte', 'analyzer', 'ward', 'requester', 'priority'] as const;
const items = z.object({ items: z.array(z.looseObject({})).readonly(), next: z.string().nullable() });
const config = { access: 'statistics.read' } as const;
const tags = ['statistics'];

/** Rows up to which a figure is made at once; more go to a thread of their own. */
const mostHere = 30_000;
/** Seconds from start to end beyond which a result is late, unless asked otherwise. */
const usualTargets: Readonly<Record<string, number>> = { stat: 3_600, urgent: 7_200, routine: 14_400 };

type Rows = readonly Readonly<Record<string, Cell>>[];

/** Figures of the laboratory, as JSON, CSV or a workbook by `Accept`. */
export const statisticsFeature: Feature = async (app, { lab }) => {
  const days = openDays(lab);
  const workers = openWorkers<{ days: readonly Columns[]; task: FigureTask }, Rows>(
    workerFile('../statistics/worker', import.meta.url),
  );
  app.addHook('onClose', async () => {
    days.close();
    await workers.close();
  });

  async function figures(task: FigureTask): Promise<Rows> {
    const read = await days.read(task.selection.from, task.selection.to);
    const rows = read.reduce((sum, each) => sum + each.rows, 0);
    return rows <= mostHere ? figuresOf(read, task).map((row) => ({ ...row })) : workers.run({ days: read, task });
  }

  app.get(
    '/api/statistics/counts',
    {
      config,
      schema: {
        tags,
        summary: 'Current observations released in [from, to)',
        querystring: z.strictObject({
          ...period,
          ...paging,
          ...where,
          by: z.enum([...groups, 'day']).default('section'),
        }),
        response: { 200: items },
      },
    },
    async (request, reply) => {
      const { from, to, by, cursor: _cursor, limit: _limit, ...chosen } = request.query;
      const selection = { ...millis(periodOf(lab, from, to)), where: chosen };
      const shift = DateTime.fromMillis(selection.from, { zone: lab.config.lab.timeZone }).offset * 60_000;
      return answer(request, reply, 'counts', await figures({ kind: 'counts', selection, by, shift }));
    },
  );

  const span = {
    start: stamp.default('received'),
    end: stamp.default('released'),
    target: z.coerce.number().positive().optional(),
  };
  app.get(
    '/api/statistics/tat',
    {
      config,
      schema: {
        tags,
        summary: 'Seconds from one stamp to another: median, p90, how many were late',
        querystring: z.strictObject({ ...period, ...paging, ...where, ...span, by: z.enum(groups).default('section') }),
        response: { 200: items },
      },
    },
    async (request, reply) => {
      const { from, to, by, start, end, target, cursor: _cursor, limit: _limit, ...chosen } = request.query;
      requireSpan(start, end);
      const selection = { ...millis(periodOf(lab, from, to)), where: chosen };
      const task: FigureTask = { kind: 'tat', selection, by, start, end, targets: targetsOf(target) };
      return answer(request, reply, 'tat', await figures(task));
    },
  );

  app.get(
    '/api/statistics/tat/breaches',
    {
      config: { access: 'results.read' },
      schema: {
        tags,
        summary: 'The late ones, latest first',
        querystring: z.strictObject({
          ...period,
          ...where,
          ...span,
          limit: z.coerce.number().int().min(1).max(1000).default(100),
        }),
        response: { 200: items },
      },
    },
    async (request, reply) => {
      const { from, to, start, end, target, limit, ...chosen } = request.query;
      requireSpan(start, end);
      const selection = { ...millis(periodOf(lab, from, to)), where: chosen };
      const task: FigureTask = { kind: 'breaches', selection, start, end, targets: targetsOf(target), limit };
      return answer(request, reply, 'breaches', await figures(task));
    },
  );

  app.get(
    '/api/statistics/workload',
    {
      config,
      schema: {
        tags,
        summary: 'What each person verified',
        querystring: z.strictObject({
          ...period,
          ...paging,
          by: z.enum(['person', 'hour', 'personHour']).default('person'),
        }),
        response: { 200: items },
      },
    },
    async (request, reply) => {
      const { from, to, by } = request.query;
      const rows = await workloadBy(lab, periodOf(lab, from, to), by);
      return answer(
        request,
        reply,
        'workload',
        rows.map((row) => ({ ...row })),
      );
    },
  );

  app.get(
    '/api/statistics/rejections',
    {
      config,
      schema: {
        tags,
        summary: 'Rejected specimens',
        querystring: z.strictObject({
          ...period,
          ...paging,
          by: z.enum(['reason', 'ward', 'person']).default('reason'),
        }),
        response: { 200: items },
      },
    },
    async (request, reply) => {
      const { from, to, by } = request.query;
      return answer(request, reply, 'rejections', await rejectionsBy(lab, periodOf(lab, from, to), by));
    },
  );

  app.get(
    '/api/statistics/criticals',
    {
      config,
      schema: {
        tags,
        summary: 'Critical values: seconds from detection to the call that was read back',
        querystring: z.strictObject({
          ...period,
          ...paging,
          by: z.enum(['analyte', 'section', 'person']).default('analyte'),
        }),
        response: { 200: items },
      },
    },
    async (request, reply) => {
      const { from, to, by } = request.query;
      return answer(request, reply, 'criticals', await criticalsBy(lab, periodOf(lab, from, to), by));
    },
  );
};

/** A day means its beginning in the laboratory's zone; without a period it is today. */
function periodOf(lab: Laboratory, from: string | undefined, to: string | undefined): { from: string; to: string } {
  const zone = lab.config.lab.timeZone;
  const today = DateTime.fromMillis(lab.now(), { zone }).startOf('day');
  const read = (text: string): DateTime => DateTime.fromISO(text, { zone });
  const start = from === undefined ? today : read(from);
  const end = to === undefined ? DateTime.max(today, start).plus({ days: 1 }) : read(to);
  if (!start.isValid || !end.isValid || end < start)
    throw new LisError('REQUEST_INVALID', { detail: 'from is not before to' });
  return { from: start.toUTC().toISO() ?? '', to: end.toUTC().toISO() ?? '' };
}

function millis({ from, to }: { from: string; to: string }): { from: number; to: number } {
  return { from: Date.parse(from), to: Date.parse(to) };
}

function requireSpan(start: Stamp, end: Stamp): void {
  if (start === end) throw new LisError('REQUEST_INVALID', { detail: 'start and end are the same' });
}

function targetsOf(target: number | undefined): Readonly<Record<string, number>> {
  return target === undefined ? usualTargets : { stat: target, urgent: target, routine: target };
}

/** One row a key, numbers as numbers. */
async function answer(request: FastifyRequest, reply: FastifyReply, name: string, rows: Rows) {
  const form = wantedForm(request);
  if (form === 'json') return paged(rows, request.query);
  const columns = Object.keys(rows[0] ?? emptyRows[name] ?? {});
  return sendTable(reply, form, { name, columns, rows: rows.map((row) => columns.map((each) => row[each] ?? null)) });
}

/** The cursor is the number of rows seen: the rows of one question have one order. */
function paged(rows: Rows, query: unknown): { items: Rows; next: string | null } {
  const { cursor, limit } = z.looseObject(paging).parse(query);
  const from = Number(readCursor(cursor, 1)?.[0] ?? 0);
  const to = from + (limit ?? rows.length);
  return { items: rows.slice(from, to), next: to < rows.length ? writeCursor([String(to)]) : null };
}

/** Columns of a table without rows. */
const emptyRows: Readonly<Record<string, Readonly<Record<string, Cell>>>> = {
  counts: { key: '', observations: 0 },
  workload: { key: '', observations: 0 },
  tat: { key: '', n: 0, median: 0, p90: 0, breaches: 0 },
  breaches: { accession: '', analyte: '', section: '', ward: '', priority: '', seconds: 0 },
  rejections: { key: '', count: 0 },
  criticals: { key: '', n: 0, called: 0, median: 0, p90: 0, breaches: 0 },
};
