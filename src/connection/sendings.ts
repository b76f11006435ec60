import type { Driver } from '../../drivers/driver.ts';
import type { SendFailure } from '../../protocols/wire.ts';
import { controlIdOf } from './intake-path.ts';
import type { Session } from './session.ts';

/** What a line sends beside its replies: answers to queries, and orders nobody asked for. */
export interface Sendings {
  /** Orders that answer a query: bid once the analyzer's session has ended. `answers`: the query in the journal. */
  answer(session: Session, messages: readonly Uint8Array[], answers: string): void;
  /** Whether the analyzer has them all. What went out is in the journal once the analyzer has it. */
  push(session: Session, messages: readonly Uint8Array[]): Promise<boolean>;
  /** The session says what became of one. */
  sent(id: string): void;
  failed(id: string, reason: SendFailure): void;
}

/** @param keep puts what was sent into the journal; must not reject */
export function createSendings(driver: Driver, keep: (raw: Uint8Array, answers?: string) => Promise<void>): Sendings {
  let count = 0;
  /** Who waits for what became of a sending. */
  const outcomes = new Map<string, (sent: boolean) => void>();

  /** ASTM: one session for all; HL7: one after the other, each with its own acknowledgement. */
  function groupsOf(messages: readonly Uint8Array[]): readonly (readonly Uint8Array[])[] {
    return driver.protocol === 'hl7v2' ? messages.map((each) => [each]) : [messages];
  }

  function hand(session: Session, group: readonly Uint8Array[], settle?: (sent: boolean) => void): void {
    count += 1;
    const id = String(count);
    if (settle !== undefined) outcomes.set(id, settle);
    session.send(id, group, driver.protocol === 'hl7v2' ? controlIdOf(group[0] ?? new Uint8Array(0)) : null);
  }

  function settled(id: string, sent: boolean): void {
    outcomes.get(id)?.(sent);
    outcomes.delete(id);
  }

  return {
    answer(session, messages, answers) {
      for (const group of groupsOf(messages)) hand(session, group);
      for (const raw of messages) void keep(raw, answers);
    },
    async push(session, messages) {
      const each = groupsOf(messages).map(async (group) => {
        const sent = await new Promise<boolean>((resolve) => hand(session, group, resolve));
        if (sent) for (const raw of group) await keep(raw);
        return sent;
      });
      return (await Promise.all(each)).every(Boolean);
    },
    sent: (id) => settled(id, true),
    // Refused after it was looked at: the same again would be refused again.
    failed: (id, reason) => settled(id, reason === 'LINK_ORDERS_REFUSED'),
  };
}
