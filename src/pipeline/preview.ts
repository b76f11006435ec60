import type { DecodedMessage } from '../../drivers/driver.ts';
import { observationKey } from '../acts/hash.ts';
import { LisError } from '../errors.ts';
import type { CatalogueView } from '../laboratory/catalogue-view.ts';
import type { AnalyzerConfig } from '../laboratory/config.ts';
import type { Laboratory } from '../laboratory/context.ts';
import type { MappingDoc } from '../store/documents.ts';
import { observationIdentity } from './file.ts';
import { mayBeFiled, normalise } from './normalise.ts';
import { decode, identify, reasonToWithhold } from './process.ts';

/** What one value of a message would come to if the message were replayed now. */
export interface PreviewedValue {
  readonly accession?: string;
  readonly hostCode: string;
  readonly sent: { readonly value: string; readonly unit: string };
  readonly becomes: 'new' | 'same' | 'held' | 'ignored';
  readonly analyte?: string;
  readonly value?: string;
  readonly unit?: string;
  /** Why it would be held: a code of the error table. */
  readonly reason?: string;
}

/** What a person thinks of doing before the replay. */
export interface Intention {
  /** A mapping that is not saved yet. */
  readonly mapping?: MappingDoc;
  /** Values of the accession as sent (or of none) would go to this specimen. */
  readonly assign?: { readonly from: string | undefined; readonly to: string };
}

/**
 * Replay without writing anything: for each value of a journalled message, what it would become. Throws
 * MESSAGE_NOT_FOUND, NOT_FOUND for a line that is no longer configured.
 */
export async function previewReplay(
  lab: Laboratory,
  messageId: string,
  intention: Intention,
): Promise<readonly PreviewedValue[]> {
  const message = await lab.collections.messages.findOne({ _id: messageId });
  if (message === null || message.direction !== 'in') throw new LisError('MESSAGE_NOT_FOUND', { id: messageId });
  const identified = identify(lab, message);
  if (identified === null) throw new LisError('NOT_FOUND', { what: `Line ${message.analyzer}` });
  const { line, driver } = identified;
  const catalogue = withMapping(lab.catalogue, intention.mapping);
  const values: PreviewedValue[] = [];
  const decoded = decode(line, driver, message);
  const { assign } = intention;
  const reason = reasonToWithhold(lab, { line, driver, message, decoded, ...(assign === undefined ? {} : { assign }) });
  for (const each of decoded.messages) {
    if (each.kind === 'results') values.push(...(await previewOne(lab, line, each, catalogue, intention)));
  }
  // What is held as a whole stays so, whatever its values would come to.
  return reason === null ? values : values.map((value) => ({ ...value, becomes: 'held', reason }));
}

function withMapping(catalogue: CatalogueView, mapping: MappingDoc | undefined): CatalogueView {
  if (mapping === undefined) return catalogue;
  return {
    ...catalogue,
    mapping: (analyzer, hostCode) =>
      analyzer === mapping.analyzer && hostCode === mapping.hostCode ? mapping : catalogue.mapping(analyzer, hostCode),
  };
}

async function previewOne(
  lab: Laboratory,
  line: AnalyzerConfig,
  decoded: DecodedMessage,
  catalogue: CatalogueView,
  { assign }: Intention,
): Promise<PreviewedValue[]> {
  const assigned = assign !== undefined && assign.from === decoded.accession;
  const accession = assigned ? assign.to : decoded.accession;
  const specimen =
    accession === undefined || (line.specimenId === 'dayNumber' && !assigned)
      ? null
      : await lab.collections.specimens.findOne({ _id: accession }, { projection: { _id: 1, interference: 1 } });
  const filed =
    accession === undefined || specimen === null
      ? []
      : await lab.collections.observations.find({ accession }).toArray();
  const indices = specimen?.interference ?? [];
  const known = new Set([...filed.map((each) => each._id), ...indices.map(({ id }) => id)]);
  return decoded.observations.flatMap((observation): PreviewedValue[] => {
    if (!mayBeFiled(observation, line.id, catalogue)) return [];
    const outcome = normalise(observation, line.id, catalogue);
    const base = {
      ...(accession === undefined ? {} : { accession }),
      hostCode: observation.hostCode,
      sent: { value: `${observation.comparator ?? ''}${observation.value}`, unit: observation.unit ?? '' },
    };
    if (outcome.kind === 'ignored') return [{ ...base, becomes: 'ignored' }];
    if (outcome.kind === 'held') return [{ ...base, becomes: 'held', reason: outcome.reason }];
    const { analyte, value, unit } = outcome.normalised;
    const made = { analyte: analyte.code, value: `${observation.comparator ?? ''}${value}`, unit };
    if (accession === undefined || specimen === null) {
      const reason = accession === undefined ? 'SPECIMEN_ACCESSION_MISSING' : 'SPECIMEN_ACCESSION_UNKNOWN';
      return [{ ...base, ...made, becomes: 'held', reason }];
    }
    const there = known.has(observationKey(accession, observationIdentity(line.id, accession, observation)));
    return [{ ...base, ...made, becomes: there ? 'same' : 'new' }];
  });
}
