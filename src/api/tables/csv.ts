/** Tables as text (RFC 4180): what is written here is read back the same. */

export type Cell = string | number | boolean | null;
export interface Table {
  readonly name: string;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly Cell[])[];
}

/** UTF-8, comma, CRLF, header first; numbers as numbers. */
export function writeCsv(table: Table): string {
  return [table.columns, ...table.rows].map((row) => `${row.map(cellText).join(',')}\r\n`).join('');
}

function cellText(cell: Cell): string {
  if (cell === null) return '';
  if (typeof cell !== 'string') return String(cell);
  const text = guarded(cell);
  return /[",\r\n;]/.test(text) || text !== text.trim() ? `"${text.replaceAll('"', '""')}"` : text;
}

/** A spreadsheet takes text that begins so for a formula: it is marked as text, and the mark is taken off when read. */
const formulaLike = /^[=+\-@\t\r]/;
const plainNumber = /^[+-]?\d+(\.\d+)?$/;

function guarded(text: string): string {
  return formulaLike.test(text) && !plainNumber.test(text) ? `'${text}` : text;
}

/** Rows of a CSV, cells as text. Comma or semicolon, whichever the header has; a byte order mark is skipped. */
export function readCsv(text: string): string[][] {
  const plain = text.replace(/^\uFEFF/, '');
  const header = plain.split(/\r?\n/, 1)[0] ?? '';
  const separator = count(header, ';') > count(header, ',') ? ';' : ',';
  const rows: string[][] = [];
  let row: string[] = [];
  let cell = '';
  let quoted = false;
  const endCell = (): void => {
    row.push(cell.startsWith("'") && formulaLike.test(cell.slice(1)) ? cell.slice(1) : cell);
    cell = '';
  };
  for (let at = 0; at < plain.length; at += 1) {
    const char = plain[at] ?? '';
    if (quoted) {
      if (char !== '"') cell += char;
      else if (plain[at + 1] === '"') {
        cell += '"';
        at += 1;
      } else quoted = false;
    } else if (char === '"' && cell === '') quoted = true;
    else if (char === separator) endCell();
    else if (char === '\n') {
      endCell();
      rows.push(row);
      row = [];
    } else if (char !== '\r') cell += char;
  }
  if (cell !== '' || row.length > 0) {
    endCell();
    rows.push(row);
  }
  return rows.filter((each) => each.some((value) => value.trim() !== ''));
}

const count = (text: string, char: string): number => text.split(char).length - 1;
