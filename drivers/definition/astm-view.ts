import type { AstmField, AstmRecord } from '../../protocols/astm/records.ts';
import type { RecordView } from './scope.ts';

/** An ASTM record as the definition layer sees it, whatever delimiters its header named. */
export function viewAstmRecord(record: AstmRecord): RecordView {
  return {
    type: record.type,
    span: record.span,
    text: (number, component) => {
      const field = record.field(number);
      return component === undefined ? wholeField(field) : field.component(component).text;
    },
    repeats: (number) => record.field(number).repeats.map(componentsOf),
    fieldSpan: (number) => record.field(number).span,
  };
}

function wholeField(field: AstmField): string {
  const repeats = field.repeats;
  return repeats.length <= 1
    ? componentsOf(field).join('^')
    : repeats.map((each) => componentsOf(each).join('^')).join('\\');
}

function componentsOf(field: AstmField): string[] {
  return field.components.map((component) => component.text);
}
