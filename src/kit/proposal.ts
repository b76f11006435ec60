import type { Decoded, Driver } from '../../drivers/driver.ts';
import { recogniseDriver } from '../../drivers/recognise.ts';
import { LisError } from '../errors.ts';
import type { AnalyteDoc } from '../store/documents.ts';
import { type CodeProposal, createCodeSense, type SeenCode, sectionOf } from './codes.ts';
import {
  type DefinitionData,
  driverOf,
  type Naming,
  printedDefinition,
  recordsDefinition,
  signature,
} from './definition.ts';
import { findPositions } from './positions.ts';
import { findLayout } from './printed.ts';
import { mostCaptureBytes, type Survey, surveyCapture } from './survey.ts';

/** A driver proposed from a capture, with what is known of it and what is not. */
export interface Proposal {
  readonly driver: Driver;
  readonly definition: DefinitionData;
  readonly codes: readonly CodeProposal[];
  readonly found: readonly string[];
  readonly unknown: readonly string[];
  /** Rows of the capture that bear a value, and what became of them with this driver. */
  readonly account: Account;
  readonly decoded: Decoded;
}

export interface Account {
  readonly rows: number;
  readonly observations: number;
  readonly attachments: number;
  readonly held: number;
}

export interface ProposeOptions {
  readonly vendor?: string | undefined;
  readonly model?: string | undefined;
  /** Name of the capture, for the sources of the driver. */
  readonly captureName: string;
  /** How the capture was written where that was not the bytes of the wire. */
  readonly form?: string | null;
  /** Drivers that exist: they say what codes mean, and whether one of them knows the capture already. */
  readonly drivers: readonly Driver[];
  readonly analytes: readonly AnalyteDoc[];
}

/** Propose a driver. Throws CAPTURE_UNREADABLE where the bytes hold no result that could be told apart. */
export function proposeDriver(raw: Uint8Array, options: ProposeOptions): Proposal {
  if (raw.length > mostCaptureBytes)
    throw new LisError('CAPTURE_UNREADABLE', { detail: 'it is over 16 MB; send a part' });
  const survey = surveyCapture(raw);
  if (survey === null) throw new LisError('CAPTURE_UNREADABLE', { detail: 'there is nothing in it' });
  const naming = namingOf(survey, options);
  const first =
    survey.protocol === 'delimited'
      ? draftPrinted(raw, survey, naming, options)
      : draftRecords(survey, naming, options);
  const probe = driverOf(first.define([], { queries: first.queries, qc: false }));
  const seen = codesOf(probe.decode(survey.damaged ? textOf(survey) : raw));
  if (seen.length === 0) throw new LisError('CAPTURE_UNREADABLE', { detail: 'no row in it bears a code and a value' });
  const sense = createCodeSense(options.drivers, options.analytes);
  const codes = seen.map((code) => sense(code, naming.vendor));
  const mapped = codes.flatMap((each) => (each.mapping === null ? [] : [each.mapping]));
  const qc = probe.decode(raw).messages.some((message) => message.kind === 'qc');
  const section = sectionOf(codes, options.analytes);
  const definition = { ...first.define(mapped, { queries: first.queries, qc }), section };
  const driver = driverOf(definition);
  const decoded = driver.decode(raw);
  return {
    driver,
    definition,
    codes,
    found: [
      ...formOf(options),
      ...describe(survey),
      ...first.found,
      `${mapped.length} of ${codes.length} codes have a proposal`,
    ],
    unknown: [...first.unknown, ...openQuestions(raw, survey, codes, qc, options)],
    account: accountOf(first.rows, decoded),
    decoded,
  };
}

/** The texts of the messages without their framing: for looking at, where the framing is damaged. */
function textOf(survey: Survey): Uint8Array {
  const end = survey.protocol === 'astm' ? `\rL${survey.delimiters[0] ?? '|'}1\r` : '\r';
  return Buffer.concat(survey.messages.flatMap((message) => [message.text, Buffer.from(end)]));
}

interface Draft {
  readonly define: (
    codes: readonly NonNullable<CodeProposal['mapping']>[],
    kinds: { readonly queries: boolean; readonly qc: boolean },
  ) => DefinitionData;
  readonly queries: boolean;
  /** Rows of the capture that bear a value. */
  readonly rows: number;
  readonly found: readonly string[];
  readonly unknown: readonly string[];
}

function draftRecords(survey: Survey, naming: Naming, { captureName }: ProposeOptions): Draft {
  const positions = findPositions(survey);
  const queryTypes = survey.protocol === 'astm' ? ['Q'] : ['QRD', 'QPD'];
  const queries = survey.records.flat().some((record) => queryTypes.includes(record.type));
  return {
    define: (codes, kinds) => recordsDefinition(naming, survey, captureName, positions, codes, kinds),
    queries,
    rows: positions.rows,
    found: [
      ...positions.found,
      `recognised by ${signature(survey)
        .map((mark) => `${String(mark.at)} /${mark.matches}/`)
        .join(' and ')}`,
    ],
    unknown: [
      ...positions.unknown,
      queries
        ? 'how it wants its orders: the answer follows the standard; try it on the bench'
        : 'whether it asks for orders: the capture holds no query',
    ],
  };
}

