import type { PathText } from '../../drivers/definition/path.ts';
import type { CodeMapping, Driver } from '../../drivers/driver.ts';
import { driverFromData } from '../../drivers/load.ts';
import { literal } from './literal.ts';
import type { Positions } from './positions.ts';
import type { PrintedLayout } from './printed.ts';
import type { Survey } from './survey.ts';

/** What the proposal calls the analyzer. */
export interface Naming {
  readonly vendor: string;
  readonly model: string;
  readonly section: Driver['section'];
}

/** A driver as data; `driverFromData` checks it against the schema of every driver. */
export type DefinitionData = Readonly<Record<string, unknown>>;

/** `vendor/model` in the letters an id may have. */
export function driverIdOf({ vendor, model }: Pick<Naming, 'vendor' | 'model'>): string {
  const slug = (text: string): string =>
    text
      .normalize('NFD')
      .toLowerCase()
      .replaceAll(/[^a-z0-9]+/g, '-')
      .replaceAll(/^-+|-+$/g, '');
  return `${slug(vendor) || 'site'}/${slug(model) || 'analyzer'}`;
}

function identity(naming: Naming, survey: Survey, captureName: string, codes: readonly CodeMapping[]): DefinitionData {
  const serial = { baudRate: 9600, dataBits: 8, parity: 'none', stopBits: 1 };
  return {
    id: driverIdOf(naming),
    vendor: naming.vendor,
    model: naming.model,
    section: naming.section,
    evidence: 'capture',
    sources: [{ title: 'Capture this driver was proposed from', page: captureName }],
    protocol: survey.protocol,
    transports: survey.protocol === 'hl7v2' ? ['tcp'] : ['tcp', 'serial'],
    transportDefaults: {
      ...(survey.protocol === 'delimited' ? {} : { tcp: { role: 'listen' } }),
      ...(survey.protocol === 'hl7v2' ? {} : { serial }),
    },
    ...(survey.framing.startsWith('STX and ETX') ? { link: { framing: 'simplified' } } : {}),
    charset: survey.charset,
    codes,
    quirks: [],
  };
}

/** The definition of an analyzer that speaks records or segments. */
export function recordsDefinition(
  naming: Naming,
  survey: Survey,
  captureName: string,
  positions: Positions,
  codes: readonly CodeMapping[],
  kinds: { readonly queries: boolean; readonly qc: boolean },
): DefinitionData {
  const answered = kinds.queries ? answerOf(survey, positions) : null;
  const capabilities = ['results', ...(answered === null ? [] : ['queries', 'orders']), ...(kinds.qc ? ['qc'] : [])];
  return {
    ...identity(naming, survey, captureName, codes),
    capabilities,
    recognise: [{ when: signature(survey), score: 70 }],
    accession: positions.accession,
    observation: {
      code: positions.code,
      ...(positions.name === undefined ? {} : { name: positions.name }),
      value: positions.value,
      ...(positions.runMark === undefined ? {} : { runMark: positions.runMark }),
    },
    ...(survey.protocol === 'hl7v2' && survey.records.flat().some((each) => each.type === 'SPM')
      ? { specimen: 'SPM' }
      : {}),
    ...(answered ?? {}),
  };
}

/** The definition of an analyzer that prints lines. */
export function printedDefinition(
  naming: Naming,
  survey: Survey,
  captureName: string,
  layout: PrintedLayout,
  codes: readonly CodeMapping[],
): DefinitionData {
  return {
    ...identity(naming, survey, captureName, codes),
    capabilities: ['results'],
    recognise: [{ matches: layout.recognise, score: 60 }],
    report: layout.report,
    lines: layout.lines,
  };
}

interface MarkData {
  readonly at: PathText;
  readonly matches: string;
}

/** What tells this analyzer from others: who it says it is, else the shape of its header. */
export function signature(survey: Survey): readonly MarkData[] {
  const header = survey.records[0]?.[0];
  const text = (field: number, component?: number): string => header?.text(field, component).trim() ?? '';
  const places: readonly (readonly [string, string])[] =
    survey.protocol === 'astm'
      ? [
          ['H.5.1', text(5, 1)],
          ['H.5.2', text(5, 2)],
          ['H.4', text(4)],
          ['H.10', text(10)],
          ['H.13', text(13)],
        ]
      : [
          ['MSH-3.1', text(3, 1)],
          ['MSH-4.1', text(4, 1)],
          ['MSH-21.1', text(21, 1)],
        ];
  // What stays the same over the messages of the capture, and is more than a number of the instrument.
  const named = places.find(([, value]) => /[A-Za-z]{2}/.test(value));
  if (named !== undefined) return [{ at: named[0], matches: `^${literal(named[1])}$` }];
  const first = survey.rows[0]?.record;
  const row = survey.protocol === 'astm' ? ['R.3.4', first?.text(3, 4)] : ['OBX-3.3', first?.text(3, 3)];
  const shape: MarkData[] =
    survey.protocol === 'astm'
      ? [{ at: 'H.5', matches: '^$' }]
      : [
          { at: 'MSH-3', matches: '^$' },
          { at: 'MSH-12', matches: `^${literal(text(12))}$` },
        ];
  return [...shape, { at: row[0] ?? 'R.3.4', matches: `^${literal((row[1] ?? '').trim())}$` }];
}

/** How queries are answered: by the standard's own form; the bench must confirm it. */
function answerOf(survey: Survey, positions: Positions): DefinitionData | null {
  if (survey.protocol === 'hl7v2') {
    const types = new Set(survey.records.map((records) => records[0]?.text(9, 1) ?? ''));
    if (types.has('QRY')) return { query: { message: 'QRY', accession: ['QRD-8.1'] }, answer: 'mindray-qck-dsr' };
    if (types.has('QBP')) return { query: { message: 'QBP', accession: ['QPD-3.1'] }, answer: 'ihe-law' };
    return null;
  }
  const delimiters = survey.delimiters.length === 4 ? { delimiters: survey.delimiters } : {};
  const component = Number(/^R\.3\.(\d)$/.exec(String(positions.code[0]))?.[1] ?? 4);
  const separator = survey.delimiters[2] ?? '^';
  return {
    query: { accession: ['Q.3.2', 'Q.3.1', 'Q.3.3'] },
    answer: {
      ...delimiters,
      header: { '5': '{host}', '12': 'P', '13': '1' },
      patient: { '2': '{n}', '3': '{patientId}', '6': '{patientName}', '8': '{birthDate}', '9': '{sex}' },
      order: { '2': '{n}', '3': '{accession}', '6': '{priority}', '12': '{action}', '26': 'O' },
      test: `${separator.repeat(component - 1)}{test}`,
      priority: { routine: 'R', urgent: 'S', stat: 'S' },
      nothing: 'terminate',
      terminator: { '2': '1', '3': '{code}' },
    },
  };
}

/** Check the data by the schema of every driver and make the driver of it. Throws a ZodError. */
export const driverOf = (definition: DefinitionData): Driver => driverFromData(definition);
