import { XMLBuilder } from 'fast-xml-parser';
import { type Xml4Row, xml4Fields } from './fields.ts';

/** Rows as Bảng 4, numbered 1..n, fields in the order of the decision; UTF-8. */
export function xml4(rows: readonly Xml4Row[]): string {
  const items = rows.map((row, index) =>
    Object.fromEntries(xml4Fields.map((field) => [field, field === 'STT' ? String(index + 1) : printable(row[field])])),
  );
  const builder = new XMLBuilder({ format: true, indentBy: '  ', processEntities: true, suppressEmptyNode: false });
  const list = { CHITIEU_CHITIET_DICHVUCANLAMSANG: { DSACH_CHI_TIET_CLS: { CHI_TIET_CLS: items } } };
  return `<?xml version="1.0" encoding="UTF-8"?>\n${String(builder.build(list))}`;
}

/** XML 1.0 has no form for most control characters. */
const printable = (text: string): string =>
  text.replaceAll(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, '');
