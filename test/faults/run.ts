import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { seeded } from '../../simulators/template.ts';
import { launch, type Running } from '../journeys/product.ts';
import { until } from '../journeys/until.ts';
import { keysOf, type Member, openFleet } from './fleet.ts';
import { prepareStore, readStore } from './laboratory.ts';

export interface FaultPlan {
  readonly messages: number;
  readonly seed: number;
  /** How often the process is killed at most; it also ends when all messages are through. */
  readonly kills: number;
  /** A run that takes longer is given up. */
  readonly limitMs: number;
  readonly say: (line: string) => void;
}

export interface FaultFigures {
  readonly sent: number;
  readonly kills: number;
  readonly observationsSent: number;
  readonly lost: readonly string[];
  readonly doubled: readonly string[];
  /** In the store and never sent. */
  readonly strange: readonly string[];
  readonly held: readonly string[];
  readonly journalled: number;
  readonly seconds: number;
}

/** A start finishes what the journal holds; a busy machine takes its time over it. */
const startMs = 120_000;
/** Reports printed on a line without handshake before the operator looks whether they came. */
const printedAtOnce = 10;

/**
 * Stream messages of six analyzers into a real `serve`, kill it with SIGKILL at random instants, start it again, and
 * compare the store with what was sent.
 */
export async function runFaults(plan: FaultPlan): Promise<FaultFigures> {
  const begun = Date.now();
  const folder = await mkdtemp(join(tmpdir(), 'cuvette-faults-'));
  const members = await openFleet(plan.seed);
  const random = seeded(plan.seed);
  let serving: Running | null = null;
  try {
    const accessions = await prepareStore(join(folder, 'data'), members, Math.max(6, Math.ceil(plan.messages / 8)));
    const config = join(folder, 'lab.yaml');
    await writeFile(config, `http: { port: 0 }\nanalyzers:\n${members.map((each) => each.yaml).join('\n')}\n`);
    const environment = {
      CUVETTE_DATA: join(folder, 'data'),
      CUVETTE_CONFIG: config,
      CUVETTE_ADMIN_PASSWORD: password,
      CUVETTE_LOG: 'silent',
    };
    const host: Host = { url: null, starts: 0 };
    const start = async (): Promise<void> => {
      serving = launch(['serve'], environment);
      const { stdout } = serving;
      host.url = await until('the product is up', () => /Cuvette is at (\S+)/.exec(stdout())?.[1], startMs);
      host.starts += 1;
      for (const member of members) member.hostIsUp();
    };
    await start();
    const sent = new Set<string>();
    const progress = { taken: 0, over: false };
    const streams = members.map((member, index) =>
      stream(
        member,
        Math.floor(plan.messages / members.length) + (index < plan.messages % members.length ? 1 : 0),
        accessions,
        host,
        sent,
        progress,
      ),
    );
    const all = Promise.all(streams).then(() => {
      progress.over = true;
    });
    let kills = 0;
    while (!progress.over) {
      const last = kills >= plan.kills;
      await Promise.race([all, pause(last ? 2_000 : 200 + random() * 4_000)]);
      plan.say(
        `${((Date.now() - begun) / 1_000).toFixed(0)} s: ${progress.taken} of ${plan.messages} messages taken, killed ${kills} times`,
      );
      if (Date.now() - begun > plan.limitMs) throw new Error(`not done within ${plan.limitMs / 1_000} s`);
      if (last || progress.over) continue;
      host.url = null;
      await current(serving).kill();
      kills += 1;
      await start();
    }
    await all;
    // Killed once more with everything acknowledged: the next start finishes what the journal holds.
    host.url = null;
    await current(serving).kill();
    await start();
    current(serving).signal('SIGTERM');
    const ended = await current(serving).ended;
    serving = null;
    if (ended.code !== 0) throw new Error(`serve ended with ${ended.code}: ${ended.stderr.slice(-500)}`);
    const stored = await readStore(join(folder, 'data'));
    return {
      sent: progress.taken,
      kills: kills + 1,
      observationsSent: sent.size,
      lost: [...sent].filter((key) => !stored.keys.has(key)),
      doubled: [...stored.keys].filter(([, count]) => count > 1).map(([key]) => key),
      strange: [...stored.keys.keys()].filter((key) => !sent.has(key)),
      held: stored.held,
      journalled: stored.messages,
      seconds: (Date.now() - begun) / 1_000,
    };
  } finally {
    for (const member of members) member.close();
    await (serving as Running | null)?.kill();
    await rm(folder, { recursive: true, force: true });
  }
}

const password = 'Suoi-Lanh-Rung-Thong-7';

interface Host {
  /** Null while it is down. */
  url: string | null;
  starts: number;
}

function current(running: Running | null): Running {
  if (running === null) throw new Error('nothing is served');
  return running;
}

async function stream(
  member: Member,
  messages: number,
  accessions: readonly string[],
  host: Host,
  sent: Set<string>,
  progress: { taken: number },
): Promise<void> {
  let batch: Uint8Array[] = [];
  for (let number = 0; number < messages; number += 1) {
    const accession = accessions[(number * 7 + member.id.length) % accessions.length] ?? '';
    const message = member.make(accession);
    for (const key of keysOf(member, message)) sent.add(key);
    if (!member.oneWay) {
      await member.send(message);
      progress.taken += 1;
      continue;
    }
    batch.push(message);
    if (batch.length < printedAtOnce && number + 1 < messages) continue;
    await print(member, batch, host);
    progress.taken += batch.length;
    batch = [];
  }
}

/** Nobody answers: the operator looks at the line's count, and prints again what did not come. */
async function print(member: Member, batch: readonly Uint8Array[], host: Host): Promise<void> {
  for (;;) {
    const { starts } = host;
    const before = await received(member.id, host, starts);
    if (before === null) continue;
    for (const message of batch) await member.send(message);
    for (;;) {
      const now = await received(member.id, host, starts);
      if (now === null) break;
      if (now >= before + batch.length) return;
      await pause(20);
    }
  }
}

let cookie: { readonly url: string; readonly text: string } | null = null;

/** What a line has received since the start `starts` of the host; null when that one is gone. */
async function received(id: string, host: Host, starts: number): Promise<number | null> {
  const { url } = host;
  if (url === null || host.starts !== starts) {
    await pause(50);
    return null;
  }
  try {
    if (cookie?.url !== url) {
      const answer = await fetch(`${url}/api/session`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ username: 'admin', password }),
      });
      cookie = { url, text: answer.headers.getSetCookie()[0]?.split(';')[0] ?? '' };
    }
    const answer = await fetch(`${url}/metrics`, { headers: { cookie: cookie.text } });
    const figure = new RegExp(`cuvette_line_count\\{line="${id}",of="received"\\} (\\d+)`).exec(await answer.text());
    return figure === null ? null : Number(figure[1]);
  } catch {
    await pause(50);
    return null;
  }
}
