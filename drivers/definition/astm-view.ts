import type { AstmRecord } from '../../protocols/astm/records.ts';
import type { Span } from '../../protocols/wire.ts';
import type { RecordView } from './scope.ts';

/** A field looked into once: its text, and each repeat as the list of its components. */
interface Looked {
  readonly repeats: readonly (readonly string[])[];
  readonly text: string;
}

/** An ASTM record as the definition layer sees it, whatever delimiters its header named; each field is read once. */
class AstmRecordView implements RecordView {
  readonly type: string;
  readonly #record: AstmRecord;
  readonly #looked: (Looked | undefined)[] = [];

  constructor(record: AstmRecord) {
    this.type = record.type;
    this.#record = record;
  }

  get span(): Span {
    return this.#record.span;
  }

  text(number: number, component?: number): string {
    const looked = this.#look(number);
    return component === undefined ? looked.text : (looked.repeats[0]?.[component - 1] ?? '');
  }

  repeats(number: number): readonly (readonly string[])[] {
    return this.#look(number).repeats;
  }

  fieldSpan(number: number): Span {
    return this.#record.field(number).span;
  }

  #look(number: number): Looked {
    const known = this.#looked[number];
    if (known !== undefined) return known;
    const repeats = this.#record.field(number).split();
    const looked = { repeats, text: textOf(repeats) };
    // Fields may be asked for in any order: no holes, so that the list stays a plain one.
    while (this.#looked.length < number) this.#looked.push(undefined);
    this.#looked[number] = looked;
    return looked;
  }
}

export function viewAstmRecord(record: AstmRecord): RecordView {
  return new AstmRecordView(record);
}

/** Components joined by `^`, repeats by `\\`. */
function textOf(repeats: readonly (readonly string[])[]): string {
  const [first = []] = repeats;
  if (repeats.length > 1) return repeats.map((each) => each.join('^')).join('\\');
  return first.length === 1 ? (first[0] ?? '') : first.join('^');
}
