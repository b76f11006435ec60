import type { Hl7Message } from '../../protocols/hl7v2/message.ts';
import type { Hl7Segment } from '../../protocols/hl7v2/parts.ts';
import type { Priority } from '../domain/ids.ts';
import { instantOf } from './times.ts';

/** One ORC with what belongs to it. */
export interface OrderGroup {
  /** ORC-1. */
  readonly control: string;
  /** ORC-2 as sent, else OBR-2; empty where there is none. */
  readonly placer: string;
  /** ORC-3.1: our own number of the order. */
  readonly filler: string;
  /** ORC-5, of a status change. */
  readonly status: string;
  readonly tests: readonly { readonly code: string; readonly text: string }[];
  readonly priority?: Priority;
  /** SPM-2.1. */
  readonly accession: string;
  readonly collectedAt?: string;
  readonly requester?: string;
  readonly diagnosis?: string;
}

/** The order groups of OML^O21 or ORM^O01, in their order. */
export function readOrders(message: Hl7Message, zone: string): OrderGroup[] {
  const groups = split(message.segments).map((segments) => groupOf(segments, zone));
  // A specimen that stands once behind several orders is of them all.
  const named = new Set(groups.map((group) => group.accession).filter((accession) => accession !== ''));
  const [only] = named;
  if (named.size !== 1 || only === undefined) return groups;
  return groups.map((group) => (group.accession === '' ? { ...group, accession: only } : group));
}

function split(segments: readonly Hl7Segment[]): Hl7Segment[][] {
  const groups: Hl7Segment[][] = [];
  for (const segment of segments) {
    if (segment.name === 'ORC') groups.push([segment]);
    else groups.at(-1)?.push(segment);
  }
  return groups;
}

function groupOf(segments: readonly Hl7Segment[], zone: string): OrderGroup {
  const [orc] = segments;
  const all = (name: string): Hl7Segment[] => segments.filter((segment) => segment.name === name);
  const tests = all('OBR').map((obr) => ({
    code: obr.field(4).component(1).text.trim(),
    text: obr.field(4).component(2).text.trim(),
  }));
  const [obr] = all('OBR');
  const [spm] = all('SPM');
  const priority = priorityOf(orc, obr, all('TQ1')[0]);
  const collected = [spm?.field(17).component(1).text, obr?.field(7).component(1).text].flatMap(
    (text) => instantOf(text ?? '', zone) ?? [],
  )[0];
  const requester = personOf(orc, 12) || personOf(obr, 16);
  const diagnosis = all('DG1')[0]?.field(3).component(2).text.trim() || obr?.field(31).component(2).text.trim() || '';
  return {
    control: orc?.field(1).text.trim().toUpperCase() ?? '',
    placer: placerOf(orc) || placerOf(obr),
    filler: orc?.field(3).component(1).text.trim() || obr?.field(3).component(1).text.trim() || '',
    status: orc?.field(5).text.trim().toUpperCase() ?? '',
    tests,
    ...(priority === undefined ? {} : { priority }),
    accession: accessionOf(spm),
    ...(collected === undefined ? {} : { collectedAt: collected }),
    ...(requester === '' ? {} : { requester }),
    ...(diagnosis === '' ? {} : { diagnosis }),
  };
}

/** The first repeat of field 2, all of its components. */
function placerOf(segment: Hl7Segment | undefined): string {
  const text = segment?.field(2).repeats[0]?.text.trim() ?? '';
  return text === '""' ? '' : text;
}

/** SPM-2.1 (the placer's number of the tube), else SPM-2.2 (ours). */
function accessionOf(spm: Hl7Segment | undefined): string {
  const field = spm?.field(2);
  return field?.component(1).subcomponent(1).text.trim() || field?.component(2).subcomponent(1).text.trim() || '';
}

const priorities: Readonly<Record<string, Priority>> = { S: 'stat', A: 'urgent', R: 'routine' };

/** TQ1-9, else ORC-7.6 or OBR-5 (HL7 tables 0485, 0027: R, A, S). */
function priorityOf(
  orc: Hl7Segment | undefined,
  obr: Hl7Segment | undefined,
  tq1: Hl7Segment | undefined,
): Priority | undefined {
  const sent = [tq1?.field(9).component(1).text, orc?.field(7).component(6).text, obr?.field(5).component(1).text];
  const first = sent.map((text) => text?.trim().toUpperCase() ?? '').find((text) => text !== '');
  return first === undefined ? undefined : (priorities[first] ?? 'routine');
}

/** A person of XCN: the name, else the number. */
function personOf(segment: Hl7Segment | undefined, number: number): string {
  const field = segment?.field(number);
  if (field === undefined || field.isNull) return '';
  const name = [2, 4, 3]
    .map((each) => field.component(each).subcomponent(1).text.trim())
    .filter((part) => part !== '')
    .join(' ');
  return name || field.component(1).text.trim();
}
