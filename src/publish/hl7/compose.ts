import HL7 from 'hl7-standard';

/** A field: text, components, or repeats of components. Leaves are plain text: escaping happens here, once. */
export type FieldValue = string | readonly string[] | { readonly repeats: readonly (readonly string[])[] };

/** A segment: its name and its fields from 1 on (MSH: from 3 on, 1 and 2 are the delimiters). */
export interface SegmentValue {
  readonly name: string;
  readonly fields: readonly FieldValue[];
}

/**
 * Compose an HL7 v2 message with hl7-standard, segments ended by CR. hl7-standard neither escapes nor keeps gaps
 * (design.md section 5): every leaf is escaped and every field and component set, also the empty ones.
 */
export function composeHl7(segments: readonly SegmentValue[], lengths: Lengths = {}): string {
  const message = new HL7(undefined, { lineEndings: '\r' });
  for (const { name, fields } of segments) {
    const segment = message.createSegment(name);
    const first = name === 'MSH' ? 3 : 1;
    if (name === 'MSH') segment.set('MSH.2', '^~\\&');
    for (const [position, value] of fields.entries())
      setField(segment, `${name}.${first + position}`, limited(name, first + position, value, lengths));
  }
  return `${message
    .build()
    .split('\r')
    .map((line) => line.replace(/\|+$/, ''))
    .join('\r')}\r`;
}

/** Most characters of fields and components (`OBX-17`, `OBX-23.1`), counted after escaping. */
export type Lengths = Readonly<Record<string, number>>;

/** A field whose leaves are cut to what the receiver takes. */
function limited(segment: string, field: number, value: FieldValue, lengths: Lengths): FieldValue {
  const most = (component: number): number | undefined =>
    lengths[`${segment}-${field}.${component}`] ?? (component === 1 ? lengths[`${segment}-${field}`] : undefined);
  const cut = (leaves: readonly string[]): string[] =>
    leaves.map((leaf, index) => truncateEscaped(leaf, most(index + 1)));
  if (typeof value === 'string') return truncateEscaped(value, most(1));
  return 'repeats' in value ? { repeats: value.repeats.map(cut) } : cut(value);
}

/** The longest beginning of a text that is no longer than `most` once escaped: no escape and no letter is cut. */
export function truncateEscaped(text: string, most: number | undefined): string {
  const whole = text.normalize('NFC');
  if (most === undefined || escapeHl7(whole).length <= most) return whole;
  let kept = '';
  let length = 0;
  for (const char of whole) {
    length += escapeHl7(char).length;
    if (length > most) break;
    kept += char;
  }
  return kept.trimEnd();
}

type Segment = ReturnType<HL7['createSegment']>;

function setField(segment: Segment, path: string, value: FieldValue): void {
  if (typeof value === 'string') segment.set(path, escapeHl7(value));
  else if ('repeats' in value)
    segment.set(
      path,
      value.repeats.map((each) => components(path, each)),
    );
  else segment.set(path, components(path, value));
}

function components(path: string, values: readonly string[]): Record<string, string> {
  const last = values.findLastIndex((each) => each !== '');
  const kept = values.slice(0, Math.max(last, 0) + 1);
  return Object.fromEntries(kept.map((each, index) => [`${path}.${index + 1}`, escapeHl7(each)]));
}

const escapes: Readonly<Record<string, string>> = {
  '\\': '\\E\\',
  '|': '\\F\\',
  '^': '\\S\\',
  '&': '\\T\\',
  '~': '\\R\\',
};

/** Text made safe for a field of the standard delimiters; line breaks become `\.br\`, control characters hex. */
export function escapeHl7(text: string): string {
  return text
    .normalize('NFC')
    .replaceAll(/[\\|^&~]/g, (char) => escapes[char] ?? char)
    .replaceAll(/\r\n|\r|\n/g, '\\.br\\')
    .replaceAll(
      /[\u0000-\u001f\u007f]/g,
      (char) => `\\X${char.charCodeAt(0).toString(16).padStart(2, '0').toUpperCase()}\\`,
    );
}
