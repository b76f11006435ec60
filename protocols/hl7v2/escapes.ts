import type { Source } from './source.ts';

/** Decode escapes; one that is not known stands as sent. */
export function decodeEscapes(text: string, source: Source): string {
  const mark = String.fromCharCode(source.marks.escape);
  if (!text.includes(mark)) return text;
  let out = '';
  let at = 0;
  while (at < text.length) {
    const close = text[at] === mark ? text.indexOf(mark, at + 1) : -1;
    const decoded = close > at ? decodeEscape(text.slice(at + 1, close), source) : null;
    if (decoded === null) {
      out += text[at] ?? '';
      at += 1;
    } else {
      out += decoded;
      at = close + 1;
    }
  }
  return out;
}

function decodeEscape(body: string, source: Source): string | null {
  const { marks } = source;
  switch (body) {
    case 'F':
      return String.fromCharCode(marks.field);
    case 'S':
      return String.fromCharCode(marks.component);
    case 'T':
      return String.fromCharCode(marks.subcomponent);
    case 'R':
      return String.fromCharCode(marks.repeat);
    case 'E':
      return String.fromCharCode(marks.escape);
    case '.br':
      return '\n';
    case 'H':
    case 'N':
      return '';
    default:
  }
  const hex = /^X((?:[0-9A-Fa-f]{2})+)$/.exec(body)?.[1];
  if (hex !== undefined)
    return source.decode(Uint8Array.from(hex.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16)));
  // BioSystems writes the micro sign as a local escape: a Unicode code point in hex (analyzers.md C3.3).
  const local = /^Z([0-9A-Fa-f]{4})$/.exec(body)?.[1];
  return local === undefined ? null : String.fromCharCode(Number.parseInt(local, 16));
}
