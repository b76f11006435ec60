import { escapeText } from '../../protocols/astm/write.ts';
import type { Answer, AnswerContext, DecodedMessage, DecodedPatient, OrderForAnalyzer } from '../driver.ts';
import { encodeText } from './charset.ts';
import type { AstmAnswer } from './schema.ts';
import { echoFacts, type Facts, fillRecord } from './template.ts';

interface Wanted {
  readonly accession: string;
  readonly echo: Readonly<Record<string, string>>;
  readonly order?: OrderForAnalyzer;
}

/**
 * Records of the answer to a query, or of a download: H, then P and O for each specimen, L. A specimen without tests
 * gets what the analyzer wants there: an order without tests, or H and L with code I when none has any.
 */
export function answerAstm(
  form: AstmAnswer,
  charset: string,
  query: DecodedMessage | undefined,
  orders: readonly OrderForAnalyzer[],
  unknown: readonly string[],
  context: AnswerContext,
): Answer {
  const asked = wantedOf(form, query, orders, unknown);
  const known = asked.filter(hasTests);
  // Where nothing is known, H and L say so; where something is, each number that was asked for has its own answer.
  const wanted = form.nothing === 'emptyOrder' || known.length > 0 ? asked : [];
  const groups = form.messages === 'perSpecimen' && wanted.length > 1 ? wanted.map((each) => [each]) : [wanted];
  const echo = echoFacts(query?.queries?.[0]?.echo);
  return groups.map((group) => encodeText(composeMessage(form, group, echo, context), charset));
}

const hasTests = (each: Wanted): boolean => (each.order?.hostCodes.length ?? 0) > 0;

function wantedOf(
  form: AstmAnswer,
  query: DecodedMessage | undefined,
  orders: readonly OrderForAnalyzer[],
  unknown: readonly string[],
): readonly Wanted[] {
  const echoes = new Map((query?.queries ?? []).map((each) => [each.accession ?? '', each.echo ?? {}]));
  const found = orders.map((order) => ({ accession: order.accession, echo: echoes.get(order.accession) ?? {}, order }));
  const none = unknown
    .filter((accession) => !orders.some((order) => order.accession === accession))
    .map((accession) => ({ accession, echo: echoes.get(accession) ?? {} }));
  return [...found, ...none, ...unread(form, query)];
}

/** Tubes whose number could not be read: an order without tests lets the analyzer go on with the next. */
function unread(form: AstmAnswer, query: DecodedMessage | undefined): readonly Wanted[] {
  if (form.nothing !== 'emptyOrder') return [];
  const queries = query?.queries ?? [];
  return queries
    .filter((each) => each.accession === undefined && each.all !== true)
    .map((each) => ({ accession: '', echo: each.echo ?? {} }));
}

function composeMessage(form: AstmAnswer, wanted: readonly Wanted[], echo: Facts, context: AnswerContext): string {
  const delimiters = form.delimiters;
  const [field = '|'] = delimiters;
  const [, repeat = '\\', component = '^', mark = '&'] = delimiters;
  const quote = (text: string): string => escapeText(text, { field, repeat, component, escape: mark });
  const common: Facts = { now: context.now, host: context.hostName };
  const header = fillRecord('H', { ...form.header, '2': '' }, { ...common, ...echo }, field, quote);
  const records = [`H${delimiters}${header.slice(2)}`];
  wanted.forEach((each, index) => {
    records.push(...composeSpecimen(form, each, index + 1, common, field, quote));
  });
  const silent = form.nothing === 'terminate' && !wanted.some(hasTests);
  const code = wanted.length === 0 || silent ? 'I' : 'N';
  records.push(fillRecord('L', form.terminator ?? { '2': '1', '3': '{code}' }, { ...common, code }, field, quote));
  return `${records.join('\r')}\r`;
}

function composeSpecimen(
  form: AstmAnswer,
  each: Wanted,
  n: number,
  common: Facts,
  field: string,
  quote: (text: string) => string,
): string[] {
  const facts: Facts = { ...common, ...specimenFacts(form, each), n: String(n) };
  const records: string[] = [];
  if (form.patient !== undefined) records.push(fillRecord('P', form.patient, facts, field, quote));
  const codes = [...new Set(each.order?.hostCodes ?? [])];
  const test = (code: string, index = 0): string =>
    fillTest(index === 0 ? form.test : (form.nextTest ?? form.test), code, quote);
  const order = (template: Readonly<Record<string, string>>, number: number, tests: string): void => {
    const filled = { ...template, [form.tests]: tests.replaceAll(/[{}]/g, '') };
    records.push(fillRecord('O', filled, { ...facts, n: String(number) }, field, quote));
  };
  if (codes.length === 0) order(emptyOrderOf(form), 1, form.emptyOrder?.[form.tests] ?? '');
  else if (form.orders === 'perTest') {
    for (const [index, code] of codes.entries()) order(form.order, index + 1, test(code));
  } else order(form.order, 1, codes.map((code, index) => test(code, index)).join(form.delimiters[1] ?? '\\'));
  return records;
}

/** An order without tests; where the analyzer has no form of its own, O.26 says that none is on record (LIS02-A2: Y). */
function emptyOrderOf(form: AstmAnswer): Readonly<Record<string, string>> {
  if (form.emptyOrder !== undefined) return form.emptyOrder;
  return form.nothing === 'emptyOrder' ? form.order : { ...form.order, '26': 'Y' };
}

function fillTest(written: string, code: string, quote: (text: string) => string): string {
  return written.replaceAll('{test}', () => quote(code));
}

function specimenFacts(form: AstmAnswer, each: Wanted): Facts {
  const { order } = each;
  const patient: DecodedPatient = order?.patient ?? {};
  const priority = order?.priority ?? 'routine';
  return {
    ...echoFacts(each.echo),
    accession: each.accession,
    // the number as the query had it, padding included
    sent: each.echo['id'] ?? each.accession,
    patientId: patient.id ?? '',
    patientName: patient.name ?? '',
    birthDate: (patient.birthDate ?? '').replaceAll('-', ''),
    sex: (form.sex ?? { male: 'M', female: 'F', other: 'U', unknown: 'U' })[patient.sex ?? 'unknown'],
    priority: (form.priority ?? { routine: 'R', urgent: 'A', stat: 'S' })[priority],
    action: (form.action ?? { new: 'N', add: 'A', cancel: 'C' })[order?.action ?? 'new'],
    specimenType: order?.specimenType ?? '',
    kind: form.kinds?.[order?.specimenType ?? ''] ?? form.kinds?.[''] ?? '',
    collectedAt: (order?.collectedAt ?? '').replaceAll(/[-:T]/g, '').slice(0, 14),
  };
}
