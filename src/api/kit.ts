import { z } from 'zod';
import { driverById } from '../../drivers/catalogue.ts';
import { appendAudit } from '../acts/audit.ts';
import { LisError } from '../errors.ts';
import { readCapture } from '../kit/capture/read-capture.ts';
import { writeDriverFolder } from '../kit/folder.ts';
import { type Proposal, proposeDriver } from '../kit/proposal.ts';
import { mostCaptureBytes } from '../kit/survey.ts';
import type { Laboratory } from '../laboratory/context.ts';
import { actorOf } from './auth/caller.ts';
import type { Feature } from './plugin.ts';
import { line } from './schemas/words.ts';

const driverRow = z.object({
  driver: z.string(),
  vendor: z.string(),
  model: z.string(),
  section: z.string(),
  protocol: z.string(),
  transports: z.array(z.string()),
  evidence: z.string(),
  capabilities: z.array(z.string()),
  sources: z.array(z.object({ title: z.string(), page: z.string().optional(), url: z.string().optional() })),
  flagWords: z.record(z.string(), z.string()).optional(),
});

const capture = z.strictObject({
  /** What the analyzer sent, base64. */
  capture: z.base64(),
  name: line(120).optional(),
  vendor: line(60).optional(),
  model: line(60).optional(),
});

const proposal = z.object({
  driver: z.string(),
  section: z.string(),
  protocol: z.string(),
  exists: z.boolean(),
  found: z.array(z.string()),
  unknown: z.array(z.string()),
  rows: z.number(),
  observations: z.number(),
  attachments: z.number(),
  held: z.number(),
  codes: z.array(
    z.object({
      hostCode: z.string(),
      name: z.string().optional(),
      units: z.array(z.string()),
      count: z.number(),
      analyte: z.string().optional(),
      loinc: z.string().optional(),
      why: z.string(),
    }),
  ),
  /** The first values as the proposed driver reads them. */
  sample: z.array(
    z.object({
      accession: z.string().optional(),
      hostCode: z.string(),
      value: z.string(),
      unit: z.string().optional(),
      flags: z.array(z.string()),
    }),
  ),
});

const mostSampled = 40;
/** Base64 of the largest capture, and the rest of the body. */
const bodyLimit = Math.ceil((mostCaptureBytes * 4) / 3) + 10_000;

/** From a capture to a driver, without code. */
export const kitFeature: Feature = async (app, { lab, driverFolder }) => {
  app.get(
    '/api/drivers',
    {
      config: { access: 'drivers.read' },
      schema: {
        tags: ['drivers'],
        summary: 'Analyzers that have a driver',
        response: { 200: z.object({ items: z.array(driverRow), next: z.null() }) },
      },
    },
    async () => ({
      items: lab.drivers.all().map((driver) => ({
        driver: driver.id,
        vendor: driver.vendor,
        model: driver.model,
        section: driver.section,
        protocol: driver.protocol,
        transports: [...driver.transports],
        evidence: driver.evidence,
        capabilities: [...driver.capabilities],
        sources: driver.sources.map((source) => ({ ...source })),
        ...(driver.flagWords === undefined ? {} : { flagWords: driver.flagWords }),
      })),
      next: null,
    }),
  );

  app.post(
    '/api/drivers/proposals',
    {
      bodyLimit,
      config: { access: 'catalogue.edit' },
      schema: {
        tags: ['drivers'],
        summary: 'Propose a driver from a capture',
        body: capture,
        response: { 200: proposal },
      },
    },
    async (request) => proposalView(lab, propose(lab, request.body).proposal),
  );

  app.post(
    '/api/drivers',
    {
      bodyLimit,
      config: { access: 'catalogue.edit' },
      schema: {
        tags: ['drivers'],
        summary: 'Make the proposed driver part of the catalogue',
        body: capture.extend({ replace: z.boolean().optional() }),
        response: { 201: proposal },
      },
    },
    async (request, reply) => {
      if (driverFolder === undefined) throw new LisError('NOT_FOUND', { what: 'A data folder for drivers' });
      const { proposal: made, raw } = propose(lab, request.body);
      const ships = driverById(made.driver.id) !== undefined;
      const known = lab.drivers.byId(made.driver.id) !== undefined;
      if (ships || (known && request.body.replace !== true)) {
        throw new LisError('DRIVER_EXISTS', { driver: made.driver.id });
      }
      writeDriverFolder(driverFolder, made, raw);
      lab.drivers.add(made.driver);
      await appendAudit(lab, { actor: actorOf(request).username, action: 'driver', subject: made.driver.id });
      return reply.code(201).send(proposalView(lab, made));
    },
  );
};

function propose(lab: Laboratory, body: z.infer<typeof capture>): { proposal: Proposal; raw: Uint8Array } {
  const { raw, form } = readCapture(new Uint8Array(Buffer.from(body.capture, 'base64')));
  const made = proposeDriver(raw, {
    vendor: body.vendor,
    model: body.model,
    captureName: body.name ?? 'capture',
    form,
    drivers: lab.drivers.all(),
    analytes: lab.catalogue.analytes(),
  });
  return { proposal: made, raw };
}

function proposalView(lab: Laboratory, made: Proposal): z.infer<typeof proposal> {
  const { driver, found, unknown, codes, account, decoded } = made;
  return {
    driver: driver.id,
    section: driver.section,
    protocol: driver.protocol,
    exists: lab.drivers.byId(driver.id) !== undefined,
    found: [...found],
    unknown: [...unknown],
    ...account,
    codes: codes.map(({ code, mapping, why }) => ({
      hostCode: code.hostCode,
      ...(code.name === undefined ? {} : { name: code.name }),
      units: [...code.units],
      count: code.count,
      ...(mapping === null ? {} : { analyte: mapping.analyte }),
      ...(mapping?.loinc === undefined ? {} : { loinc: mapping.loinc }),
      why,
    })),
    sample: decoded.messages
      .flatMap((message) =>
        message.observations.map(({ hostCode, value, unit, flags }) => ({
          ...(message.accession === undefined ? {} : { accession: message.accession }),
          hostCode,
          value,
          ...(unit === undefined ? {} : { unit }),
          flags: [...flags],
        })),
      )
      .slice(0, mostSampled),
  };
}
