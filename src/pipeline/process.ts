import type { Decoded, DecodedMessage, DecodedObservation, Driver, MessageKind } from '../../drivers/driver.ts';
import { senderOf } from '../../drivers/recognise.ts';
import type { AnalyzerConfig } from '../laboratory/config.ts';
import { isoNow, type Laboratory } from '../laboratory/context.ts';
import type { MessageDoc, OutcomeDoc } from '../store/documents.ts';
import { type Filed, fileQc, fileResults, observationIdentity } from './file.ts';
import { type Holding, resolveHeld, writeHeld } from './held.ts';
import { mayBeFiled } from './normalise.ts';

/** Whose decision it is to file under another accession, or again: a person's replay. */
export interface Processing {
  readonly line: AnalyzerConfig;
  readonly driver: Driver;
  readonly message: MessageDoc;
  readonly decoded: Decoded;
  /** A person assigned these: values of the accession as sent (or of none) go to this specimen. */
  readonly assign?: { readonly from: string | undefined; readonly to: string };
  /** Takes the writing of the outcome over, so that the line's next message need not wait for it. */
  readonly later?: (written: Promise<void>) => void;
}

/** Stage 1: which line and driver a journalled message belongs to; null when the line is no longer configured. */
export function identify(lab: Laboratory, message: MessageDoc): { line: AnalyzerConfig; driver: Driver } | null {
  const line = lab.config.analyzers.find((each) => each.id === message.analyzer);
  const driver = line === undefined ? undefined : lab.drivers.byId(line.driver);
  return line === undefined || driver === undefined ? null : { line, driver };
}

/** Stage 2: what the bytes say. */
export function decode(line: AnalyzerConfig, driver: Driver, message: MessageDoc): Decoded {
  return driver.decode(message.raw, {
    ...(line.charset === undefined ? {} : { charset: line.charset }),
    ...(line.decimalComma === undefined ? {} : { decimalComma: line.decimalComma }),
  });
}

/**
 * Stages 3 to 6 for a whole message: match the specimen, normalise, evaluate, store; what can't go on is held. An
 * idempotent projection of the journal: done twice it changes nothing.
 */
export async function processMessage(lab: Laboratory, work: Processing): Promise<OutcomeDoc> {
  const foreign = foreignIn(lab, work);
  const filed: Filed[] = [];
  for (const decoded of foreign === null ? work.decoded.messages : []) filed.push(await fileOne(lab, work, decoded));
  const holdings = filed.flatMap((each) => each.holdings);
  if (work.decoded.messages.length === 0 || (holdings.length === 0 && cutShort(work)))
    holdings.push(await unreadable(lab, work));
  if (foreign !== null) holdings.push(heldForeign(work, foreign));
  const heldIds = await writeHeld(lab, work.message, holdings);
  await closeMended(lab, work.message, heldIds);
  await supersedeUnfinished(lab, work);
  return writeOutcome(lab, work, filed, heldIds.length);
}

/** Why nothing of a message is filed, as a code of the error table; null where its values decide each for itself. */
export function reasonToWithhold(
  lab: Laboratory,
  work: Processing,
): 'DRIVER_ANALYZER_UNRECOGNISED' | 'LINK_GAP' | null {
  if (foreignIn(lab, work) !== null) return 'DRIVER_ANALYZER_UNRECOGNISED';
  return work.assign === undefined && hasHole(work.message) ? 'LINK_GAP' : null;
}

/** Why a message is not the line's own, in words, and whose it is where that can be told. */
interface Foreign {
  readonly detail: string;
  readonly driver?: Driver;
}

/** Null when a message is the line's own, or when a person has assigned it. */
function foreignIn(lab: Laboratory, { line, driver, message, decoded, assign }: Processing): Foreign | null {
  if (assign !== undefined) return null;
  if (message.foreign !== undefined) return { detail: message.foreign };
  const sender = senderOf(driver, message.raw, decoded, lab.drivers.all());
  if (sender.kind !== 'stranger') return null;
  const detail = `This is a message of ${nameOf(sender.driver)}; the line ${line.id} is set up for ${nameOf(driver)}`;
  return { detail, driver: sender.driver };
}

const nameOf = ({ vendor, model }: Driver): string => `${vendor} ${model}`;

