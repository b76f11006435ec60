import type { PathText } from '../../drivers/definition/path.ts';
import type { Row, Survey } from './survey.ts';

/** Where the parts of a result stand, and how sure that is. */
export interface Positions {
  readonly accession: readonly PathText[];
  readonly code: readonly PathText[];
  readonly name?: readonly PathText[];
  readonly value: readonly PathText[];
  readonly unit?: readonly PathText[];
  readonly flags?: readonly PathText[];
  readonly runMark?: readonly PathText[];
  /** Rows of the capture that bear a value. */
  readonly rows: number;
  /** In words, for the person who reads the proposal. */
  readonly found: readonly string[];
  readonly unknown: readonly string[];
}

interface Column {
  readonly path: string;
  readonly texts: readonly string[];
  /** Share of rows where something stands here. */
  readonly filled: number;
  /** Share of filled rows whose text is not there twice within one specimen. */
  readonly distinct: number;
}

const components = [1, 2, 3, 4, 5, 6, 7, 8] as const;
const number = /^[<>]?=?\s*[-+]?(\d+([.,]\d*)?|[.,]\d+)$/;

/** Positions in a capture of records or segments. */
export function findPositions(survey: Survey): Positions {
  const found: string[] = [];
  const unknown: string[] = [];
  const value = valuePlace(survey);
  // Separators alone are no value.
  const bearing = survey.rows.filter((row) => /[^^\\\s]/.test(textAt(row, value.field)));
  const code = codePlace(survey, bearing);
  const name = namePlace(survey, bearing, code);
  const runMark = runPlace(survey, bearing, code);
  const { places: accession, unknown: doubts } = accessionOf(survey);
  found.push(`${bearing.length} rows bear a value, in ${rowType(survey)}-${value.field}`);
  found.push(`code in ${code}${name === undefined ? '' : `, name in ${name}`}`);
  unknown.push(...doubts);
  if (accession[0] !== undefined) found.push(`specimen number in ${accession[0]}`);
  const unit = columnsShare(survey, bearing, survey.protocol === 'astm' ? 5 : 6);
  if (unit === 0) unknown.push('units: the capture names none, so each code needs one by hand');
  const flags = columnsShare(survey, bearing, survey.protocol === 'astm' ? 7 : 8);
  if (flags === 0) unknown.push('flags: no row of the capture has one');
  return {
    accession: accession.length === 0 ? usualAccession(survey) : accession,
    code: [code],
    ...(name === undefined ? {} : { name: [name] }),
    value: value.standard ? usualValue(survey) : [`${rowType(survey)}${separator(survey)}${value.field}`],
    ...(runMark === undefined ? {} : { runMark: [runMark] }),
    rows: bearing.length,
    found,
    unknown,
  };
}

const rowType = (survey: Survey): string => (survey.protocol === 'astm' ? 'R' : 'OBX');
const separator = (survey: Survey): string => (survey.protocol === 'astm' ? '.' : '-');
const usualValue = (survey: Survey): string[] => (survey.protocol === 'astm' ? ['R.4.1', 'R.4.2', 'R.4.3'] : ['OBX-5']);
const usualAccession = (survey: Survey): string[] =>
  survey.protocol === 'astm' ? ['O.3.1'] : ['SPM-2.1', 'SAC-3.1', 'OBR-3.1', 'OBR-2.1'];

const textAt = (row: Row, field: number, component?: number): string => row.record.text(field, component).trim();

/** R-4 and OBX-5 by the standard; another field only where those are empty and it holds numbers (some file exports). */
function valuePlace(survey: Survey): { readonly field: number; readonly standard: boolean } {
  const standard = survey.protocol === 'astm' ? 4 : 5;
  const share = columnsShare(survey, survey.rows, standard);
  if (share >= 0.3 || survey.rows.length === 0) return { field: standard, standard: true };
  const others = [4, 5, 6, 7, 8, 9, 10].map((field) => ({
    field,
    share: survey.rows.filter((row) => number.test(textAt(row, field))).length / survey.rows.length,
  }));
  const best = others.reduce((one, other) => (other.share > one.share ? other : one));
  return best.share > 0.5 ? { field: best.field, standard: false } : { field: standard, standard: true };
}

