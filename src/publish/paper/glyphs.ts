/**
 * Which characters a TrueType font can draw, from its `cmap` table (formats 4 and 12 of the OpenType specification).
 * Printing what a font can't draw loses it without a word, so it is asked first.
 */
export function codePointsOf(font: Uint8Array): (codePoint: number) => boolean {
  const view = new DataView(font.buffer, font.byteOffset, font.byteLength);
  const cmap = tableOffset(view, 'cmap');
  const ranges: (readonly [first: number, last: number])[] = [];
  for (let index = 0; index < view.getUint16(cmap + 2); index += 1) {
    const subtable = cmap + view.getUint32(cmap + 4 + index * 8 + 4);
    const format = view.getUint16(subtable);
    if (format === 4) ranges.push(...segments(view, subtable));
    if (format === 12) ranges.push(...groups(view, subtable));
  }
  return (codePoint) => ranges.some(([first, last]) => first <= codePoint && codePoint <= last);
}

function tableOffset(view: DataView, tag: string): number {
  for (let index = 0; index < view.getUint16(4); index += 1) {
    const record = 12 + index * 16;
    const name = String.fromCharCode(...[0, 1, 2, 3].map((byte) => view.getUint8(record + byte)));
    if (name === tag) return view.getUint32(record + 8);
  }
  throw new Error(`the font has no ${tag} table`);
}

function segments(view: DataView, at: number): [number, number][] {
  const doubled = view.getUint16(at + 6);
  const found: [number, number][] = [];
  for (let offset = 0; offset < doubled; offset += 2) {
    const last = view.getUint16(at + 14 + offset);
    const first = view.getUint16(at + 16 + doubled + offset);
    if (first !== 0xffff) found.push([first, last]);
  }
  return found;
}

function groups(view: DataView, at: number): [number, number][] {
  return Array.from({ length: view.getUint32(at + 12) }, (_, index) => {
    const group = at + 16 + index * 12;
    return [view.getUint32(group), view.getUint32(group + 4)];
  });
}