/**
 * Stored, never read by a driver it was not written for: a person puts the line right and replays, or assigns it. What
 * it names as its number is for the driver of its sender to say.
 */
function heldForeign({ decoded, message }: Processing, { detail, driver }: Foreign): Holding {
  const { messages } = driver === undefined ? decoded : driver.decode(message.raw);
  const accession = messages.find((each) => each.accession !== undefined)?.accession;
  return {
    reason: 'DRIVER_ANALYZER_UNRECOGNISED',
    detail,
    ...(accession === undefined ? {} : { accession }),
    key: message.hash,
  };
}

async function fileOne(lab: Laboratory, work: Processing, said: DecodedMessage): Promise<Filed> {
  const { line, message, assign } = work;
  const decoded = assign === undefined && hasHole(message) ? withheld(said) : said;
  const own: Holding[] = decoded.held.map((each) => ({
    reason: each.reason,
    detail: each.detail,
    ...(decoded.accession === undefined ? {} : { accession: decoded.accession }),
    key: each.span === undefined ? message.hash : hashSlice(message, each.span),
  }));
  if (decoded.kind === 'query')
    return { added: 0, repeated: 0, holdings: [...own, ...(await unknownAsked(lab, work, decoded))] };
  if (decoded.kind === 'qc') {
    const kept = await fileQc(lab, line, message, decoded);
    return { ...kept, holdings: own };
  }
  if (decoded.observations.length === 0) {
    return { added: 0, repeated: 0, holdings: own.length > 0 ? own : await failedOrder(lab, work, decoded) };
  }
  if (decoded.kind !== 'results') return { added: 0, repeated: 0, holdings: own };
  const accession = await matchAccession(lab, work, decoded);
  if (accession.found === null) {
    return { added: 0, repeated: 0, holdings: [...own, unmatched(line, decoded, accession.reason)] };
  }
  const stored = await fileResults(lab, line, message, decoded, accession.found);
  const passedOver = own.length > 0 ? [] : nothingFiled(lab, work, decoded, accession.found);
  return { ...stored, holdings: [...own, ...stored.holdings, ...passedOver] };
}

/** Rows that are shown beside a result and no result among them: an assay whose result the driver does not know by its name. */
function nothingFiled(
  lab: Laboratory,
  { line, message }: Processing,
  { observations }: DecodedMessage,
  accession: string,
): Holding[] {
  if (message.unfinished === true || observations.some((each) => mayBeFiled(each, line.id, lab.catalogue))) return [];
  const shown = observations.filter(({ hostCode }) => lab.catalogue.mapping(line.id, hostCode)?.ignored !== true);
  if (shown.length === 0) return [];
  const codes = [...new Set(shown.map(({ hostCode }) => hostCode))].slice(0, mostNamed).join(', ');
  const detail = `None of the ${shown.length} rows is known as a result: ${codes}`;
  return [{ reason: 'DRIVER_VALUE_UNREADABLE', detail, accession, key: `${accession} ${message.hash}` }];
}

/** Codes that are named of what nothing was filed of. */
const mostNamed = 5;

/** The analyzer says of a specimen that a test failed and gives no value: nobody is to wait for it. */
async function failedOrder(lab: Laboratory, { message }: Processing, decoded: DecodedMessage): Promise<Holding[]> {
  const { accession, comments = [] } = decoded;
  if (accession === undefined || comments.length === 0 || message.unfinished === true) return [];
  const known = await lab.collections.specimens.findOne({ _id: accession }, { projection: { _id: 1 } });
  if (known === null) return [];
  const detail = `The analyzer gives no value: ${comments.join('; ')}`;
  return [{ reason: 'DRIVER_VALUE_UNREADABLE', detail, accession, key: `${accession} ${message.hash}` }];
}

/** A frame was refused for its number while the message came, and never came rightly: what is missing nobody knows. */
const hasHole = (message: MessageDoc): boolean => message.faults?.some(({ code }) => code === 'LINK_GAP') === true;

/** Values beside a hole wait for a person: the analyzer can send them again, or they are assigned as they are. */
function withheld(decoded: DecodedMessage): DecodedMessage {
  const detail = 'A frame of the message was refused and did not come again';
  const held = decoded.observations.map(({ hostCode, span }) => ({
    reason: 'LINK_GAP',
    detail: `${detail}: ${hostCode}`,
    span,
  }));
  return { ...decoded, observations: [], held: [...held, ...decoded.held] };
}