function columnsShare(_survey: Survey, rows: readonly Row[], field: number): number {
  return rows.length === 0 ? 0 : rows.filter((row) => textAt(row, field) !== '').length / rows.length;
}

function column(rows: readonly Row[], path: string, read: (row: Row) => string): Column {
  const texts = rows.map(read);
  const seen = new Map<string, number>();
  let filled = 0;
  for (const [position, row] of rows.entries()) {
    const text = texts[position] ?? '';
    if (text === '') continue;
    filled += 1;
    const key = `${row.specimen}\u0000${text}`;
    seen.set(key, (seen.get(key) ?? 0) + 1);
  }
  return {
    path,
    texts,
    filled: rows.length === 0 ? 0 : filled / rows.length,
    distinct: filled === 0 ? 0 : seen.size / filled,
  };
}

function codePlace(survey: Survey, rows: readonly Row[]): string {
  if (survey.protocol === 'hl7v2') return hl7CodePlace(rows);
  const columns = components.map((component) => column(rows, `R.3.${component}`, (row) => textAt(row, 3, component)));
  const fit = columns.filter((each) => each.filled >= 0.8 && !isMark(each));
  const most = Math.max(0, ...fit.map((each) => each.distinct));
  const telling = fit.filter((each) => each.distinct >= most - 0.05);
  const standard = telling.find((each) => each.path === 'R.3.4');
  // Where the standard's place is empty, the code is the shorter text and the name the longer one.
  const [shortest] = [...telling].sort((one, other) => averageLength(one) - averageLength(other));
  return (standard ?? shortest)?.path ?? 'R.3.4';
}

/** Dilutions (`1.0`), and single letters or digits that say what kind of row it is, are no codes. */
function isMark({ texts }: Column): boolean {
  return texts.every((text) => /^\d?\.\d+$/.test(text) || text.length < 2);
}

function averageLength({ texts }: Column): number {
  return texts.reduce((sum, text) => sum + text.length, 0) / Math.max(1, texts.length);
}

/** OBX-3.1 by the standard; OBX-4 or OBX-3.2 where OBX-3.1 does not tell rows apart. */
function hl7CodePlace(rows: readonly Row[]): string {
  const columns = [
    column(rows, 'OBX-3.1', (row) => textAt(row, 3, 1)),
    column(rows, 'OBX-3.2', (row) => textAt(row, 3, 2)),
    column(rows, 'OBX-4', (row) => textAt(row, 4)),
  ];
  const fit = columns.filter((each) => each.filled >= 0.8);
  return (fit.find((each) => each.distinct >= 0.9) ?? fit[0])?.path ?? 'OBX-3.1';
}

function namePlace(survey: Survey, rows: readonly Row[], code: string): string | undefined {
  const places =
    survey.protocol === 'astm'
      ? components.map((component) => column(rows, `R.3.${component}`, (row) => textAt(row, 3, component)))
      : [column(rows, 'OBX-3.2', (row) => textAt(row, 3, 2)), column(rows, 'OBX-4', (row) => textAt(row, 4))];
  return places.find(
    (each) =>
      each.path !== code &&
      each.filled >= 0.5 &&
      each.distinct >= 0.8 &&
      each.texts.some((text) => /[A-Za-z]{2}/.test(text)),
  )?.path;
}

/** A small number beside the code that tells two rows of the same code apart is the mark of the run. */
function runPlace(survey: Survey, rows: readonly Row[], code: string): string | undefined {
  if (survey.protocol !== 'astm') return undefined;
  const own = Number(code.split('.')[2] ?? 4);
  return components
    .filter((component) => component > own)
    .map((component) => column(rows, `R.3.${component}`, (row) => textAt(row, 3, component)))
    .find((each) => each.filled >= 0.5 && each.texts.every((text) => text === '' || /^\d{1,2}$/.test(text)))?.path;
}

interface Place {
  readonly path: string;
  readonly score: number;
}

