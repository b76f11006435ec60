import type { z } from 'zod';
import type { Decoded } from '../../drivers/driver.ts';
import type { Laboratory } from '../laboratory/context.ts';
import type { MessageDoc, OutcomeDoc } from '../store/documents.ts';
import { heldView } from './held-view.ts';
import { recordsOf } from './message-records.ts';
import type { MessageView, messageRow } from './schemas/way.ts';

/** One arrival or sending in the list of a line's journal. */
export function rowView(message: MessageDoc, outcome: OutcomeDoc | undefined): z.infer<typeof messageRow> {
  const out = message.direction === 'out';
  return {
    id: message._id,
    at: message.at,
    direction: message.direction,
    kind: outcome?.kind ?? (out && message.answers !== undefined ? 'answer' : 'other'),
    accessions: outcome?.accessions ?? [],
    bytes: message.raw.length,
    state: outcome?.state ?? (out ? 'sent' : message.unfinished === true ? 'unfinished' : 'waiting'),
  };
}

/** A message whole: raw bytes, its records and values with their places, and what became of them. */
export async function messageView(lab: Laboratory, message: MessageDoc): Promise<MessageView> {
  const outcome = await lab.collections.outcomes.findOne({ _id: message._id });
  const held = await lab.collections.held.find({ message: message._id }).toArray();
  const decoded = decodeJournalled(lab, message);
  const told = message.faults ?? [];
  return {
    ...rowView(message, outcome ?? undefined),
    analyzer: message.analyzer,
    driver: message.driver,
    raw: Buffer.from(message.raw).toString('base64'),
    records: recordsOf(message.raw, lab.drivers.byId(message.driver)?.protocol, charsetOf(lab, message)),
    faults: [
      ...told,
      ...decoded.faults.filter((each) => !told.some(({ code, at }) => code === each.code && at === each.at)),
    ],
    observations: message.direction === 'in' ? await filedValues(lab, message, decoded) : [],
    held: held.map(heldView),
    replies: await repliesTo(lab, message),
    ...(message.controlId === undefined ? {} : { controlId: message.controlId }),
    ...(message.answers === undefined ? {} : { answers: message.answers }),
  };
}

/** How far behind a question its answers may stand in the journal of a busy line. */
const repliesWithin = 50;

async function repliesTo(lab: Laboratory, message: MessageDoc): Promise<string[]> {
  if (message.direction === 'out') return [];
  const after = await lab.collections.messages
    .find(
      { analyzer: message.analyzer, sequence: { $gt: message.sequence } },
      { sort: { sequence: 1 }, limit: repliesWithin, projection: { answers: 1 } },
    )
    .toArray();
  return after.filter((each) => each.answers === message._id).map((each) => each._id);
}

function charsetOf(lab: Laboratory, message: MessageDoc): string {
  const line = lab.config.analyzers.find((each) => each.id === message.analyzer);
  return line?.charset ?? lab.drivers.byId(message.driver)?.charset ?? 'latin1';
}

function decodeJournalled(lab: Laboratory, message: MessageDoc): Decoded {
  const driver = lab.drivers.byId(message.driver);
  if (driver === undefined) return { messages: [], faults: [] };
  const line = lab.config.analyzers.find((each) => each.id === message.analyzer);
  return driver.decode(message.raw, {
    ...(line?.charset === undefined ? {} : { charset: line.charset }),
    ...(line?.decimalComma === undefined ? {} : { decimalComma: line.decimalComma }),
  });
}

/** Each value of the message beside the observation it became, found by its place in the bytes. */
async function filedValues(
  lab: Laboratory,
  message: MessageDoc,
  decoded: Decoded,
): Promise<MessageView['observations']> {
  const accessions = [...new Set(decoded.messages.flatMap((each) => each.accession ?? []))];
  const filed =
    accessions.length === 0
      ? []
      : await lab.collections.observations.find({ accession: { $in: accessions } }).toArray();
  const mine = new Map(
    filed.filter((each) => each.message === message._id).map((each) => [each.span?.[0] ?? -1, each]),
  );
  return decoded.messages.flatMap((part) =>
    part.observations.map((each) => {
      const observation = mine.get(each.span[0]);
      const analyte = observation?.analyte ?? lab.catalogue.mapping(message.analyzer, each.hostCode)?.analyte;
      return {
        ...(observation === undefined ? {} : { id: observation._id }),
        ...(part.accession === undefined ? {} : { accession: part.accession }),
        hostCode: each.hostCode,
        ...(analyte === undefined ? {} : { analyte }),
        value: each.value,
        ...(each.comparator === undefined ? {} : { comparator: each.comparator }),
        ...(each.unit === undefined ? {} : { unit: each.unit }),
        flags: each.flags,
        span: each.span,
      };
    }),
  );
}
