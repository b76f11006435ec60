import { createMllp, type MllpEffect, type MllpInput, step } from '../../protocols/hl7v2/mllp.ts';
import { inTurn } from '../acts/turn.ts';
import { controlIdOf } from '../connection/intake-path.ts';
import { type Journal, openJournal } from '../connection/journal.ts';
import type { LabConfig } from '../laboratory/config.ts';
import type { Laboratory } from '../laboratory/context.ts';
import { listenTcp } from '../transport/tcp-listen.ts';
import type { Channel } from '../transport/transport.ts';
import { readArrival, repliesTo, takeMessage } from './take.ts';

/** Line of the journal that holds what the hospital system sent. */
const line = { id: 'orders.hl7', driver: 'hl7v2/orders' };

export interface OrderListener {
  /** `host:port` it listens on. */
  readonly address: () => string;
  close(): Promise<void>;
}

/**
 * Take orders and patients in over MLLP. A message is journalled and carried out on disk before it is answered; messages
 * are taken one after the other, so that a change never overtakes the order it changes. Throws CONFIG_UNREADABLE,
 * CONFIG_TLS_INVALID.
 */
export async function listenForOrders(
  lab: Laboratory,
  options: NonNullable<NonNullable<LabConfig['orders']>['hl7']>,
): Promise<OrderListener> {
  const journal = await openJournal(lab, line);
  const sessions = new Map<Channel, ReturnType<typeof openSession>>();
  const transport = listenTcp(
    { ...options, port: options.listen },
    {
      onUp: (channel) => void sessions.set(channel, openSession(lab, journal, channel, options.charset)),
      onBytes: (channel, bytes) => sessions.get(channel)?.feed({ type: 'bytes', bytes }),
      onDown(channel) {
        sessions.get(channel)?.end();
        sessions.delete(channel);
      },
      onTrouble: ({ code, detail }) => lab.log.warn({ code, detail }, 'orders can not be taken in'),
    },
  );
  return {
    address: transport.address,
    async close() {
      await transport.close();
      await Promise.all([...sessions.values()].map((session) => session.idle()));
    },
  };
}

function openSession(lab: Laboratory, journal: Journal, channel: Channel, charset: string | undefined) {
  let state = createMllp();
  let ended = false;
  let taking: Promise<void> = Promise.resolve();
  const timers = new Map<string, NodeJS.Timeout>();

  function feed(input: MllpInput): void {
    const next = step(state, input);
    state = next.state;
    for (const effect of next.effects) perform(effect);
  }

  function perform(effect: MllpEffect): void {
    switch (effect.type) {
      case 'write':
        if (!ended) channel.write(effect.bytes);
        break;
      case 'startTimer':
        clearTimeout(timers.get(effect.name));
        if (!ended)
          timers.set(
            effect.name,
            setTimeout(() => feed({ type: 'timer', name: effect.name }), effect.ms),
          );
        break;
      case 'stopTimer':
        clearTimeout(timers.get(effect.name));
        break;
      case 'deliver':
        if (effect.complete) taking = taken(effect.raw, effect.text);
        break;
      case 'fault':
        lab.log.warn({ code: effect.fault.code }, 'trouble on the line of orders');
        break;
      case 'acknowledged':
      case 'sendFailed':
        break;
      default:
        effect satisfies never;
    }
  }

  async function taken(raw: Uint8Array, text: Uint8Array): Promise<void> {
    const { outcome, replies } = await inTurn(lab.collections.orders, 'orders.hl7', () =>
      take(lab, journal, raw, text, charset),
    );
    feed({ type: outcome, replies });
  }

  return {
    feed,
    end() {
      ended = true;
      feed({ type: 'disconnected' });
      for (const timer of timers.values()) clearTimeout(timer);
    },
    idle: () => taking,
  };
}

/** One message: onto disk, carried out, answered. Never rejects: what can't be kept is refused, and sent again. */
async function take(
  lab: Laboratory,
  journal: Journal,
  raw: Uint8Array,
  text: Uint8Array,
  charset: string | undefined,
): Promise<{ outcome: 'committed' | 'refused'; replies: readonly Uint8Array[] }> {
  const arrival = readArrival(text, charset);
  try {
    const controlId = controlIdOf(text)?.slice(0, 200);
    const kept = await journal.append({ direction: 'in', raw, ...(controlId === undefined ? {} : { controlId }) });
    const answer = await takeMessage(lab, arrival);
    // Also where the sender wants no answer (MSH-16 NE): what was refused and why is somewhere to be read.
    if (answer.code !== 'AA')
      lab.log.warn(
        { message: kept._id, code: answer.code, reasons: answer.refusals.map((each) => each.code) },
        'a message of the hospital system was refused',
      );
    const replies = repliesTo(lab, arrival, answer);
    for (const reply of replies) {
      void journal.append({ direction: 'out', raw: reply, answers: kept._id }).catch(() => undefined);
    }
    return { outcome: 'committed', replies };
  } catch (thrown) {
    lab.log.error({ err: thrown }, 'a message of the hospital system could not be carried out');
    const words = 'The laboratory could not keep this; send it again';
    return { outcome: 'refused', replies: repliesTo(lab, arrival, { code: 'AE', refusals: [{ code: '207', words }] }) };
  }
}
