import { closeSync, constants, openSync } from 'node:fs';
import { driverById } from '../../drivers/catalogue.ts';
import type { DecodedObservation, Driver } from '../../drivers/driver.ts';
import type { Address } from '../../simulators/port.ts';
import { openPtyPair } from '../../simulators/pty.ts';
import { createSimulator } from '../../simulators/simulator.ts';
import { fill, isPlain, seeded, type Template, templatesOf } from '../../simulators/template.ts';
import { freePort } from '../journeys/harness.ts';

/** What an analyzer of a model says, made from the driver's own vectors. */
export interface Speaker {
  readonly id: string;
  readonly driver: Driver;
  /** Its host codes, and whether all their values are numbers. */
  readonly codes: ReadonlyMap<string, { readonly unit: string; readonly numeric: boolean }>;
  /** The next message for an accession; the same seed gives the same messages. */
  make(accession: string): Uint8Array;
}

/** One simulated analyzer of the fleet and its line. */
export interface Member extends Speaker {
  /** Line of lab.yaml. */
  readonly yaml: string;
  /** Nobody answers on this line. */
  readonly oneWay: boolean;
  /** Resolves once the host has it. */
  send(message: Uint8Array): Promise<void>;
  /** The host has opened its end. */
  hostIsUp(): void;
  close(): void;
}

type Way = 'host listens' | 'host dials' | 'serial';

const plan: readonly (readonly [id: string, driver: string, way: Way])[] = [
  ['xn-1', 'sysmex/xn-1000', 'host listens'],
  ['bc-1', 'mindray/bc-5380', 'host dials'],
  ['bs-1', 'mindray/bs-series', 'host listens'],
  ['c311-1', 'roche/cobas-c311', 'serial'],
  ['i1000-1', 'abbott/architect', 'host dials'],
  ['rl-1', 'siemens/rapidlab-348', 'host listens'],
];

/**
 * What an analyzer may do sooner without harm. Not the wait for an ACK: one that comes after the sender gave up is taken
 * for the answer to the next frame, which is why the host keeps silent after that time (LIS01-A2 6.5.2.5).
 */
const impatience = { busyRetryMs: 500, contentionMs: 500 };

/** All that this machine can run: the serial line needs a pty. */
export async function openFleet(seed: number): Promise<Member[]> {
  const members: Member[] = [];
  for (const [index, [id, driverId, way]] of plan.entries()) {
    const driver = driverById(driverId);
    if (driver === undefined) throw new Error(`no driver ${driverId}`);
    members.push(await openMember(id, driver, way, seed * 100 + index));
  }
  return members;
}

async function openMember(id: string, driver: Driver, way: Way, seed: number): Promise<Member> {
  const pair = way === 'serial' ? openPtyPair() : null;
  const port = pair === null ? await freePort() : 0;
  const address: Address =
    pair !== null ? { port: pair } : way === 'host dials' ? { listen: port } : { tcp: `127.0.0.1:${port}` };
  const line =
    pair !== null
      ? `serial: { path: ${pair.path}, baudRate: 115200 }`
      : `tcp: { ${way === 'host dials' ? `connect: "127.0.0.1:${port}"` : `listen: ${port}`} }`;
  const link = driver.protocol === 'astm' ? { link: { ...driver.link, ...impatience } } : {};
  const simulator = createSimulator({ driver: { ...driver, ...link }, address, seed });
  // Held open so that the pair lives on while no host has it.
  let keeper: number | null = null;
  return {
    ...speakerOf(id, driver, seed),
    yaml: `  - { id: ${id}, driver: ${driver.id}, ${line} }`,
    oneWay: driver.protocol === 'delimited',
    send: (message) => simulator.send(message),
    hostIsUp() {
      if (pair === null || keeper !== null) return;
      keeper = openSync(pair.path, constants.O_RDWR | constants.O_NOCTTY);
      pair.opened();
    },
    close() {
      simulator.close();
      pair?.close();
      if (keeper !== null) closeSync(keeper);
    },
  };
}

export function speakerOf(id: string, driver: Driver, seed: number): Speaker {
  const templates = templatesOf(driver).filter(
    (each) => each.kind === 'results' && each.decoded.length === 1 && isPlain(each),
  );
  const random = seeded(seed);
  let count = 0;
  return {
    id,
    driver,
    codes: codesOf(templates),
    make(accession) {
      const template = templates[Math.floor(random() * templates.length)];
      if (template === undefined) throw new Error(`${driver.id} has no template`);
      count += 1;
      // A time of its own for each message: what has the same time and value counts as sent again.
      const at = new Date(Date.UTC(2026, 2, 12) + count * 1_000);
      return fill(template, driver, { accession, at, random, controlId: `${id}-${count}` });
    },
  };
}

/** Keys of the observations that a message of a speaker must leave in the store. */
export function keysOf({ id, driver, codes }: Speaker, message: Uint8Array): string[] {
  return driver.decode(message).messages.flatMap((decoded) =>
    decoded.observations.flatMap((each) => {
      const shown = each.aside === 'raw' || each.aside === 'interpretation';
      return !shown && codes.has(each.hostCode) ? [keyOf(decoded.accession ?? '', id, each)] : [];
    }),
  );
}

function codesOf(templates: readonly Template[]): Map<string, { unit: string; numeric: boolean }> {
  const codes = new Map<string, { unit: string; numeric: boolean }>();
  for (const each of templates.flatMap((template) => template.decoded.flatMap((message) => message.observations))) {
    if (each.aside !== undefined) continue;
    const numeric = /^-?\d+(\.\d+)?$/.test(each.value) || each.value === '';
    codes.set(each.hostCode, {
      unit: each.unit ?? '',
      numeric: numeric && codes.get(each.hostCode)?.numeric !== false,
    });
  }
  return codes;
}

/** What makes a sent value one observation: said again it adds nothing. */
export function keyOf(
  accession: string,
  line: string,
  each: Pick<DecodedObservation, 'hostCode' | 'value' | 'comparator' | 'observedAt' | 'runMark'>,
): string {
  return [
    accession,
    line,
    each.hostCode,
    each.observedAt ?? '',
    each.runMark ?? '',
    `${each.comparator ?? ''}${each.value}`,
  ].join('|');
}
