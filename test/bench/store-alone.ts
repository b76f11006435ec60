import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { observationKey } from '../../src/acts/hash.ts';
import { openCollections } from '../../src/store/collections.ts';
import type { MessageDoc, ObservationDoc } from '../../src/store/documents.ts';
import { openStore } from '../../src/store/open.ts';
import type { Alone } from './ingest.ts';
import { block, cbcCodes, cbcMessage } from './messages.ts';

/**
 * The store alone, a process of its own: as many writers as there are lines, each commits one message durably and then
 * its 30 observations, the same documents that ingest leaves.
 */
interface Task {
  readonly writers: number;
  readonly messages: number;
}

function messageOf(line: string, sequence: number): MessageDoc {
  const raw = block(cbcMessage(String(sequence), String(sequence)));
  return {
    _id: `${line}-${String(sequence).padStart(10, '0')}`,
    analyzer: line,
    sequence,
    at: '2026-11-25T01:15:30.000Z',
    direction: 'in',
    driver: 'mindray/bc-5380',
    raw,
    hash: randomUUID(),
    controlId: String(sequence),
  };
}

function observationsOf(message: MessageDoc): ObservationDoc[] {
  return cbcCodes.map(([hostCode, analyte, value, unit], at) => ({
    _id: observationKey(message._id, hostCode),
    accession: message._id,
    origin: 'wire',
    analyzer: message.analyzer,
    hostCode,
    analyte,
    loinc: hostCode,
    section: 'hematology',
    value,
    unit,
    sent: { value, unit, flags: ['N'], observedAt: '2026-11-25T08:15:30', status: 'F' },
    observedAt: '2026-11-25T01:15:30.000Z',
    receivedAt: message.at,
    message: message._id,
    span: [at * 70, at * 70 + 4],
    mapping: { id: `mapping/${message.analyzer}/${hostCode}`, revision: 1 },
    conversion: null,
    comments: [],
    patient: 'BN1',
    run: 1,
    current: true,
    flags: [],
    alerts: [],
    referenceRange: { low: '4.0', high: '10.0', id: `range/${analyte}`, reason: 'female 18y-60y' },
    critical: { low: '1.5', high: '30.0' },
    rules: [
      { rule: 'range', outcome: 'female 18y-60y' },
      { rule: 'flags', outcome: 'none of ours' },
      { rule: 'critical', outcome: 'within the critical limits' },
    ],
    state: 'pending',
    version: 1,
    lastAct: 0,
  }));
}

async function commitAll({ writers, messages }: Task): Promise<Alone> {
  const folder = await mkdtemp(join(tmpdir(), 'cuvette-bench-'));
  const store = await openStore({ embedded: folder }, { role: 'serve' });
  try {
    const collections = await openCollections(store);
    const write = async (writer: number, count: number, from: number): Promise<void> => {
      for (let turn = 0; turn < count; turn += 1) {
        const message = messageOf(`bc-${writer}`, from + turn);
        await collections.messages.insertOne(message);
        await collections.observations.bulkWrite(
          observationsOf(message).map((document) => ({ insertOne: { document } })),
        );
      }
    };
    const all = (count: number, from: number): Promise<unknown> =>
      Promise.all(Array.from({ length: writers }, (_each, writer) => write(writer, Math.ceil(count / writers), from)));
    await all(Math.min(messages, 500), 1);
    const begun = performance.now();
    await all(messages, 100_000);
    return { messages, ms: performance.now() - begun };
  } finally {
    await store.close();
    await rm(folder, { recursive: true, force: true });
  }
}

let input = '';
for await (const chunk of process.stdin) input += String(chunk);
const task: Task = JSON.parse(input);
process.stdout.write(JSON.stringify(await commitAll(task)));