/** `unknownQuery: hold`: the analyzer was told that there is no order, and a person that it asked. */
async function unknownAsked(lab: Laboratory, { line }: Processing, decoded: DecodedMessage): Promise<Holding[]> {
  if (line.unknownQuery !== 'hold') return [];
  const holdings: Holding[] = [];
  for (const { accession } of decoded.queries ?? []) {
    if (accession === undefined) continue;
    const known = await lab.collections.specimens.findOne({ _id: accession }, { projection: { _id: 1 } });
    if (known !== null) continue;
    const detail = `The analyzer asks for the orders of accession ${accession}, which is not registered`;
    holdings.push({ reason: 'SPECIMEN_ACCESSION_UNKNOWN', detail, accession, key: `query ${accession}` });
  }
  return holdings;
}

type Match =
  | { readonly found: string }
  | { readonly found: null; readonly reason: 'SPECIMEN_ACCESSION_UNKNOWN' | 'SPECIMEN_ACCESSION_MISSING' };

/** Stage 3: a result never registers a specimen, and a day number is never taken for an accession. */
async function matchAccession(lab: Laboratory, work: Processing, decoded: DecodedMessage): Promise<Match> {
  const { assign, line } = work;
  if (assign !== undefined && assign.from === decoded.accession) return { found: assign.to };
  if (decoded.accession === undefined || decoded.accession === '')
    return { found: null, reason: 'SPECIMEN_ACCESSION_MISSING' };
  if (line.specimenId === 'dayNumber') return { found: null, reason: 'SPECIMEN_ACCESSION_UNKNOWN' };
  const specimen = await lab.collections.specimens.findOne({ _id: decoded.accession }, { projection: { _id: 1 } });
  return specimen === null ? { found: null, reason: 'SPECIMEN_ACCESSION_UNKNOWN' } : { found: decoded.accession };
}

function unmatched(
  line: AnalyzerConfig,
  decoded: DecodedMessage,
  reason: 'SPECIMEN_ACCESSION_UNKNOWN' | 'SPECIMEN_ACCESSION_MISSING',
): Holding {
  const accession = decoded.accession ?? '';
  const count = decoded.observations.length;
  const unknown =
    line.specimenId === 'dayNumber'
      ? `${accession} is a number of the day on this line; ${count} values wait to be assigned`
      : `Accession ${accession} is not registered; ${count} values wait`;
  const detail = reason === 'SPECIMEN_ACCESSION_MISSING' ? `${count} values without a specimen number` : unknown;
  const key = decoded.observations
    .map((each: DecodedObservation) => observationIdentity(line.id, accession, each))
    .join('\u001e');
  return { reason, detail, ...(decoded.accession === undefined ? {} : { accession: decoded.accession }), key };
}

/** Items of bytes that say nothing, beyond which a line's noise is one item a day: a list of hundreds hides the others. */
const mostUnreadable = 20;

/** A message that did not come whole and of which nothing could be read as a value: what it held nobody knows. */
function cutShort({ message, decoded }: Processing): boolean {
  return message.unfinished === true && decoded.messages.every(({ kind }) => kind === 'other' || kind === 'results');
}

async function unreadable(lab: Laboratory, { message, decoded }: Processing): Promise<Holding> {
  const unfinished = message.unfinished === true;
  const reason = unfinished ? 'LINK_UNFINISHED' : (decoded.faults[0]?.code ?? 'MESSAGE_STRUCTURE_BROKEN');
  const detail = unfinished ? 'The session ended inside a message' : 'No message could be read from these bytes';
  const open = await lab.collections.held
    .find(
      { state: 'open', analyzer: message.analyzer, detail },
      { limit: mostUnreadable + 1, projection: { message: 1 } },
    )
    .toArray();
  // With the number the same specimen sent whole afterwards settles it.
  const accession = decoded.messages.find((each) => each.accession !== undefined)?.accession;
  if (open.length < mostUnreadable || open.some((item) => item.message === message._id))
    return { reason, detail, ...(accession === undefined ? {} : { accession }), key: message.hash };
  const more = 'More that can not be read came on this line; look through its journal';
  return { reason: 'LINK_NOISE', detail: more, key: `noise ${message.at.slice(0, 10)}` };
}

const text = new TextDecoder('latin1');

