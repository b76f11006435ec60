import { randomUUID } from 'node:crypto';
import type { Decoded, DecodedMessage, Driver } from '../../drivers/driver.ts';
import { acknowledgementMode, asksFor } from '../../protocols/hl7v2/acknowledge.ts';
import { extractBlocks } from '../../protocols/hl7v2/extract.ts';
import { headerOnly, parseMessage } from '../../protocols/hl7v2/message.ts';
import type { AnalyzerConfig } from '../laboratory/config.ts';
import type { Laboratory } from '../laboratory/context.ts';
import type { MessageDoc } from '../store/documents.ts';
import { answerQuery, contextOf } from './orders.ts';

/** What to say to the analyzer about a message, beyond that it was taken. */
export interface Response {
  /** HL7: the reply to the block itself. */
  readonly replies: readonly Uint8Array[];
  /** What is to be sent after it: ASTM record texts in one session, HL7 messages one by one. */
  readonly sends: readonly Uint8Array[];
  /** Specimens whose orders are told in it. */
  readonly told: readonly string[];
}

/** HL7 control ids: 20 characters at most, not used before. */
export function newControlId(): string {
  return randomUUID().replaceAll('-', '').slice(0, 20).toUpperCase();
}

/** Decode with the line's settings. */
export function decodeFor(line: AnalyzerConfig, driver: Driver, raw: Uint8Array): Decoded {
  return driver.decode(raw, {
    ...(line.charset === undefined ? {} : { charset: line.charset }),
    ...(line.decimalComma === undefined ? {} : { decimalComma: line.decimalComma }),
  });
}

/** The response to a journalled message: acknowledgement, and answers to queries made afresh from the orders. */
export async function respond(
  lab: Laboratory,
  line: AnalyzerConfig,
  driver: Driver,
  message: MessageDoc,
  decoded: Decoded,
  stranger: boolean,
): Promise<Response> {
  const answers: Uint8Array[] = [];
  const told: string[] = [];
  for (const query of decoded.messages.filter(isQuery)) {
    const answer = await answerQuery(lab, line, driver, query, message.raw, newControlId, stranger);
    answers.push(...answer.messages);
    told.push(...answer.told);
  }
  if (driver.protocol !== 'hl7v2') return { replies: [], sends: answers, told };
  const [reply, ...rest] = answers;
  if (reply !== undefined) return { replies: [reply], sends: rest, told };
  return {
    replies: acknowledgement(lab, line, driver, message.raw, decoded.messages.length > 0 ? 'accepted' : 'rejected'),
    sends: [],
    told,
  };
}

function isQuery(message: DecodedMessage): boolean {
  return message.kind === 'query' && (message.queries ?? []).length > 0;
}

const latin1 = new TextDecoder('latin1');

/**
 * HL7: positive or negative acknowledgement; none for what is itself an answer, for a sender that asks for none of this
 * outcome (enhanced mode), and on other protocols.
 */
export function acknowledgement(
  lab: Laboratory,
  line: AnalyzerConfig,
  driver: Driver,
  raw: Uint8Array,
  outcome: 'accepted' | 'rejected' | 'error',
): readonly Uint8Array[] {
  if (driver.acknowledge === undefined || driver.protocol !== 'hl7v2') return [];
  if (/[\r\n]MSA\W/.test(latin1.decode(raw.subarray(0, 2_000)))) return [];
  if (!isAskedFor(raw, outcome === 'accepted')) return [];
  return [driver.acknowledge(raw, outcome, contextOf(lab, line, newControlId))];
}

/** MSH-15 and MSH-16: either answer will do, for we give them in one. */
function isAskedFor(raw: Uint8Array, positive: boolean): boolean {
  const [text] = extractBlocks(raw).messages;
  if (text === undefined) return true;
  const mode = acknowledgementMode(parseMessage(headerOnly(text), (bytes) => latin1.decode(bytes)));
  return asksFor(mode.accept, positive) || asksFor(mode.application, positive);
}

/** MSH-10 of a message of ours or theirs; null where there is none. */
export function controlIdOf(message: Uint8Array): string | null {
  const text = latin1.decode(message.subarray(0, 1_000));
  const start = text.indexOf('MSH');
  if (start < 0) return null;
  const separator = text[start + 3] ?? '|';
  return (
    text
      .slice(start)
      .split(/[\r\n]/)[0]
      ?.split(separator)[9] ?? null
  );
}
