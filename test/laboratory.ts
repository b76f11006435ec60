import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { FastifyInstance } from 'fastify';
import type { z } from 'zod';
import { enterByHand } from '../src/acts/enter.ts';
import { type Registration, registerSpecimen } from '../src/acts/registration.ts';
import { verifyObservations } from '../src/acts/verify.ts';
import { createApp } from '../src/api/app.ts';
import { addToken } from '../src/api/auth/tokens.ts';
import type { Services } from '../src/api/services.ts';
import { createLog, openConfigured } from '../src/cli/open-lab.ts';
import type { Actor } from '../src/domain/ids.ts';
import { labConfigSchema } from '../src/laboratory/config.ts';
import type { Laboratory } from '../src/laboratory/context.ts';
import type { Store } from '../src/store/collection.ts';
import type { AnalyteDoc, ReportDoc } from '../src/store/documents.ts';

/** A laboratory of its own for one test, on the embedded store; nothing listens and nothing is sent by itself. */
export interface TestLaboratory {
  readonly lab: Laboratory;
  readonly store: Store;
  readonly folder: string;
  /** The HTTP side, for `inject`. */
  app(services?: Partial<Services>): Promise<FastifyInstance>;
  /** Authorization header of a token with these scopes. */
  bearer(...scopes: string[]): Promise<{ authorization: string }>;
  /** Register, enter by hand and verify: what is released at once. Returns the newest report version. */
  release(registration: Partial<Registration>, values: Readonly<Record<string, string>>): Promise<ReportDoc>;
  /** Enter more values of a registered specimen and verify them. */
  add(accession: string, values: Readonly<Record<string, string>>): Promise<ReportDoc>;
  /** Add an analyte to the catalogue. */
  analyte(code: string, more?: Partial<AnalyteDoc>): Promise<void>;
  close(): Promise<void>;
}

export const technician: Actor = { username: 'lan', role: 'technician' };

/** Open a laboratory with this lab.yaml; undo takes no time unless it says so. */
export async function openTestLaboratory(
  config: z.input<typeof labConfigSchema> = {},
  now: () => number = Date.now,
): Promise<TestLaboratory> {
  const folder = await mkdtemp(join(tmpdir(), 'cuvette-lab-'));
  const parsed = labConfigSchema.parse({ undoSeconds: 0, ...config, store: { embedded: folder } });
  const opened = await openConfigured(parsed, folder, 'serve', createLog('silent'));
  const lab: Laboratory = { ...opened.lab, now };
  const apps: FastifyInstance[] = [];
  let tokens = 0;
  let accessions = 0;

  async function add(accession: string, values: Readonly<Record<string, string>>): Promise<ReportDoc> {
    const entries = Object.entries(values).map(([analyte, value]) => ({ analyte, value }));
    const entered = await enterByHand(lab, technician, accession, entries);
    await verifyObservations(lab, technician, accession, {
      observations: entered.map(({ _id, version, alerts }) => ({ id: _id, version, acknowledge: alerts })),
      ownEntryReason: 'alone on the night shift',
    });
    const [report] = await lab.collections.reports.find({ accession }, { sort: { version: -1 }, limit: 1 }).toArray();
    if (report === undefined) throw new Error(`no report of ${accession}`);
    return report;
  }

  return {
    lab,
    store: opened.store,
    folder,
    async app(services = {}) {
      const app = await createApp({
        lab,
        lines: { list: () => [] },
        pipeline: { replay: () => Promise.reject(new Error('no pipeline here')) },
        webRoot: folder,
        ...services,
      });
      apps.push(app);
      return app;
    },
    async bearer(...scopes) {
      tokens += 1;
      return { authorization: `Bearer ${await addToken(lab, `system-${tokens}`, scopes)}` };
    },
    async release(registration, values) {
      accessions += 1;
      const accession = registration.accession ?? `A${String(accessions).padStart(4, '0')}`;
      await registerSpecimen(lab, technician, {
        patient: { id: 'BN001', name: 'Nguyễn Thị Đào', sex: 'female', birthDate: '1980-05-17' },
        orders: Object.keys(values),
        collectedAt: '2026-11-24T01:30:00.000Z',
        ...registration,
        accession,
      });
      return add(accession, values);
    },
    add,
    async analyte(code, more = {}) {
      const entry: AnalyteDoc = {
        kind: 'analyte',
        _id: `analyte/${code}`,
        code,
        name: { vi: code, en: code },
        section: 'immunology',
        specimenType: 'serum',
        valueKind: 'qualitative',
        order: 9000,
        version: 1,
        ...more,
      };
      await lab.collections.catalogue.insertOne(entry);
      lab.catalogue.put(entry);
    },
    async close() {
      for (const app of apps) await app.close();
      await opened.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
