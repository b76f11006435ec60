import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { decisions } from '../publish/insurance/fields.ts';
import { type InsuranceRow, insuranceRows } from '../publish/insurance/rows.ts';
import { xml4 } from '../publish/insurance/xml.ts';
import { recordTokenRead } from './audit-trail.ts';
import { page, pageOf, pageQuery, readCursor } from './lists.ts';
import type { Feature } from './plugin.ts';

const day = z.string().regex(/^\d{4}-\d\d-\d\d$/, 'a day such as 2026-11-24');
const querystring = z.strictObject({
  ...pageQuery,
  from: day,
  to: day,
  decision: z.enum(decisions).default('3176'),
});
const fields = z.record(z.string(), z.string());

/** Rows for the health insurance: Bảng 4, and what the laboratory knows of Bảng 3. The hospital system packs and sends. */
export const insuranceFeature: Feature = async (app, { lab }) => {
  app.get(
    '/api/bhyt/xml4',
    {
      config: { access: 'insurance.read' },
      schema: { tags: ['insurance'], summary: 'XML4 by result day, as JSON or application/xml', querystring },
    },
    async (request, reply) => {
      const rows = await insuranceRows(lab, request.query);
      await recordTokenRead(lab, request, `xml4 ${request.query.from} ${request.query.to}`);
      if (wantsXml(request)) {
        const complete = rows.filter((row) => row.fields.MA_LK !== '' && !row.withdrawn);
        const xml = Buffer.from(xml4(complete.map((row) => row.fields)), 'utf8');
        return reply
          .header('Content-Disposition', `attachment; filename="xml4-${request.query.from}-${request.query.to}.xml"`)
          .type('application/xml; charset=utf-8')
          .send(xml);
      }
      return pageOfRows(rows, request.query, (row, index) => ({
        accession: row.accession,
        fields: { ...row.fields, STT: String(index + 1) },
        // What the laboratory knows of the service's row in XML3.
        xml3: row.xml3,
        resend: row.resend,
        issues: row.issues,
      }));
    },
  );

  app.get(
    '/api/bhyt/xml3',
    {
      config: { access: 'insurance.services' },
      schema: {
        tags: ['insurance'],
        summary: "The laboratory's fields of XML3",
        querystring,
        response: { 200: pageOf(z.object({ accession: z.string(), fields })) },
      },
    },
    async (request) => {
      const rows = await insuranceRows(lab, request.query);
      const services = new Map(
        rows
          .filter(({ withdrawn }) => !withdrawn)
          .map((row) => [`${row.accession}/${row.xml3.MA_DICH_VU}/${row.xml3.MA_MAY}`, row]),
      );
      return pageOfRows([...services.values()], request.query, ({ accession, xml3 }) => ({ accession, fields: xml3 }));
    },
  );
};

function pageOfRows<T>(
  rows: readonly InsuranceRow[],
  query: { readonly cursor?: string | undefined; readonly limit: number },
  view: (row: InsuranceRow, index: number) => T,
): { items: readonly T[]; next: string | null } {
  const after = readCursor(query.cursor, 1)?.[0];
  const numbered = rows.map((row, index) => ({ row, index }));
  const rest = numbered.filter(({ row }) => after === undefined || row.position > after);
  return page(
    rest,
    query.limit,
    ({ row }) => [row.position],
    ({ row, index }) => view(row, index),
  );
}

function wantsXml(request: FastifyRequest): boolean {
  const types = (request.headers.accept ?? '').split(',').map((each) => each.split(';')[0]?.trim().toLowerCase());
  const first = types.find((each) => each === 'application/xml' || each === 'text/xml' || each === 'application/json');
  return first === 'application/xml' || first === 'text/xml';
}
