import type { DecodedMessage, DecodedObservation } from '../../drivers/driver.ts';
import { fileObservations } from '../acts/filing.ts';
import { hash, observationKey } from '../acts/hash.ts';
import type { ObservationDraft } from '../acts/new-run.ts';
import { identityKey } from '../domain/identity.ts';
import type { AnalyzerConfig } from '../laboratory/config.ts';
import type { Laboratory } from '../laboratory/context.ts';
import type { MessageDoc, QcDoc } from '../store/documents.ts';
import type { Holding } from './held.ts';
import { mayBeFiled, normalise } from './normalise.ts';
import { analysedAt } from './times.ts';

/** What one specimen of one message came to. */
export interface Filed {
  readonly added: number;
  readonly repeated: number;
  readonly holdings: readonly Holding[];
}

/** Identity of a decoded value (design.md section 3): the same analysis sent again has the same. */
export function observationIdentity(line: string, accession: string, observation: DecodedObservation): string {
  return identityKey({
    origin: 'wire',
    accession,
    analyzer: line,
    hostCode: observation.hostCode,
    observedAt: observation.observedAt ?? '',
    runMark: observation.runMark ?? '',
    value: `${observation.comparator ?? ''}${observation.value}`,
  });
}

/**
 * File the values of one specimen under a registered accession: normalise each through the catalogue, hold what the
 * catalogue does not know, store the rest.
 */
export async function fileResults(
  lab: Laboratory,
  line: AnalyzerConfig,
  message: MessageDoc,
  decoded: DecodedMessage,
  accession: string,
): Promise<Filed> {
  const holdings: Holding[] = [];
  const drafts: ObservationDraft[] = [];
  const remarks = decoded.comments ?? [];
  for (const observation of decoded.observations) {
    // What is not the measured quantity itself is shown with the message; a site may still map it.
    if (!mayBeFiled(observation, line.id, lab.catalogue)) continue;
    const outcome = normalise(observation, line.id, lab.catalogue);
    const identity = observationIdentity(line.id, accession, observation);
    if (outcome.kind === 'held') {
      holdings.push({
        reason: outcome.reason,
        detail: outcome.detail,
        accession,
        hostCode: observation.hostCode,
        key: identity,
      });
    } else if (outcome.kind === 'normalised') {
      const draft = draftOf(lab, line, message, accession, observation, identity, outcome.normalised);
      drafts.push(remarks.length === 0 ? draft : { ...draft, remarks });
    }
  }
  const counts = drafts.length === 0 ? { added: 0, repeated: 0 } : await fileObservations(lab, accession, drafts);
  return { ...counts, holdings };
}

function draftOf(
  lab: Laboratory,
  line: AnalyzerConfig,
  message: MessageDoc,
  accession: string,
  observation: DecodedObservation,
  identity: string,
  normalised: Extract<ReturnType<typeof normalise>, { kind: 'normalised' }>['normalised'],
): ObservationDraft {
  const { analyte } = normalised;
  const { comparator } = observation;
  const draft: Writable<ObservationDraft> = {
    _id: observationKey(accession, identity),
    accession,
    origin: 'wire',
    analyzer: line.id,
    hostCode: observation.hostCode,
    analyte: analyte.code,
    section: analyte.section,
    value: normalised.value,
    unit: normalised.unit,
    sent: sentOf(observation),
    observedAt: analysedAt(observation.observedAt, line.timeZone ?? lab.config.lab.timeZone, message.at),
    receivedAt: message.at,
    message: message._id,
    span: observation.span,
    mapping: normalised.mapping,
    conversion: normalised.conversion,
    comments: (observation.comments ?? []).map((text) => ({ text, by: line.id, at: message.at })),
  };
  // Set one by one: for every value of every message, spreads of what is absent cost more than all else here.
  if (analyte.loinc !== undefined) draft.loinc = analyte.loinc;
  if (comparator !== undefined) draft.comparator = comparator;
  return draft;
}

type Writable<T> = { -readonly [K in keyof T]: T[K] };

/** What the analyzer said, verbatim. */
function sentOf(observation: DecodedObservation): ObservationDraft['sent'] {
  const { value, comparator, unit = '', flags, observedAt, runMark, status } = observation;
  const sent: Writable<ObservationDraft['sent']> = { value, unit, flags };
  if (comparator !== undefined) sent.comparator = comparator;
  if (observedAt !== undefined) sent.observedAt = observedAt;
  if (runMark !== undefined) sent.runMark = runMark;
  if (status !== undefined) sent.status = status;
  return sent;
}

/** Keep control values apart from patients' (analyzers.md A5: any QC mark, never a patient). */
export async function fileQc(
  lab: Laboratory,
  line: AnalyzerConfig,
  message: MessageDoc,
  decoded: DecodedMessage,
): Promise<Filed> {
  const documents = decoded.observations.map((observation): QcDoc => {
    const analyte = mayBeFiled(observation, line.id, lab.catalogue)
      ? lab.catalogue.mapping(line.id, observation.hostCode)?.analyte
      : undefined;
    const control = decoded.control;
    const identity = observationIdentity(
      line.id,
      `qc ${decoded.accession ?? ''} ${control?.lot ?? ''} ${control?.level ?? ''}`,
      observation,
    );
    return {
      _id: hash(identity),
      analyzer: line.id,
      hostCode: observation.hostCode,
      ...(analyte === undefined ? {} : { analyte }),
      ...(control === undefined ? {} : { control }),
      ...(decoded.accession === undefined ? {} : { accession: decoded.accession }),
      value: `${observation.comparator ?? ''}${observation.value}`,
      ...(observation.unit === undefined ? {} : { unit: observation.unit }),
      flags: observation.flags,
      observedAt: analysedAt(observation.observedAt, line.timeZone ?? lab.config.lab.timeZone, message.at),
      receivedAt: message.at,
      message: message._id,
      span: observation.span,
    };
  });
  if (documents.length === 0) return { added: 0, repeated: 0, holdings: [] };
  const written = await lab.collections.qc.bulkWrite(documents.map((document) => ({ insertAbsent: { document } })));
  return { added: written.upsertedCount, repeated: documents.length - written.upsertedCount, holdings: [] };
}
