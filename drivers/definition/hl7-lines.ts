import { escapeText } from '../../protocols/hl7v2/write.ts';

/** Text that is already in wire form (a segment of the query repeated, empty components an analyzer insists on). */
export interface Wire {
  readonly wire: string;
}

export type LineField = string | Wire | readonly string[];

/** One segment; facts are escaped, components joined by `^`. Empty fields at the end are left out. */
export function line(name: string, ...fields: readonly LineField[]): string {
  const written = fields.map((field) => {
    if (typeof field === 'string') return escapeText(field);
    return 'wire' in field ? field.wire : field.map((part) => escapeText(part)).join('^');
  });
  let end = written.length;
  while (end > 0 && written[end - 1] === '') end -= 1;
  return [name, ...written.slice(0, end)].join('|');
}

export interface HeaderFacts {
  readonly sender: string;
  readonly now: string;
  readonly type: string;
  readonly controlId: string;
  readonly processingId: string;
  readonly version: string;
  readonly acceptAck?: string;
  readonly applicationAck?: string;
  readonly charset?: string;
  readonly profile?: string;
  readonly receiver?: string;
}

/** MSH with the usual delimiters. */
export function headerLine(facts: HeaderFacts): string {
  return line(
    'MSH',
    { wire: '^~\\&' },
    // a sender may have components, which come back as such
    facts.sender.split('^'),
    '',
    (facts.receiver ?? '').split('^'),
    '',
    facts.now,
    '',
    { wire: facts.type },
    facts.controlId,
    facts.processingId,
    facts.version,
    '',
    '',
    facts.acceptAck ?? '',
    facts.applicationAck ?? '',
    '',
    facts.charset ?? '',
    '',
    '',
    { wire: facts.profile ?? '' },
  );
}

export function messageText(lines: readonly string[]): string {
  return `${lines.join('\r')}\r`;
}
