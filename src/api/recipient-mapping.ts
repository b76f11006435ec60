import { z } from 'zod';
import { LisError } from '../errors.ts';
import { checkMapping, mappingColumns, mappingRows } from '../publish/hl7/mapping-table.ts';
import type { RecipientDoc } from '../store/documents.ts';
import type { Feature } from './plugin.ts';
import { mappingPreview, mappingRow } from './schemas/way.ts';
import { key } from './schemas/words.ts';
import { readTable, sendTable, wantedForm, xlsxType } from './tables/answer.ts';

const params = z.object({ id: key });
const mostRows = 2_000;

/** What an HL7 recipient wants otherwise than we say it, as a table out, and one looked at before it is taken in. */
export const recipientMappingFeature: Feature = async (app, { lab }) => {
  await app.register(async (tables: typeof app) => {
    tables.addContentTypeParser(['text/csv', xlsxType], { parseAs: 'buffer' }, (_request, body, done) =>
      done(null, body),
    );

    async function hl7Recipient(id: string): Promise<RecipientDoc> {
      const found = await lab.collections.recipients.findOne({ _id: id });
      if (found?.hl7 === undefined) throw new LisError('RECIPIENT_UNKNOWN', { id });
      return found;
    }

    tables.get(
      '/api/recipients/:id/mapping',
      {
        config: { access: 'recipients.read' },
        schema: {
          tags: ['deliveries'],
          summary: 'Units, status letters and longest fields of an HL7 recipient (JSON, CSV or a workbook)',
          params,
          response: { 200: z.object({ items: z.array(mappingRow).readonly(), next: z.null() }) },
        },
      },
      async (request, reply) => {
        const { _id, hl7 = {} } = await hl7Recipient(request.params.id);
        const rows = mappingRows(hl7);
        const form = wantedForm(request);
        if (form === 'json') return { items: rows, next: null };
        const cells = rows.map(({ kind, ours, theirs }) => [kind, ours, theirs]);
        return sendTable(reply, form, { name: `mapping-${_id}`, columns: mappingColumns, rows: cells });
      },
    );

    tables.post(
      '/api/recipients/:id/mapping/preview',
      {
        config: { access: 'recipients.add' },
        schema: {
          tags: ['deliveries'],
          summary: 'What a mapping table (text/csv or a workbook) would change, row by row; nothing is written',
          params,
          consumes: ['text/csv', xlsxType],
          response: { 200: z.object({ items: z.array(mappingPreview).readonly(), next: z.null() }) },
        },
      },
      async (request) => {
        const { hl7 = {} } = await hl7Recipient(request.params.id);
        const table = await readTable(request);
        if (table.length > mostRows) throw new LisError('REQUEST_INVALID', { detail: `more than ${mostRows} rows` });
        const rows = checkMapping(table, mappingRows(hl7));
        if (rows === null)
          throw new LisError('REQUEST_INVALID', { detail: `the header must name ${mappingColumns.join(', ')}` });
        return { items: rows, next: null };
      },
    );
  });
};
