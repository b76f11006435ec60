import type { Table } from './csv.ts';

/** Loaded when the first table is asked for: few requests need it. */
const excel = () => import('exceljs').then((module) => module.default);

/** A workbook with one sheet: header, rows, numbers as numbers. */
export async function writeXlsx(table: Table): Promise<Buffer> {
  const { Workbook } = await excel();
  const workbook = new Workbook();
  const sheet = workbook.addWorksheet(table.name.slice(0, 31), { views: [{ state: 'frozen', ySplit: 1 }] });
  sheet.addRow([...table.columns]).font = { bold: true };
  for (const row of table.rows) sheet.addRow([...row]);
  sheet.columns.forEach((column, position) => {
    const longest = [table.columns, ...table.rows.slice(0, 200)].map((row) => String(row[position] ?? '').length);
    column.width = Math.min(60, Math.max(8, ...longest) + 2);
  });
  return Buffer.from(await workbook.xlsx.writeBuffer());
}

/** Rows of the first sheet, cells as text. Throws where it is no workbook. */
export async function readXlsx(bytes: Uint8Array): Promise<string[][]> {
  const { Workbook } = await excel();
  const workbook = new Workbook();
  const copy = new ArrayBuffer(bytes.byteLength);
  new Uint8Array(copy).set(bytes);
  await workbook.xlsx.load(copy);
  const rows: string[][] = [];
  const sheet = workbook.worksheets[0];
  sheet?.eachRow((row) => {
    const cells: string[] = [];
    for (let at = 1; at <= sheet.columnCount; at += 1) cells.push(textOf(row.getCell(at).value));
    if (cells.some((cell) => cell.trim() !== '')) rows.push(cells);
  });
  return rows;
}

function textOf(value: unknown): string {
  if (value === null || value === undefined) return '';
  if (value instanceof Date) return value.toISOString();
  if (typeof value !== 'object') return String(value);
  if ('richText' in value && Array.isArray(value.richText)) {
    return value.richText.map((part: { text?: string }) => part.text ?? '').join('');
  }
  if ('result' in value) return textOf(value.result);
  return 'text' in value ? textOf(value.text) : '';
}
