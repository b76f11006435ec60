import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { concat } from '../protocols/bytes.ts';
import { unspell } from '../protocols/control.ts';

const step = z.union([z.strictObject({ analyzer: z.string() }), z.strictObject({ host: z.string() })]);

const expectedObservation = z.looseObject({
  hostCode: z.string(),
  value: z.string(),
  flags: z.array(z.string()),
});

const orderSchema = z.strictObject({
  accession: z.string(),
  patient: z.strictObject({
    id: z.string().optional(),
    name: z.string().optional(),
    birthDate: z.string().optional(),
    sex: z.enum(['male', 'female', 'other', 'unknown']).optional(),
  }),
  hostCodes: z.array(z.string()),
  priority: z.enum(['routine', 'urgent', 'stat']),
  specimenType: z.string().optional(),
  action: z.enum(['new', 'cancel', 'add']).optional(),
});

/** One vector: what passes on the wire, control characters spelled, checksums literal, and what it must come to. */
export const vectorSchema = z.strictObject({
  description: z.string(),
  origin: z.enum(['manual', 'capture', 'synthetic']),
  spec: z.string(),
  /** Orders the host has when a query comes, and accessions it has none for: the host's lines are its literal answer. */
  orders: z.array(orderSchema).optional(),
  unknown: z.array(z.string()).optional(),
  exchange: z.array(step).min(1),
  expect: z.strictObject({
    messages: z.int(),
    kinds: z.array(z.enum(['results', 'query', 'qc', 'other'])),
    accessions: z.array(z.string()).optional(),
    patient: z.record(z.string(), z.string()).optional(),
    control: z.record(z.string(), z.string()).optional(),
    observations: z.array(expectedObservation),
    queries: z.array(z.looseObject({ accession: z.string().optional() })).optional(),
    attachments: z.array(z.string()).optional(),
    comments: z.array(z.string()).optional(),
    /** Reasons; null where some are due and how many depends on the reading. */
    held: z.array(z.string()).nullable(),
    faults: z.array(z.string()).nullable(),
  }),
});

export type Vector = z.output<typeof vectorSchema>;

const here = fileURLToPath(new URL('.', import.meta.url));

/** Vectors of a driver by file name; `folder` for a driver that lives elsewhere. Empty when it has none. */
export function readVectors(driverId: string, folder: string = join(here, driverId)): ReadonlyMap<string, Vector> {
  const place = join(folder, 'vectors');
  const vectors = new Map<string, Vector>();
  if (!existsSync(place)) return vectors;
  for (const name of readdirSync(place)
    .filter((each) => each.endsWith('.json'))
    .sort()) {
    vectors.set(name, vectorSchema.parse(JSON.parse(readFileSync(join(place, name), 'utf8'))));
  }
  return vectors;
}

/** The bytes one side sent, in order. */
export function bytesOf(vector: Vector, side: 'analyzer' | 'host'): Uint8Array {
  return concat(
    vector.exchange.flatMap((each) => {
      const text =
        side === 'analyzer' ? ('analyzer' in each ? each.analyzer : undefined) : 'host' in each ? each.host : undefined;
      return text === undefined ? [] : [unspell(text)];
    }),
  );
}
