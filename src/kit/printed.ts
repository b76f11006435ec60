import { linesOf } from '../../protocols/delimited/reports.ts';
import { literal } from './literal.ts';

/** What the lines of a printed report show. */
export interface PrintedLayout {
  readonly report: { readonly begins: string; readonly ends: string };
  readonly lines: readonly {
    readonly pattern: string;
    readonly is: 'observation' | 'accession' | 'time' | 'comment';
  }[];
  readonly recognise: string;
  /** Lines that read as label and value. */
  readonly values: number;
  readonly found: readonly string[];
  readonly unknown: readonly string[];
}

/** `label value [flag] [unit]`: what most printers and older analyzers have in common. */
export const valueLine =
  '^[\\u0002\\s]*(?<code>[A-Za-z%#][A-Za-z0-9_%#().+/-]*)[:=]?\\s+(?<value>[<>]?\\s*[-+]?\\d+(?:[.,]\\d+)?|[*.-]{2,})\\s*(?<flag>[HL^v*!]{0,2})(?:\\s+(?<unit>[A-Za-z%µ/][^\\s]*|10[*^]\\S+))?\\s*[\\u0003]?$';

/** The same with its mark behind the unit. */
const markedLine =
  '^[\\u0002\\s]*(?<code>[A-Za-z%#][A-Za-z0-9_%#().+/-]*)[:=]?\\s+(?<value>[<>]?\\s*[-+]?\\d+(?:[.,]\\d+)?)\\s+(?<unit>[A-Za-z%µ/][^\\s]*|10[*^]\\S+)\\s+(?<flag>[HL^v*!]{1,2})\\s*[\\u0003]?$';

const numberLabel = '(?:sample|specimen|patient|seq|id|no|number|barcode|ma so|mã)';
const accessionLine = `^[\\u0002\\s]*(?:${numberLabel}[ .]*)+[:#.=]?\\s*(?<accession>[A-Za-z0-9-]*\\d[A-Za-z0-9-]*)\\s*$`;
const timeLines = [
  '(?<year>\\d{4})[-/.](?<month>\\d{1,2})[-/.](?<day>\\d{1,2})[ T]+(?<hour>\\d{1,2}):(?<minute>\\d{2})(?::(?<second>\\d{2}))?',
  '(?<day>\\d{1,2})[-/.](?<month>\\d{1,2})[-/.](?<year>\\d{4})[ T]+(?<hour>\\d{1,2}):(?<minute>\\d{2})(?::(?<second>\\d{2}))?',
];

/** Find where reports begin and end in printed text, and which of its lines hold what. */
export function findLayout(raw: Uint8Array): PrintedLayout {
  const found: string[] = [];
  const unknown: string[] = [];
  const lines = linesOf(raw).map((line) => line.text);
  const bounds = boundsOf(lines);
  found.push(`a report begins with /${bounds.begins}/ and ends with /${bounds.ends}/`);
  if (!bounds.sure) unknown.push('whether reports begin and end there: the capture holds one report only');
  const numbered = lines.some((line) => new RegExp(accessionLine, 'i').test(line));
  if (numbered) found.push('specimen number on a line with a label');
  else unknown.push('which line holds the specimen number');
  const time = timeLines.find((pattern) => lines.some((line) => new RegExp(pattern).test(line)));
  if (time === undefined) unknown.push('which line holds the time of the analysis');
  // What is taken for a number or a time is no value, whatever it looks like.
  const before = [...(time === undefined ? [] : [new RegExp(time)]), new RegExp(accessionLine, 'i')];
  const bearing = [new RegExp(valueLine), new RegExp(markedLine)];
  const values = lines.filter(
    (line) => !before.some((each) => each.test(line)) && bearing.some((each) => each.test(line)),
  ).length;
  found.unshift(`${values} lines read as label and value`);
  return {
    report: { begins: bounds.begins, ends: bounds.ends },
    lines: [
      ...(time === undefined ? [] : [{ is: 'time' as const, pattern: time }]),
      ...(numbered ? [{ is: 'accession' as const, pattern: caseless(accessionLine) }] : []),
      { is: 'observation' as const, pattern: valueLine },
      { is: 'observation' as const, pattern: markedLine },
    ],
    recognise: bounds.begins,
    values,
    found,
    unknown,
  };
}

/** JavaScript patterns of a definition have no flags: letters of the labels in either case. */
function caseless(pattern: string): string {
  return pattern.replace(numberLabel, (label) =>
    label.replaceAll(/[a-zã]/g, (letter) => `[${letter}${letter.toUpperCase()}]`),
  );
}

function boundsOf(lines: readonly string[]): { begins: string; ends: string; sure: boolean } {
  const spoken = lines.filter((line) => line.trim() !== '');
  if (spoken.some((line) => line.includes('\u0002')) && spoken.some((line) => line.includes('\u0003'))) {
    return { begins: '\\u0002', ends: '\\u0003', sure: true };
  }
  const first = spoken[0] ?? '';
  const last = spoken.at(-1) ?? '';
  const again = spoken.filter((line) => shape(line) === shape(first)).length;
  return { begins: `^${shape(first)}`, ends: `^${shape(last)}`, sure: again > 1 };
}

/** What of a line makes its pattern: a heading is shorter, and a hostile line has no end. */
const mostShaped = 100;

/** A line as a pattern: its digits may differ from report to report. */
function shape(line: string): string {
  return literal(line.slice(0, mostShaped).trimEnd()).replaceAll(/\d+/g, '\\d+').replaceAll(/ +/g, ' +');
}