function draftPrinted(raw: Uint8Array, survey: Survey, naming: Naming, { captureName }: ProposeOptions): Draft {
  const layout = findLayout(raw);
  return {
    define: (codes) => printedDefinition(naming, survey, captureName, layout, codes),
    queries: false,
    rows: layout.values,
    found: layout.found,
    unknown: layout.unknown,
  };
}

/** Named by the caller, else by what the header says, else as an analyzer of the site. */
function namingOf(survey: Survey, { vendor, model }: ProposeOptions): Naming {
  const header = survey.records[0]?.[0];
  const said =
    survey.protocol === 'astm'
      ? [header?.text(5, 1), header?.text(5, 2), header?.text(5)]
      : [header?.text(3, 1), header?.text(4, 1), header?.text(3)];
  const named = said.map((text) => (text ?? '').trim()).find((text) => /[A-Za-z0-9]{2}/.test(text));
  return { vendor: vendor ?? 'site', model: model ?? named?.slice(0, 40) ?? 'analyzer', section: 'chemistry' };
}

function codesOf(decoded: Decoded): SeenCode[] {
  const seen = new Map<string, { name?: string; units: Set<string>; count: number }>();
  for (const observation of decoded.messages.flatMap((message) => message.observations)) {
    const known = seen.get(observation.hostCode) ?? { units: new Set<string>(), count: 0 };
    known.count += 1;
    if (observation.unit !== undefined) known.units.add(observation.unit);
    if (observation.name !== undefined) known.name = observation.name;
    seen.set(observation.hostCode, known);
  }
  return [...seen].map(([hostCode, { name, units, count }]) => ({
    hostCode,
    ...(name === undefined ? {} : { name }),
    units: [...units],
    count,
  }));
}

function formOf({ form }: ProposeOptions): string[] {
  return form === null || form === undefined
    ? []
    : [`the capture is ${form}: the analyzer's bytes were taken out of it`];
}

function describe(survey: Survey): string[] {
  const delimiters = survey.delimiters === '' ? [] : [`delimiters ${survey.delimiters}`];
  const charset = survey.charsetSeen ? `charset ${survey.charset}` : 'ASCII only: any charset reads it';
  const messages = survey.protocol === 'delimited' ? [] : [`${survey.messages.length} whole messages`];
  const header = survey.records[0]?.[0];
  const sender = survey.protocol === 'astm' ? header?.text(5) : header?.text(3);
  return [
    `protocol ${survey.protocol}, ${survey.framing}`,
    ...delimiters,
    charset,
    ...messages,
    ...(sender === undefined || sender === '' ? [] : [`sender ${sender}`]),
  ];
}

function openQuestions(
  raw: Uint8Array,
  survey: Survey,
  codes: readonly CodeProposal[],
  qc: boolean,
  { drivers }: ProposeOptions,
): string[] {
  const unmapped = codes.filter((each) => each.mapping === null);
  const header = survey.records[0]?.[0];
  const sender = survey.protocol === 'astm' ? header?.text(5) : header?.text(3);
  const known = recogniseDriver(raw, drivers);
  return [
    ...unmapped.map(
      ({ code, why }) =>
        `code ${code.hostCode}${code.name === undefined ? '' : ` (${code.name})`}: ${why}; results of it are held until it is mapped`,
    ),
    ...codes
      .filter((each) => each.code.units.length > 1)
      .map(({ code }) => `code ${code.hostCode} comes in several units: ${code.units.join(', ')}`),
    ...(survey.damaged
      ? ['whether it is read right: no message of the capture is whole, so its values are held; record it again']
      : []),
    ...(survey.charset === 'utf8'
      ? []
      : [`which charset it writes: ${survey.charset} is a guess from a few bytes; compare a name, and µ in units`]),
    ...(qc ? [] : ['how it marks control values: the capture holds none; only the usual marks are looked for']),
    ...(survey.protocol !== 'delimited' && (sender ?? '') === '' ? ['who the sender is: its header names nobody'] : []),
    ...(known === null ? [] : [`whether a driver is needed: ${known.id} recognises this capture`]),
    'baud rate, parity and TCP role: a capture does not show them; set them on the line',
  ];
}

/** Every row that bears a value must be found again in what the driver makes of the capture. */
function accountOf(rows: number, decoded: Decoded): Account {
  const sum = (count: (message: Decoded['messages'][number]) => number): number =>
    decoded.messages.reduce((total, message) => total + count(message), 0);
  return {
    rows,
    observations: sum((message) => message.observations.length),
    attachments: sum((message) => message.attachments?.length ?? 0),
    held: sum((message) => message.held.length),
  };
}
