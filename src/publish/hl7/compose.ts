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
export function composeHl7(segments: readonly SegmentValue[]): string {
  const message = new HL7(undefined, { lineEndings: '\r' });
  for (const { name, fields } of segments) {
    const segment = message.createSegment(name);
    const first = name === 'MSH' ? 3 : 1;
    if (name === 'MSH') segment.set('MSH.2', '^~\\&');
    for (const [position, value] of fields.entries()) setField(segment, `${name}.${first + position}`, value);
  }
  return `${message
    .build()
    .split('\r')
    .map((line) => line.replace(/\|+$/, ''))
    .join('\r')}\r`;
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
