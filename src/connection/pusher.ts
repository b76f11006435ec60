import type { Driver, OrderForAnalyzer } from '../../drivers/driver.ts';
import type { AnalyzerConfig } from '../laboratory/config.ts';
import type { Laboratory } from '../laboratory/context.ts';
import { newControlId } from './intake-path.ts';
import type { Line } from './line.ts';
import { contextOf, orderedCodes, orderFor } from './orders.ts';

/** Messages we sent that are looked through at the start, for what the analyzer was told already. */
const sentLooked = 200;
/** Specimens whose pushed orders are remembered. */
const mostRemembered = 5_000;
/** How often what could not go out is tried again: at once when the line comes up, less often when it was refused. */
const againMs = 1_000;
const shortestPauseMs = 2_000;
const longestPauseMs = 5 * 60_000;

type Told = ReadonlyMap<string, number>;

const toldBy = (order: OrderForAnalyzer | null): Told =>
  new Map((order?.hostCodes ?? []).map((code) => [code, order?.runs?.[code] ?? 1]));

/**
 * Orders without a query, for a line that wants them so: a new specimen, tests added, tests taken back. Each test goes
 * out once, and again when a technician sent its result back.
 */
export function startPusher(lab: Laboratory, config: AnalyzerConfig, driver: Driver, line: Line): { close(): void } {
  const { download } = driver;
  if (config.pushOrders === true && download === undefined) {
    lab.log.warn(
      { analyzer: config.id },
      'pushOrders has no effect: this model takes orders only in answer to a query',
    );
  }
  if (config.pushOrders !== true || download === undefined) return { close: () => undefined };
  /** Codes told of each specimen, and which run of each. */
  const told = new Map<string, Told>();
  const waiting = new Set<string>();
  let working: Promise<unknown> = toldBefore();
  let over = false;
  let pauseMs = shortestPauseMs;
  let notBefore = 0;

  /** What the journal says we sent: the tests that are open of those specimens are with the analyzer. */
  async function toldBefore(): Promise<void> {
    const sent = await lab.collections.messages
      .find({ analyzer: config.id, direction: 'out' }, { sort: { sequence: -1 }, limit: sentLooked })
      .toArray();
    const words = sent.map((each) => Buffer.from(each.raw).toString('latin1')).join('\n');
    const open = await lab.collections.orders
      .find({ state: { $in: ['ordered', 'inProcess'] } }, { sort: { orderedAt: -1 }, limit: sentLooked })
      .toArray();
    for (const accession of new Set(open.map((order) => order.accession))) {
      if (words.includes(accession)) told.set(accession, toldBy(await orderFor(lab, config, accession)));
      else waiting.add(accession);
    }
  }

  function changed(accession: string): void {
    waiting.add(accession);
    working = working.then(pushWaiting, pushWaiting);
  }

  async function pushWaiting(): Promise<void> {
    for (const accession of [...waiting]) {
      if (over || lab.now() < notBefore) return;
      // What changes while it is on its way is looked at again.
      waiting.delete(accession);
      const sent = await pushOne(accession).catch(() => false);
      if (sent === true) pauseMs = shortestPauseMs;
      else waiting.add(accession);
      if (sent === null || (sent === false && line.status().state === 'down')) {
        // Nobody is there: it goes out as soon as somebody is.
        pauseMs = shortestPauseMs;
        return;
      }
      if (sent === false) {
        notBefore = lab.now() + pauseMs;
        pauseMs = Math.min(pauseMs * 2, longestPauseMs);
      }
    }
  }

  /** Whether the analyzer knows all of a specimen now; null when nobody is connected. */
  async function pushOne(accession: string): Promise<boolean | null> {
    const messages = await messagesFor(accession);
    if (messages === null) return true;
    const sending = line.push(messages.out, accession);
    if (sending === null) return null;
    const sent = await sending;
    if (sent) remember(accession, messages.codes);
    return sent;
  }

  /** What is new, and what was taken back; null where the analyzer knows all. */
  async function messagesFor(
    accession: string,
  ): Promise<{ readonly out: readonly Uint8Array[]; readonly codes: Told } | null> {
    if (download === undefined) return null;
    const before = told.get(accession) ?? toldBy(null);
    const runs = Object.fromEntries(before);
    const order = await orderFor(lab, config, accession);
    if (order === null) {
      // Rejected or disposed of since: what the analyzer was told is taken back.
      if (before.size === 0) return null;
      const hostCodes = [...before.keys()];
      const all = { accession, patient: {}, hostCodes, runs, priority: 'routine', action: 'cancel' } as const;
      return { out: download([all], contextOf(lab, config, newControlId)), codes: toldBy(null) };
    }
    const ordered = new Set(await orderedCodes(lab, config, accession));
    // What has a result is done: sent back it goes out anew, also where nobody looked between the two.
    const codes = toldBy(order);
    const fresh = order.hostCodes.filter((code) => before.get(code) !== codes.get(code));
    const back = [...before.keys()].filter((code) => !ordered.has(code));
    if (fresh.length === 0 && back.length === 0) {
      if (told.has(accession)) remember(accession, codes);
      return null;
    }
    const changes: OrderForAnalyzer[] = [];
    if (fresh.length > 0) changes.push({ ...order, hostCodes: fresh, action: before.size === 0 ? 'new' : 'add' });
    if (back.length > 0) changes.push({ ...order, hostCodes: back, runs, action: 'cancel' });
    return { out: download(changes, contextOf(lab, config, newControlId)), codes };
  }

  function remember(accession: string, codes: Told): void {
    told.delete(accession);
    told.set(accession, codes);
    for (const [oldest] of told) {
      if (told.size <= mostRemembered) break;
      told.delete(oldest);
    }
  }

  const stop = lab.events.on((event) => {
    if (event.type === 'registered' || event.type === 'worklist') changed(event.accession);
  });
  const again = setInterval(() => {
    if (waiting.size > 0) working = working.then(pushWaiting, pushWaiting);
  }, againMs);
  again.unref();
  return {
    close() {
      over = true;
      stop();
      clearInterval(again);
    },
  };
}
