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
  const accession = accessionPlaces(survey);
  found.push(`${bearing.length} rows bear a value, in ${rowType(survey)}-${value.field}`);
  found.push(`code in ${code}${name === undefined ? '' : `, name in ${name}`}`);
  if (accession.length === 0) unknown.push('where the specimen number stands: no field of the order holds one');
  else found.push(`specimen number in ${accession[0]}`);
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

/** Fields of the order that may name the specimen, the standard's first. */
function accessionPlaces(survey: Survey): string[] {
  const places =
    survey.protocol === 'astm'
      ? ['O.3.1', 'O.3.2', 'O.3.3', 'O.4.1', 'O.4.3', 'O.4.2', 'P.3.1', 'P.4.1']
      : ['SPM-2.1', 'SAC-3.1', 'OBR-3.1', 'OBR-2.1', 'PID-3.1'];
  const scored = places.map((path) => ({ path, score: accessionScore(survey, path) }));
  const best = Math.max(0, ...scored.map((each) => each.score));
  if (best < 0.5) return [];
  const first = scored.find((each) => each.score >= best - 0.1);
  return first === undefined ? [] : [first.path];
}

/** Looks like a specimen number (three digits or more, not the count of the record), and differs between specimens. */
function accessionScore(survey: Survey, path: string): number {
  const [, record = '', field = '0', component = '0'] = /^([A-Z]+)[.-](\d+)\.(\d+)$/.exec(path) ?? [];
  const texts = survey.orders.map((scope) => scope[record]?.text(Number(field), Number(component)).trim() ?? '');
  if (texts.length === 0) return 0;
  const good = texts.filter((text) => /\d/.test(text) && text.replaceAll(/^0+/g, '').length >= 3);
  const share = good.length / texts.length;
  const distinct = new Set(good).size / Math.max(1, Math.min(good.length, new Set(texts).size));
  const patient = record === 'P' || record === 'PID' ? 0.3 : 0;
  return share * Math.min(1, distinct) - patient;
}
