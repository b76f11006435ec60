import type { Span } from '../../protocols/wire.ts';
import type { Mark, Path } from './path.ts';

/**
 * One ASTM record or HL7 segment as the definition layer sees it: fields and components numbered as printed, text
 * unescaped, spans in the raw bytes.
 */
export interface RecordView {
  readonly type: string;
  readonly span: Span;
  /** Without a component: the whole field, components joined by `^` and repeats by `\`. Empty when absent. */
  readonly text: (field: number, component?: number) => string;
  /** Each repeat of the field, as the list of its components. */
  readonly repeats: (field: number) => readonly (readonly string[])[];
  readonly fieldSpan: (field: number) => Span;
}

/** The record of each type that holds at this place of the message: its header, patient, order, row. */
export type Scope = Readonly<Record<string, RecordView | undefined>>;

export interface Found {
  readonly text: string;
  readonly span: Span;
}

/** What stands at the first of the paths that holds something, blanks trimmed; undefined when none does. */
export function find(scope: Scope, paths: readonly Path[] | undefined): Found | undefined {
  if (paths === undefined) return undefined;
  for (const path of paths) {
    const record = scope[path.record];
    if (record === undefined) continue;
    const text = picked(record.text(path.field, path.component).trim(), path);
    if (text !== '' && text !== '""') return { text, span: record.fieldSpan(path.field) };
  }
  return undefined;
}

export function findText(scope: Scope, paths: readonly Path[] | undefined): string | undefined {
  if (paths === undefined) return undefined;
  for (const path of paths) {
    const record = scope[path.record];
    if (record === undefined) continue;
    const text = picked(record.text(path.field, path.component).trim(), path);
    if (text !== '' && text !== '""') return text;
  }
  return undefined;
}

function picked(text: string, path: Path): string {
  if (path.pick === undefined) return text;
  return (path.pick.exec(text)?.[1] ?? '').trim();
}

/** True when the pattern matches what stands there (the empty text where nothing does, so `^$` means absent). */
export function marked(scope: Scope, mark: Mark): boolean {
  const record = scope[mark.path.record];
  if (record === undefined) return false;
  return mark.matches.test(picked(record.text(mark.path.field, mark.path.component).trim(), mark.path));
}

export function allMarked(scope: Scope, marks: readonly Mark[]): boolean {
  for (const mark of marks) if (!marked(scope, mark)) return false;
  return true;
}
