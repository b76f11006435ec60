import type { Decoded, Driver } from '../../drivers/driver.ts';
import { senderOf } from '../../drivers/recognise.ts';
import type { Fault, SendFailure } from '../../protocols/wire.ts';
import type { ErrorCode } from '../error-table.ts';
import type { AnalyzerConfig } from '../laboratory/config.ts';
import { isoNow, type Laboratory } from '../laboratory/context.ts';
import { writeHeld } from '../pipeline/held.ts';
import type { Pipeline } from '../pipeline/pipeline.ts';
import type { MessageDoc } from '../store/documents.ts';
import type { Channel, Transport, TransportListener } from '../transport/transport.ts';
import { acknowledgement, controlIdOf, decodeFor, respond } from './intake-path.ts';
import type { Journal } from './journal.ts';
import { createRhythm, type LineState, lineState } from './line-state.ts';
import { createWatch, type LineWatch, sayTrouble } from './line-watch.ts';
import { createSendings } from './sendings.ts';
import { type Delivery, openSession, type Session, type Verdict } from './session.ts';
import { createSpeakers } from './speakers.ts';
import type { Spool } from './spool.ts';

/** One analyzer's line, for people and the API. */
export interface LineStatus {
  readonly id: string;
  readonly name?: string;
  readonly driver: string;
  readonly transport: 'tcp' | 'serial';
  readonly role: 'listen' | 'connect';
  readonly address: string;
  readonly state: LineState;
  readonly lastReceivedAt: string | null;
  readonly counts: {
    readonly received: number;
    readonly sent: number;
    readonly unfinished: number;
    readonly refused: number;
    readonly faults: number;
    readonly lost: number;
  };
  readonly watch: LineWatch;
  /** What is wrong, in words; absent when nothing is. */
  readonly detail?: string;
  readonly retryAt?: string;
}

export interface Line {
  readonly id: string;
  status(): LineStatus;
  /**
   * Send orders that nobody asked for, when the line is free. Null when nobody is connected; else whether the analyzer
   * has them: a sending that was refused, timed out or was cut off is to be made again.
   * @param accession whose results are to come then
   */
  push(messages: readonly Uint8Array[], accession: string): Promise<boolean> | null;
  close(): Promise<void>;
}

export interface LineParts {
  readonly lab: Laboratory;
  readonly pipeline: Pick<Pipeline, 'accept'>;
  readonly config: AnalyzerConfig;
  readonly driver: Driver;
  readonly journal: Journal;
  readonly spool: Spool;
  /** Instants of the latest arrivals before this start, oldest first: the line's rhythm goes on. */
  readonly earlier?: readonly number[];
  readonly openTransport: (listener: TransportListener) => Transport;
}

/** How often what was spooled is tried again. */
const drainEveryMs = 2_000;

