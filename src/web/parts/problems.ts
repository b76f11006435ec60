import type { ApiError } from '../api/client.ts';
import type { Words } from '../i18n/i18n.ts';

/** What the server found wrong, field by field or row by row, in words of the page's language. */
export function problemsIn(error: ApiError, words: Pick<Words, 't' | 'known'>): readonly string[] {
  const details: object = typeof error.details === 'object' && error.details !== null ? error.details : {};
  const rows = 'rows' in details && Array.isArray(details.rows) ? details.rows.flatMap(readRow) : [];
  if (rows.length > 0) {
    const count = 'count' in details && typeof details.count === 'number' ? details.count : rows.length;
    const said = rows
      .slice(0, shownRows)
      .map(({ row, problem }) => `${words.t('problems.row', { row })} ${sayAll(problem, words)}`);
    return count > said.length ? [...said, words.t('problems.more', { n: count - said.length })] : said;
  }
  const fields = 'fields' in details && Array.isArray(details.fields) ? details.fields.flatMap(readField) : [];
  if (fields.length > 0) return fields.map(({ field, problem }) => `${nameOf(field, words)}: ${say(problem, words)}`);
  const detail = 'detail' in details && typeof details.detail === 'string' ? details.detail : '';
  return detail === '' || error.code === 'INTERNAL' ? [] : [sayAll(detail, words)];
}

const shownRows = 12;

function readRow(entry: unknown): { row: number; problem: string }[] {
  if (typeof entry !== 'object' || entry === null || !('row' in entry) || !('problem' in entry)) return [];
  return [{ row: Number(entry.row), problem: String(entry.problem) }];
}

function readField(entry: unknown): { field: string; problem: string }[] {
  if (typeof entry !== 'object' || entry === null || !('field' in entry) || !('problem' in entry)) return [];
  return [{ field: String(entry.field), problem: String(entry.problem) }];
}

/** `code: Invalid input; low: …` */
function sayAll(text: string, words: Pick<Words, 't' | 'known'>): string {
  return text
    .split('; ')
    .map((each) => {
      const [, field, problem] = /^([a-z][A-Za-z.0-9]*): (.+)$/s.exec(each) ?? [];
      return field === undefined || problem === undefined
        ? say(each, words)
        : `${nameOf(field, words)}: ${say(problem, words)}`;
    })
    .join('; ');
}

const nameOf = (field: string, { known }: Pick<Words, 'known'>): string =>
  known(`catalogue.fields.${field.replaceAll('.', '-')}`, field);

/** How the server words what is wrong, and the key of the same in the page's language. */
const forms: readonly (readonly [RegExp, string])[] = [
  [/received undefined|is needed|it is empty/, 'missing'],
  [/Too small: expected (string|array)/, 'missing'],
  [/Too (small|big): expected (number|int)/, 'outOfBounds'],
  [/Too big/, 'tooLong'],
  [/Invalid option/, 'notOffered'],
  [/expected (number|int)|is not a number|decimal number/, 'notNumber'],
  [/not a (field|column) that is known/, 'unknownColumn'],
  [/stands in row|one stands twice/, 'twice'],
  [/is not in the catalogue|is not known/, 'unknown'],
  [/low is above high|low is not below high/, 'lowAboveHigh'],
  [/is within the range/, 'withinRange'],
  [/ageFrom is not below ageTo/, 'ages'],
  [/ISO 8601 duration/, 'age'],
  [/one of absolute/, 'oneLimit'],
  [/^a number, or a grade/, 'indexLimit'],
  [/the kind must be qualitative/, 'indexKind'],
  [/is an index itself/, 'indexItself'],
  [/one of displayName/, 'oneOfAnalyzer'],
  [/is not a line of/, 'noLine'],
  [/^MA_MAY such as/, 'machineCode'],
  [/control characters/, 'characters'],
  [/the table is empty/, 'emptyTable'],
  [/table can not be read/, 'noTable'],
];

function say(problem: string, { t }: Pick<Words, 't'>): string {
  const found = forms.find(([form]) => form.test(problem));
  if (found === undefined) return problem;
  const what = /^(?:Code )?(\S+) is not (?:in the catalogue|known)/.exec(problem)?.[1];
  return what === undefined ? t(`problems.${found[1]}`) : `${what} ${t(`problems.${found[1]}`)}`;
}
