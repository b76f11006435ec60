import iconv from 'iconv-lite';

/** Text to bytes; an unknown charset name falls back on UTF-8 (definitions are checked, overrides may be anything). */
export function encodeText(text: string, charset: string): Uint8Array {
  const name = known(charset);
  const bytes = iconv.encode(text, name);
  // `Nguyễn Thị Đào` on a line that knows no such letters: better without its marks than with holes
  const lost = !isUtf8(name) && iconv.decode(bytes, name) !== text;
  return new Uint8Array(lost ? iconv.encode(withoutMarks(text), name) : bytes);
}

function withoutMarks(text: string): string {
  return text.normalize('NFD').replaceAll(/\p{M}/gu, '').replaceAll('đ', 'd').replaceAll('Đ', 'D');
}

export interface CharsetReader {
  readonly decode: (bytes: Uint8Array) => string;
  /** Whether a byte begins a two-byte character, whose second byte may look like a delimiter. */
  readonly lead?: (byte: number) => boolean;
  /** The bytes are not in the charset: they are read as Latin-1, so that nothing is lost, and a fault is due. */
  readonly invalid: boolean;
}

/** How the bytes of one message are read in the charset of the line. */
export function readerFor(text: Uint8Array, charset: string): CharsetReader {
  const name = known(charset);
  if (isUtf8(name) && isAscii(text)) return asciiReader;
  const invalid = isUtf8(name) && !validUtf8(text);
  const used = invalid ? 'latin1' : name;
  const decode = (bytes: Uint8Array): string =>
    iconv.decode(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength), used);
  return /^(gb|cp936|big5|cp950|shift|cp932|euc)/i.test(used)
    ? { decode, lead: (byte) => byte >= 0x81 && byte <= 0xfe, invalid }
    : { decode, invalid };
}

const plain = new TextDecoder();
const asciiReader: CharsetReader = { decode: (bytes) => plain.decode(bytes), invalid: false };

/** True when all bytes stand for the same character in every charset of the table. */
export function isAscii(text: Uint8Array): boolean {
  for (let at = 0; at < text.length; at += 1) if ((text[at] ?? 0) > 0x7f) return false;
  return true;
}

function known(charset: string): string {
  return iconv.encodingExists(charset) ? charset : 'utf8';
}

function isUtf8(charset: string): boolean {
  return /^utf-?8$/i.test(charset);
}

const strict = new TextDecoder('utf-8', { fatal: true });

function validUtf8(text: Uint8Array): boolean {
  if (isAscii(text)) return true;
  try {
    strict.decode(text);
    return true;
  } catch {
    return false;
  }
}