/** Open an analyzer's line: transport, link machine, journal, answer. Trouble of this line stays with it. */
export function openLine(parts: LineParts): Line {
  const { lab, config, driver } = parts;
  const sessions = new Map<Channel, Session>();
  const counts = { received: 0, sent: 0, unfinished: 0, refused: 0, faults: 0, lost: 0 };
  const rhythm = createRhythm(parts.earlier ?? []);
  const watch = createWatch(driver, config.timeZone ?? lab.config.lab.timeZone, lab.now);
  const speakers = createSpeakers<Channel>();
  /** Another model than the line's, or a second analyzer, spoke last. */
  let notice: string | null = null;
  /** No handshake: the analyzer does not hear a refusal and will not send again. */
  const oneWay =
    (driver.protocol === 'delimited' && driver.report?.talk === undefined) || driver.link?.framing === 'none';
  let connectedAt: number | null = null;
  let lastBytesAt: number | null = null;
  let lastReceivedAt: number | null = null;
  let lastFailureAt: number | null = null;
  let trouble: { readonly detail: string; readonly retryAt?: number } | null = null;
  let lost = 0;
  const sendings = createSendings(driver, keepSent);
  /** Deliveries under way: close waits for them. */
  const underWay = new Set<Promise<unknown>>();

  const listener = {
    onDelivery: (session: Session, delivery: Delivery): Promise<Verdict> => {
      const taking = take(session, delivery);
      underWay.add(taking);
      void taking.finally(() => underWay.delete(taking));
      return taking;
    },
    onFault(fault: Fault): void {
      counts.faults += 1;
      // Both sides asked for the line at once: nothing was refused.
      if (fault.code !== 'LINK_CONTENTION') failed(fault.code, fault.detail);
    },
    onAnswer: (positive: boolean) => watch.answered(positive),
    onEmptySession: () => watch.emptySession(),
    onSent(id: string, answer?: Uint8Array): void {
      counts.sent += 1;
      sendings.sent(id);
      if (answer !== undefined) ordersAnswered(answer);
    },
    onSendFailed(id: string, reason: SendFailure): void {
      sendings.failed(id, reason);
      lab.log.warn({ analyzer: config.id, reason }, 'an answer could not be sent');
      failed(reason);
    },
  };

  const transport = parts.openTransport({
    onUp(channel) {
      if (!speakers.admits()) {
        channel.close();
        return;
      }
      trouble = null;
      connectedAt = lab.now();
      sessions.set(channel, openSession(driver, channel, listener));
    },
    onBytes(channel, bytes) {
      lastBytesAt = lab.now();
      sessions.get(channel)?.bytes(bytes);
    },
    onDown(channel) {
      sessions.get(channel)?.end();
      sessions.delete(channel);
      speakers.closed(channel);
    },
    onTrouble({ detail, retryAt }) {
      trouble = { detail, ...(retryAt === undefined ? {} : { retryAt }) };
    },
  });

  function failed(code: ErrorCode, detail?: string): void {
    lastFailureAt = lab.now();
    watch.failed(code, detail);
  }

  /** The way of one message: onto disk, answered, into the pipeline. Never rejects. */
  async function take(session: Session, delivery: Delivery): Promise<Verdict> {
    const decoded = decodeFor(config, driver, delivery.raw);
    const heard = delivery.complete ? hear(session, delivery, decoded) : { stranger: false };
    let message: MessageDoc;
    try {
      message = await parts.journal.append({
        direction: 'in',
        ...delivery,
        unfinished: !delivery.complete,
        ...(heard.second === undefined ? {} : { foreign: heard.second }),
        ...controlId(delivery.raw),
      });
    } catch (thrown) {
      return refused(delivery, thrown);
    }
    arrived(delivery, decoded);
    let verdict: Verdict = { outcome: 'committed', replies: [] };
    if (delivery.complete) verdict = await answered(session, message, decoded, heard.stranger);
    void handOn(session, message, decoded);
    return verdict;
  }

  /** Whose message it is. What is not this line's own is told here, held by the pipeline, and given no orders. */
  function hear(session: Session, { raw }: Delivery, decoded: Decoded): { stranger: boolean; second?: string } {
    const sender = senderOf(driver, raw, decoded, lab.drivers.all());
    const hearing = speakers.heard(session.channel, decoded.messages[0]?.sender ?? '');
    if (hearing.kind !== 'mine') {
      notice = hearing.detail;
      lab.log.warn({ analyzer: config.id, remote: session.channel.remote }, 'two analyzers on one line');
      if (hearing.kind === 'refused') setImmediate(() => session.channel.close());
      return { stranger: true, second: hearing.detail };
    }
    notice =
      sender.kind === 'own'
        ? null
        : `${sender.driver.vendor} ${sender.driver.model} speaks on this line of a ${driver.vendor} ${driver.model}`;
    if (sender.kind === 'stranger') return { stranger: true };
    watch.arrived(raw);
    for (const { kind, accession } of decoded.messages) {
      if (kind === 'results' && accession !== undefined) watch.results(accession);
    }
    return { stranger: false };
  }

  function controlId(raw: Uint8Array): { controlId?: string } {
    const id = driver.protocol === 'hl7v2' ? controlIdOf(raw) : null;
    return id === null ? {} : { controlId: id.slice(0, 200) };
  }

  function arrived(delivery: Delivery, decoded: Decoded): void {
    counts.received += 1;
    if (!delivery.complete) counts.unfinished += 1;
    const good = delivery.complete && decoded.messages.length > 0;
    if (good) lastReceivedAt = lab.now();
    else failed(decoded.faults[0]?.code ?? 'LINK_UNFINISHED', decoded.faults[0]?.detail);
    rhythm.arrived(lab.now());
    if (lost > 0) void tellGap();
  }

  async function answered(
    session: Session,
    message: MessageDoc,
    decoded: Decoded,
    stranger: boolean,
  ): Promise<Verdict> {
    try {
      const { replies, sends: after, told } = await respond(lab, config, driver, message, decoded, stranger);
      for (const accession of told) watch.told(accession);
      if (after.length > 0) setImmediate(() => sendings.answer(session, after, message._id));
      return { outcome: 'committed', replies };
    } catch (thrown) {
      // It is on disk: an answer that could not be made is no reason to have it sent again.
      lab.log.error({ err: thrown, analyzer: config.id, message: message._id }, 'a message could not be answered');
      failed('INTERNAL', 'a message could not be answered');
      return { outcome: 'committed', replies: acknowledgement(lab, config, driver, message.raw, 'accepted') };
    }
  }

  async function keepSent(raw: Uint8Array, answers?: string): Promise<void> {
    try {
      await parts.journal.append({ direction: 'out', raw, ...(answers === undefined ? {} : { answers }) });
    } catch {
      failed('STORE_UNAVAILABLE');
    }
  }

  /** The analyzer's answer to orders we sent: kept, and told where it takes them not. */
  function ordersAnswered(raw: Uint8Array): void {
    const code = /[\r\n]MSA.(\w\w)/.exec(Buffer.from(raw.subarray(0, 2_000)).toString('latin1'))?.[1] ?? '';
    if (code !== 'AA' && code !== 'CA') {
      notice = `the analyzer did not take orders (${code})`;
      failed('LINK_ORDERS_REFUSED', code);
    }
    void parts.journal
      .append({ direction: 'in', raw, ...controlId(raw) })
      .then((message) => parts.pipeline.accept(message, decodeFor(config, driver, raw)))
      .catch(() => failed('STORE_UNAVAILABLE'));
  }

  /** Orders without a query, on the connection that is open. */
  function push(messages: readonly Uint8Array[], accession: string): Promise<boolean> | null {
    const session = [...sessions.values()].at(-1);
    if (session === undefined || messages.length === 0) return null;
    return sendings.push(session, messages).then((sent) => {
      if (sent) watch.told(accession);
      return sent;
    });
  }

  /** Into the pipeline; while it has no room, this channel is not read. */
  async function handOn(session: Session, message: MessageDoc, decoded: Decoded): Promise<void> {
    let paused = false;
    const full = setImmediate(() => {
      paused = true;
      session.channel.pause();
    });
    await parts.pipeline.accept(message, decoded).catch(() => undefined);
    clearImmediate(full);
    if (paused) session.channel.resume();
  }

  /** The store did not take it: with a handshake the analyzer keeps it and sends again; without, the spool takes it. */
  async function refused(delivery: Delivery, thrown: unknown): Promise<Verdict> {
    counts.refused += 1;
    failed('STORE_UNAVAILABLE');
    lab.log.error({ err: thrown, analyzer: config.id }, 'the store refused a message');
    if (oneWay) {
      try {
        await parts.spool.add({ at: isoNow(lab), raw: delivery.raw, unfinished: !delivery.complete });
      } catch (spoolThrown) {
        lab.log.fatal({ err: spoolThrown, analyzer: config.id }, 'a report without handshake was lost');
        counts.lost += 1;
        lost += 1;
      }
    }
    return { outcome: 'refused', replies: acknowledgement(lab, config, driver, delivery.raw, 'error') };
  }

  /** What was lost is shown as a gap: a held item that says how many reports, and when. */
  async function tellGap(): Promise<void> {
    const missing = lost;
    lost = 0;
    try {
      const gap = await parts.journal.append({ direction: 'in', raw: new Uint8Array(0), unfinished: true });
      await writeHeld(lab, gap, [
        {
          reason: 'LINK_GAP',
          detail: `${missing} reports came while the disk took none; print them again`,
          key: gap._id,
        },
      ]);
    } catch {
      lost += missing;
    }
  }

  async function drain(): Promise<void> {
    await parts.spool.drain(async ({ at, raw, unfinished }) => {
      const message = await parts.journal.append({ direction: 'in', raw, unfinished, at });
      const decoded = decodeFor(config, driver, raw);
      counts.received += 1;
      if (decoded.messages.length > 0) lastReceivedAt = lab.now();
      await parts.pipeline.accept(message, decoded);
    });
  }

  const drainer = setInterval(() => void drain().catch(() => undefined), drainEveryMs);
  drainer.unref();
  if (oneWay) void drain().catch(() => undefined);

  return {
    id: config.id,
    push,
    status() {
      const now = lab.now();
      const state = lineState(
        {
          channels: sessions.size,
          connectedAt,
          lastBytesAt,
          lastReceivedAt,
          lastFailureAt,
          rhythmMs: rhythm.longestMs(),
        },
        now,
      );
      const serial = config.serial !== undefined;
      const silence = state === 'silent' ? ['nothing came for longer than usual'] : [];
      const { lastFault } = watch.read(null);
      const failing = state === 'failing' && lastFault !== null ? [sayTrouble(lastFault)] : [];
      const words = [...(notice === null ? [] : [notice]), ...failing, ...silence, ...watch.warnings()].join('; ');
      const detail = state === 'down' ? trouble?.detail : words === '' ? undefined : words;
      return {
        id: config.id,
        ...(config.name === undefined ? {} : { name: config.name }),
        driver: driver.id,
        transport: serial ? 'serial' : 'tcp',
        role: config.tcp !== undefined && 'listen' in config.tcp ? 'listen' : 'connect',
        address: transport.address(),
        state,
        lastReceivedAt: lastReceivedAt === null ? null : new Date(lastReceivedAt).toISOString(),
        counts: { ...counts },
        watch: watch.read(rhythm.longestMs()),
        ...(detail === undefined ? {} : { detail }),
        ...(state === 'down' && trouble?.retryAt !== undefined
          ? { retryAt: new Date(trouble.retryAt).toISOString() }
          : {}),
      };
    },
    async close() {
      clearInterval(drainer);
      await transport.close();
      for (const session of sessions.values()) session.end();
      sessions.clear();
      await Promise.allSettled(underWay);
    },
  };
}