/** Fields of the order that may name the specimen, the standard's first. */
const orderPlaces = {
  astm: ['O.3.1', 'O.4.1', 'O.3.2', 'O.3.3', 'O.4.3', 'O.4.2'],
  hl7v2: ['SPM-2.1', 'SAC-3.1', 'OBR-3.1', 'OBR-2.1'],
} as const;
/** Where no order names it: the number of a person is not the number of a tube, and this is said. */
const patientPlaces = { astm: ['P.3.1', 'P.4.1'], hl7v2: ['PID-3.1'] } as const;

interface Accession {
  readonly places: readonly string[];
  readonly unknown: readonly string[];
}

/** Where the specimen number stands; what else it may be is said, so that a person looks before a value is filed. */
function accessionOf(survey: Survey): Accession {
  const kind = survey.protocol === 'astm' ? 'astm' : 'hl7v2';
  const scored = (places: readonly string[]): Place[] =>
    places
      .map((path, position) => ({ path, score: accessionScore(survey, path, position === 0) }))
      .filter(({ score }) => score > 0);
  const own = scored(orderPlaces[kind]);
  const best = own.reduce<Place | null>((one, other) => (one === null || other.score > one.score ? other : one), null);
  const persons = scored(patientPlaces[kind]);
  // A single digit is the analyzer's own count, and no better than the number of the patient.
  if (best !== null && (best.score >= 0.3 || persons.length === 0)) {
    // A short number in a field of its own may be a count too: then the number of the patient may be meant.
    const candidates = best.score < 0.75 ? [...own, ...persons] : own;
    const others = candidates.filter((each) => each !== best && each.score >= Math.min(0.6, best.score * 0.6));
    const doubt =
      others.length === 0
        ? []
        : [
            `which field is the number on the tube: ${best.path} is taken, ${others.map((each) => each.path).join(' and ')} may be it`,
          ];
    return { places: [best.path], unknown: doubt };
  }
  const [person] = persons;
  if (person === undefined)
    return { places: [], unknown: ['where the specimen number stands: no field of the order holds one'] };
  return {
    places: [person.path],
    unknown: [
      `which field is the number on the tube: no order names one well; ${person.path}, the number of the patient, is taken`,
    ],
  };
}

/**
 * How much a field looks like a specimen number: it stands in every order, differs between specimens, has several
 * characters, and is neither the count of the record nor the number of the patient.
 */
function accessionScore(survey: Survey, path: string, standard: boolean): number {
  const [, record = '', field = '0', component = '0'] = /^([A-Z]+)[.-](\d+)\.(\d+)$/.exec(path) ?? [];
  const texts = survey.orders.map((scope) => ({
    text: scope[record]?.text(Number(field), Number(component)) ?? '',
    persons: patientNumbers(scope),
    order: scope,
  }));
  if (texts.length === 0) return 0;
  const worth = texts.map(({ text, persons, order }): number => {
    const own = text.trim();
    if (own === '' || own === (order[record]?.text(survey.protocol === 'astm' ? 2 : 1) ?? '').trim()) return 0;
    const padded = text !== own ? 0.2 : 0;
    const person = record !== 'P' && record !== 'PID' && persons.includes(own) ? -0.5 : 0;
    const long = own.replaceAll(/^0+/g, '').length;
    return (long >= 5 ? 1 : long >= 2 ? 0.7 : 0.2) + padded + person;
  });
  const filled = texts.map(({ text }) => text.trim()).filter((text) => text !== '');
  if (filled.length < texts.length / 2) return 0;
  const distinct = new Set(filled).size / filled.length;
  // One specimen alone shows no difference; of several the same text in all is no number of a tube.
  const telling = filled.length > 1 && new Set(filled).size === 1 ? 0.5 : Math.max(0.6, distinct);
  const average = worth.reduce((sum, each) => sum + each, 0) / worth.length;
  return average * telling + (standard && average > 0.5 ? 0.35 : 0);
}

/** What names the person of a specimen. */
function patientNumbers(scope: Row['scope']): string[] {
  const { P: person, PID: segment } = scope;
  const texts = [3, 4, 5].map((field) => person?.text(field, 1).trim() ?? '');
  const ids = [2, 3, 4].map((field) => segment?.text(field, 1).trim() ?? '');
  return [...texts, ...ids].filter((text) => text !== '');
}