function hashSlice(message: MessageDoc, span: readonly [number, number]): string {
  return text.decode(message.raw.subarray(span[0], span[1]));
}

/** What this message left open before and leaves no longer is mended (a mapping made, an accession registered). */
async function closeMended(lab: Laboratory, message: MessageDoc, stillHeld: readonly string[]): Promise<void> {
  const open = await lab.collections.held.find({ message: message._id }).toArray();
  for (const item of open) {
    if (item.state !== 'open' || stillHeld.includes(item._id)) continue;
    await resolveHeld(lab, item._id, { action: 'filed', by: 'system' });
  }
}

/** A session cut short, or a message with a hole, leaves held items; the same specimen sent whole afterwards supersedes it. */
async function supersedeUnfinished(lab: Laboratory, work: Processing): Promise<void> {
  const { message, decoded } = work;
  if (message.unfinished === true || hasHole(message) || message.sequence <= 1) return;
  const accessions = new Set(decoded.messages.map((each) => each.accession));
  const [first, last] = idsBefore(message);
  const left = await lab.collections.held.find({ message: { $gte: first, $lte: last } }).toArray();
  for (const item of left) {
    if (item.analyzer !== message.analyzer) continue;
    // Of what specimen the rest was nobody knows where its number did not come: that is for a person to say.
    const same = item.accession !== undefined && accessions.has(item.accession);
    if (item.state !== 'open' || !same) continue;
    const earlier = await lab.collections.messages.findOne({ _id: item.message }, { projection: { raw: 0 } });
    if (earlier === null || (earlier.unfinished !== true && !hasHole(earlier))) continue;
    await resolveHeld(lab, item._id, { action: 'superseded', by: 'system' });
  }
}

/** How many messages back a session that was cut short is looked for. */
const cutShortWithin = 4;

/** First and last journal id of the few messages before this one on its line. */
function idsBefore({ _id, sequence }: MessageDoc): [first: string, last: string] {
  const cut = _id.lastIndexOf('-') + 1;
  const idOf = (number: number): string => _id.slice(0, cut) + String(number).padStart(_id.length - cut, '0');
  return [idOf(Math.max(1, sequence - cutShortWithin)), idOf(sequence - 1)];
}

async function writeOutcome(
  lab: Laboratory,
  work: Processing,
  filed: readonly Filed[],
  held: number,
): Promise<OutcomeDoc> {
  const { message, decoded } = work;
  const added = sum(filed.map((each) => each.added));
  const repeated = sum(filed.map((each) => each.repeated));
  const kind = kindOf(decoded);
  const { _id, ...outcome }: OutcomeDoc = {
    _id: message._id,
    analyzer: message.analyzer,
    at: isoNow(lab),
    kind,
    accessions: [...new Set(decoded.messages.flatMap(accessionsOf))],
    added,
    repeated,
    held,
    state: stateOf(message, kind, added, repeated, held),
  };
  // Not waited for on disk: at the next start a message without outcome is processed again, to the same end.
  const written = lab.collections.outcomes
    .updateOne({ _id }, { $set: outcome }, { upsert: true, durable: false })
    .then(() => lab.events.emit({ type: 'message', analyzer: message.analyzer, message: message._id }));
  if (work.later === undefined) await written;
  else work.later(written);
  return { _id, ...outcome };
}

function stateOf(
  message: MessageDoc,
  kind: MessageKind,
  added: number,
  repeated: number,
  held: number,
): OutcomeDoc['state'] {
  if (message.unfinished === true) return 'unfinished';
  if (held > 0) return 'held';
  if (kind === 'qc') return 'qc';
  if (kind === 'query') return 'answered';
  if (added > 0) return 'stored';
  return repeated > 0 ? 'repeated' : 'other';
}

function kindOf(decoded: Decoded): MessageKind {
  const kinds = decoded.messages.map((each) => each.kind);
  return kinds.find((kind) => kind === 'results') ?? kinds[0] ?? 'other';
}

function accessionsOf(decoded: DecodedMessage): string[] {
  const asked = (decoded.queries ?? []).flatMap((query) => (query.accession === undefined ? [] : [query.accession]));
  return decoded.accession === undefined ? asked : [decoded.accession, ...asked];
}

const sum = (counts: readonly number[]): number => counts.reduce((total, each) => total + each, 0);
