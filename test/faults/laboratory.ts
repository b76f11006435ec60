import { registerSpecimen } from '../../src/acts/registration.ts';
import { createLog, openConfigured } from '../../src/cli/open-lab.ts';
import { labConfigSchema } from '../../src/laboratory/config.ts';
import type { AnalyteDoc, MappingDoc } from '../../src/store/documents.ts';
import { keyOf, type Speaker } from './fleet.ts';

const registeredAtOnce = 100;
const someone = { username: 'lan', role: 'technician' } as const;

/** Registered specimens, and a catalogue that maps every code of the fleet, so that nothing is held. */
export async function prepareStore(folder: string, members: readonly Speaker[], specimens: number): Promise<string[]> {
  const opened = await openConfigured(
    labConfigSchema.parse({ store: { embedded: folder } }),
    folder,
    'serve',
    createLog('silent'),
  );
  try {
    const { catalogue, counters } = opened.lab.collections;
    for (const { id, driver, codes } of members) {
      const entries: (AnalyteDoc | MappingDoc)[] = [];
      for (const [hostCode, { unit, numeric }] of codes) {
        // Codes that differ in a sign only (`NEUT#`, `NEUT%`) stay apart.
        const code = `F-${id}-${entries.length}`.toUpperCase();
        const analyte: AnalyteDoc = {
          kind: 'analyte',
          _id: `analyte/${code}`,
          code,
          name: { vi: code, en: code },
          section: driver.section,
          specimenType: 'serum',
          valueKind: numeric ? 'numeric' : 'qualitative',
          unit,
          order: 9_000,
          version: 1,
        };
        const mapping: MappingDoc = {
          kind: 'mapping',
          _id: `mapping/${id}/${hostCode}`,
          analyzer: id,
          hostCode,
          analyte: code,
          version: 1,
        };
        entries.push(analyte, mapping);
      }
      await catalogue.insertMany(entries, { durable: false });
      await counters.updateOne(
        { _id: `mappings/${id}/${driver.id}` },
        { $set: { value: codes.size } },
        { upsert: true },
      );
    }
    const accessions = Array.from({ length: specimens }, (_each, at) => String(2_603_000_001 + at));
    for (let done = 0; done < specimens; done += registeredAtOnce) {
      await Promise.all(
        accessions.slice(done, done + registeredAtOnce).map((accession, at) =>
          registerSpecimen(opened.lab, someone, {
            accession,
            patient: { id: `P${done + at + 1}`, name: 'Nguyễn Thị Đào', sex: 'female', birthDate: '1980-05-17' },
            orders: ['CBC'],
          }),
        ),
      );
    }
    return accessions;
  } finally {
    await opened.close();
  }
}

/** What is in a store that nobody serves: observations by what was sent, and held items. */
export interface Stored {
  /** How often each key is there. */
  readonly keys: ReadonlyMap<string, number>;
  readonly held: readonly string[];
  readonly messages: number;
}

export async function readStore(folder: string): Promise<Stored> {
  const opened = await openConfigured(
    labConfigSchema.parse({ store: { embedded: folder } }),
    folder,
    'serve',
    createLog('silent'),
  );
  try {
    const { observations, held, messages } = opened.lab.collections;
    const keys = new Map<string, number>();
    for await (const { accession, analyzer, hostCode, sent, origin } of observations.find({})) {
      if (origin !== 'wire') continue;
      const key = keyOf(accession, analyzer ?? '', { ...sent, hostCode });
      keys.set(key, (keys.get(key) ?? 0) + 1);
    }
    const open = await held.find({ state: 'open' }).toArray();
    return {
      keys,
      held: open.map((each) => `${each.reason} ${each.analyzer} ${each.detail}`),
      messages: await messages.countDocuments({}),
    };
  } finally {
    await opened.close();
  }
}
