import type { FastifyReply, FastifyRequest } from 'fastify';
import { LisError } from '../../errors.ts';
import { readCsv, type Table, writeCsv } from './csv.ts';
import { readXlsx, writeXlsx } from './xlsx.ts';

export const xlsxType = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet';

/** What the caller wants a list as, by `Accept`. */
export function wantedForm(request: FastifyRequest): 'json' | 'csv' | 'xlsx' {
  const accept = (request.headers.accept ?? '').toLowerCase();
  const first = accept
    .split(',')
    .map((each) => each.split(';')[0]?.trim() ?? '')
    .find((each) => each === 'application/json' || each === 'text/csv' || each === xlsxType || each === '*/*');
  if (first === 'text/csv') return 'csv';
  return first === xlsxType ? 'xlsx' : 'json';
}

/** Answer with a table to save. */
export async function sendTable(reply: FastifyReply, form: 'csv' | 'xlsx', table: Table): Promise<FastifyReply> {
  const file = `attachment; filename="${table.name.replaceAll(/[^a-z0-9-]/gi, '_')}.${form}"`;
  reply.header('Content-Disposition', file);
  // Written as bytes: the server's serializer is for JSON.
  const bytes = form === 'csv' ? Buffer.from(writeCsv(table)) : await writeXlsx(table);
  return reply.type(form === 'csv' ? 'text/csv; charset=utf-8' : xlsxType).send(bytes);
}

/** Rows of a table that was sent, the header first. Throws REQUEST_INVALID. */
export async function readTable(request: FastifyRequest): Promise<string[][]> {
  const { body } = request;
  if (!Buffer.isBuffer(body))
    throw new LisError('REQUEST_INVALID', { detail: 'the body must be text/csv or a workbook' });
  const isText = /^text\/csv/i.test(request.headers['content-type'] ?? '');
  try {
    return isText ? readCsv(new TextDecoder('utf-8', { fatal: true }).decode(body)) : await readXlsx(body);
  } catch (thrown) {
    throw new LisError('REQUEST_INVALID', { detail: 'the table can not be read' }, thrown);
  }
}
