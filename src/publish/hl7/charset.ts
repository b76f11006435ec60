import type { Hl7Destination } from '../../laboratory/recipient-config.ts';

type Charset = NonNullable<Hl7Destination['charset']>;

const highest: Readonly<Record<Charset, number>> = { 'UNICODE UTF-8': 0x10_ff_ff, '8859/1': 0xff, ASCII: 0x7f };

/**
 * A message as bytes of a receiver's charset. A letter it has not is written without its marks (`ễ` as `e`, `đ` as `d`):
 * still readable, where `?` would not be. What has no plain letter either becomes `?`.
 */
export function encodeMessage(text: string, charset: Charset = 'UNICODE UTF-8'): Uint8Array {
  if (charset === 'UNICODE UTF-8') return new TextEncoder().encode(text);
  const bytes: number[] = [];
  for (const char of text) for (const each of plainOf(char, highest[charset])) bytes.push(each);
  return Uint8Array.from(bytes);
}

const without: Readonly<Record<string, string>> = { đ: 'd', Đ: 'D', µ: 'u', μ: 'u', '≤': '<=', '≥': '>=' };

function plainOf(char: string, most: number): number[] {
  const point = char.codePointAt(0) ?? 0x3f;
  if (point <= most) return [point];
  const plain = without[char] ?? char.normalize('NFD').replaceAll(/\p{M}/gu, '');
  const points = [...plain].map((each) => each.codePointAt(0) ?? 0x3f);
  return points.length > 0 && points.every((each) => each <= most) ? points : [0x3f];
}
