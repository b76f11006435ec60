/** Control characters of the wire, and their spelling in vectors: `<STX>1H|\^&<CR><ETX>B5<CR><LF>`. */
export const control = {
  NUL: 0x00,
  SOH: 0x01,
  STX: 0x02,
  ETX: 0x03,
  EOT: 0x04,
  ENQ: 0x05,
  ACK: 0x06,
  HT: 0x09,
  LF: 0x0a,
  VT: 0x0b,
  CR: 0x0d,
  DLE: 0x10,
  DC1: 0x11,
  DC2: 0x12,
  DC3: 0x13,
  DC4: 0x14,
  NAK: 0x15,
  SYN: 0x16,
  ETB: 0x17,
  ESC: 0x1b,
  FS: 0x1c,
  GS: 0x1d,
  RS: 0x1e,
  US: 0x1f,
} as const;

const names = new Map<number, string>(Object.entries(control).map(([name, byte]) => [byte, name]));
const bytes = new Map<string, number>(Object.entries(control));

/** Bytes as spelled text: printable ASCII as is, control characters by name, any other byte as `<E1>`. */
export function spell(raw: Uint8Array): string {
  let text = '';
  for (const byte of raw) {
    const name = names.get(byte);
    if (name !== undefined) text += `<${name}>`;
    else if (byte < 0x20 || byte > 0x7e) text += `<${hex(byte)}>`;
    else text += String.fromCharCode(byte);
  }
  return text;
}

/** Spelled text as bytes. Characters beyond ASCII become their UTF-8 bytes; `<` that spells nothing stands for itself. */
export function unspell(text: string): Uint8Array {
  const found: number[] = [];
  const encoder = new TextEncoder();
  let position = 0;
  while (position < text.length) {
    const spelled =
      text[position] === '<' ? /^<([A-Z]{2,3}[1-4]?|[0-9A-Fa-f]{2})>/.exec(text.slice(position, position + 6)) : null;
    const byte = spelled === null ? undefined : byteOf(spelled[1] ?? '');
    if (spelled !== null && byte !== undefined) {
      found.push(byte);
      position += spelled[0].length;
    } else {
      const char = String.fromCodePoint(text.codePointAt(position) ?? 0);
      found.push(...encoder.encode(char));
      position += char.length;
    }
  }
  return Uint8Array.from(found);
}

function byteOf(name: string): number | undefined {
  return bytes.get(name) ?? (/^[0-9A-Fa-f]{2}$/.test(name) ? Number.parseInt(name, 16) : undefined);
}

function hex(byte: number): string {
  return byte.toString(16).toUpperCase().padStart(2, '0');
}
