import type { Answer, DecodedMessage, OrderForAnalyzer } from '../driver.ts';
import { encodeText } from './charset.ts';
import type { BlockDefinition } from './schema-text.ts';
import { echoFacts, type Facts, fill } from './template.ts';

type Form = NonNullable<BlockDefinition['answer']>;

const asIs = (text: string): string => text;

/** One block for each specimen that has tests; to a query that finds none the block that says so. */
export function answerBlocks(
  form: Form,
  charset: string,
  query: DecodedMessage | undefined,
  orders: readonly OrderForAnalyzer[],
  unknown: readonly string[],
): Answer {
  const echoes = new Map((query?.queries ?? []).map((each) => [each.accession ?? '', echoFacts(each.echo)]));
  const echo = (accession: string): Facts => echoes.get(accession) ?? {};
  const texts = orders
    .filter((order) => order.hostCodes.length > 0)
    .map((order) => orderText(form, order, echo(order.accession)));
  // A known number none of whose tests this analyzer runs is among neither: it is answered all the same.
  const asked = orders[0]?.accession ?? unknown[0] ?? query?.queries?.[0]?.accession ?? '';
  if (texts.length === 0 && query !== undefined)
    texts.push(fill(form.nothing, { ...echo(asked), accession: asked }, asIs));
  return texts.map((text) => encodeText(text, charset));
}

function orderText(form: Form, order: OrderForAnalyzer, echo: Facts): string {
  const codes = [...new Set(order.hostCodes)];
  const { patient } = order;
  return fill(
    form.order,
    {
      ...echo,
      accession: order.accession,
      patientId: patient.id ?? '',
      patientName: patient.name ?? '',
      priority: form.priority?.[order.priority] ?? '',
      action: form.action?.[order.action ?? 'new'] ?? '',
      specimen: form.specimen[order.specimenType ?? ''] ?? form.specimen['other'] ?? '',
      count: String(codes.length),
      tests: '{tests}',
    },
    asIs,
  ).replace('{tests}', () => codes.map((code) => fill(form.test, { test: code }, asIs)).join(''));
}
