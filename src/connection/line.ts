import type { Decoded, Driver } from '../../drivers/driver.ts';
import type { AnalyzerConfig } from '../laboratory/config.ts';
import { isoNow, type Laboratory } from '../laboratory/context.ts';
import { writeHeld } from '../pipeline/held.ts';
import type { Pipeline } from '../pipeline/pipeline.ts';
import type { MessageDoc } from '../store/documents.ts';
import type { Channel, Transport, TransportListener } from '../transport/transport.ts';
import { acknowledgement, controlIdOf, decodeFor, respond } from './intake-path.ts';
import type { Journal } from './journal.ts';
import { createRhythm, type LineState, lineState } from './line-state.ts';
import { type Delivery, openSession, type Session, type Verdict } from './session.ts';
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
  /** What is wrong, in words; absent when nothing is. */
  readonly detail?: string;
  readonly retryAt?: string;
}

export interface Line {
  readonly id: string;
  status(): LineStatus;
  close(): Promise<void>;
}

export interface LineParts {
  readonly lab: Laboratory;
  readonly pipeline: Pick<Pipeline, 'accept'>;
  readonly config: AnalyzerConfig;
  readonly driver: Driver;
  readonly journal: Journal;
  readonly spool: Spool;
  readonly openTransport: (listener: TransportListener) => Transport;
}

/** How often what was spooled is tried again. */
const drainEveryMs = 2_000;

/** Open an analyzer's line: transport, link machine, journal, answer. Trouble of this line stays with it. */
export function openLine(parts: LineParts): Line {
  const { lab, config, driver } = parts;
  const sessions = new Map<Channel, Session>();
  const counts = { received: 0, sent: 0, unfinished: 0, refused: 0, faults: 0, lost: 0 };
  const rhythm = createRhythm();
  /** No handshake: the analyzer does not hear a refusal and will not send again. */
  const oneWay = driver.protocol === 'delimited' || driver.link?.framing === 'none';
  let connectedAt: number | null = null;
  let lastBytesAt: number | null = null;
  let lastReceivedAt: number | null = null;
  let lastFailureAt: number | null = null;
  let trouble: { readonly detail: string; readonly retryAt?: number } | null = null;
  let lost = 0;
  let sends = 0;
  /** Deliveries under way: close waits for them. */
  const underWay = new Set<Promise<unknown>>();

  const listener = {
    onDelivery: (session: Session, delivery: Delivery): Promise<Verdict> => {
      const taking = take(session, delivery);
      underWay.add(taking);
      void taking.finally(() => underWay.delete(taking));
      return taking;
    },
    onFault(): void {
      counts.faults += 1;
      lastFailureAt = lab.now();
    },
    onSent(): void {
      counts.sent += 1;
    },
    onSendFailed(_id: string, reason: string): void {
      lab.log.warn({ analyzer: config.id, reason }, 'an answer could not be sent');
      failed();
    },
  };

  const transport = parts.openTransport({
    onUp(channel) {
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
    },
    onTrouble({ detail, retryAt }) {
      trouble = { detail, ...(retryAt === undefined ? {} : { retryAt }) };
    },
  });

  function failed(): void {
    lastFailureAt = lab.now();
  }

  /** The way of one message: onto disk, answered, into the pipeline. Never rejects. */
  async function take(session: Session, delivery: Delivery): Promise<Verdict> {
    let message: MessageDoc;
    try {
      message = await parts.journal.append({
        direction: 'in',
        ...delivery,
        unfinished: !delivery.complete,
        ...controlId(delivery.raw),
      });
    } catch (thrown) {
      return refused(delivery, thrown);
    }
    const decoded = decodeFor(config, driver, message.raw);
    arrived(delivery, decoded);
    let verdict: Verdict = { outcome: 'committed', replies: [] };
    if (delivery.complete) verdict = await answered(session, message, decoded);
    void handOn(session, message, decoded);
    return verdict;
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
    else failed();
    rhythm.arrived(lab.now());
    if (lost > 0) void tellGap();
  }

  async function answered(session: Session, message: MessageDoc, decoded: Decoded): Promise<Verdict> {
    try {
      const { replies, sends: after } = await respond(lab, config, driver, message, decoded);
      if (after.length > 0) setImmediate(() => sendAfter(session, message, after));
      return { outcome: 'committed', replies };
    } catch (thrown) {
      // It is on disk: an answer that could not be made is no reason to have it sent again.
      lab.log.error({ err: thrown, analyzer: config.id, message: message._id }, 'a message could not be answered');
      failed();
      return { outcome: 'committed', replies: acknowledgement(lab, config, driver, message.raw, 'accepted') };
    }
  }

  /** ASTM: bid once the analyzer's session has ended; HL7: after the reply, each with its own acknowledgement. */
  function sendAfter(session: Session, asked: MessageDoc, messages: readonly Uint8Array[]): void {
    const groups = driver.protocol === 'hl7v2' ? messages.map((each) => [each]) : [messages];
    for (const group of groups) {
      sends += 1;
      const id = driver.protocol === 'hl7v2' ? controlIdOf(group[0] ?? new Uint8Array(0)) : null;
      session.send(String(sends), group, id);
    }
    for (const raw of messages) {
      void parts.journal.append({ direction: 'out', raw, answers: asked._id }).catch(() => failed());
    }
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
    failed();
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
        ...(state === 'down' && trouble !== null ? { detail: trouble.detail } : {}),
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
