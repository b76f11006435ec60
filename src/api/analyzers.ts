import { z } from 'zod';
import { LisError } from '../errors.ts';
import type { Laboratory } from '../laboratory/context.ts';
import { nameOfLine } from '../laboratory/machines.ts';
import type { Filter } from '../store/collection.ts';
import type { MessageDoc, OutcomeDoc } from '../store/documents.ts';
import { pageOf, pageOfSorted, pageQuery, readCursor, writeCursor } from './lists.ts';
import { rowView } from './message-view.ts';
import type { Feature } from './plugin.ts';
import { analyzer, messageRow } from './schemas/way.ts';
import { key } from './schemas/words.ts';
import type { LineStatus } from './services.ts';

const messagesQuery = z.strictObject({
  ...pageQuery,
  direction: z.enum(['in', 'out']).optional(),
  kind: z.string().max(32).optional(),
  state: z.string().max(32).optional(),
  accession: z.string().max(100).optional(),
  /** Part of an accession, or text of the message as it was sent. */
  q: z.string().trim().max(100).optional(),
});

/** The lines with their live state, and the journal of each. */
export const analyzersFeature: Feature = async (app, { lab, lines }) => {
  app.get(
    '/api/analyzers',
    {
      config: { access: 'analyzers.read' },
      schema: {
        tags: ['analyzers'],
        summary: 'Lines with state, last traffic and counts',
        querystring: z.strictObject(pageQuery),
        response: { 200: pageOf(analyzer) },
      },
    },
    async (request) => pageOfSorted(lines.list().map(lineView(lab)), (each) => each.id, request.query),
  );

  app.get(
    '/api/analyzers/:id/messages',
    {
      config: { access: 'messages.read' },
      schema: {
        tags: ['analyzers'],
        summary: 'The journal of a line, newest first',
        params: z.object({ id: key }),
        querystring: messagesQuery,
        response: { 200: pageOf(messageRow) },
      },
    },
    async (request) => {
      const { id } = request.params;
      const known = lines.list().some((line) => line.id === id);
      const any =
        known || (await lab.collections.messages.findOne({ analyzer: id }, { projection: { _id: 1 } })) !== null;
      if (!any) throw new LisError('NOT_FOUND', { what: `Analyzer ${id}` });
      return readJournal(lab, id, request.query);
    },
  );
};

function lineView(lab: Laboratory) {
  return (line: LineStatus): z.infer<typeof analyzer> => {
    const name = nameOfLine(lab, line.id);
    return { ...line, ...(name === undefined ? {} : { name }), lastReceivedAt: line.lastReceivedAt ?? null };
  };
}

const batch = 200;
/** Messages looked through in one call; beyond them the list ends with a cursor and goes on from there. */
const mostLooked = 10_000;

async function readJournal(lab: Laboratory, id: string, asked: z.infer<typeof messagesQuery>) {
  const { direction, kind, state, accession } = asked;
  const sought = asked.q?.toLowerCase() ?? '';
  const words = [...new Set([asked.q ?? '', sought, (asked.q ?? '').toUpperCase()])].map((text) => Buffer.from(text));
  const holds = (raw: Uint8Array): boolean => {
    const bytes = Buffer.from(raw.buffer, raw.byteOffset, raw.byteLength);
    return words.some((text) => bytes.includes(text));
  };
  let looked = 0;
  const position = readCursor(asked.cursor, 1)?.[0];
  let before = position === undefined ? Number.MAX_SAFE_INTEGER : Number(position);
  if (!Number.isSafeInteger(before))
    throw new LisError('REQUEST_INVALID', { detail: 'cursor: is not one of this list' });
  const filter: Filter = { analyzer: id, ...(direction === undefined ? {} : { direction }) };
  const found: { row: z.infer<typeof messageRow>; sequence: number }[] = [];
  const chosen = kind !== undefined || state !== undefined || accession !== undefined || sought !== '';
  const size = chosen ? batch : asked.limit + 1;
  for (;;) {
    const some = await lab.collections.messages
      .find({ ...filter, sequence: { $lt: before } }, { sort: { sequence: -1 }, limit: size })
      .toArray();
    const outcomes = await outcomesOf(lab, some);
    for (const each of some) {
      const row = rowView(each, outcomes.get(each._id));
      if (kind !== undefined && row.kind !== kind) continue;
      if (state !== undefined && row.state !== state) continue;
      if (accession !== undefined && !row.accessions.includes(accession)) continue;
      const named = row.accessions.some((own) => own.toLowerCase().includes(sought));
      if (sought !== '' && !named && !holds(each.raw)) continue;
      found.push({ row, sequence: each.sequence });
    }
    before = some.at(-1)?.sequence ?? 0;
    looked += some.length;
    if (found.length > asked.limit || some.length < size) break;
    if (looked >= mostLooked) {
      return { items: found.map((each) => each.row), next: writeCursor([String(before)]) };
    }
  }
  const shown = found.slice(0, asked.limit);
  const last = shown.at(-1);
  return {
    items: shown.map((each) => each.row),
    next: found.length > asked.limit && last !== undefined ? writeCursor([String(last.sequence)]) : null,
  };
}

async function outcomesOf(lab: Laboratory, messages: readonly MessageDoc[]): Promise<Map<string, OutcomeDoc>> {
  if (messages.length === 0) return new Map();
  const ids = messages.map((each) => each._id);
  const outcomes = await lab.collections.outcomes.find({ _id: { $in: ids } }).toArray();
  return new Map(outcomes.map((each) => [each._id, each]));
}
