import type { AnswerContext, OrderForAnalyzer } from '../driver.ts';
import type { QueryFacts } from './answer-mindray.ts';
import { headerLine, line, messageText } from './hl7-lines.ts';

/**
 * RSP^Z02 to QBP^Z03 (Cepheid 301-2002): one message, PID, ORC, OBR, TQ1 and SPM for each test. Without an order the
 * query is repeated and nothing follows.
 */
export function answerZ02(query: QueryFacts, orders: readonly OrderForAnalyzer[], context: AnswerContext): string[] {
  const tag = query.text('QPD', 2);
  const head = headerLine({
    sender: context.hostName,
    receiver: query.text('MSH', 3),
    now: context.now,
    type: 'RSP^Z02',
    controlId: context.nextControlId(),
    processingId: 'P',
    version: '2.5',
    acceptAck: 'NE',
    applicationAck: 'NE',
  });
  const tests = orders.flatMap((order) => [...new Set(order.hostCodes)].map((code) => ({ order, code })));
  return [
    messageText([
      head,
      line('MSA', 'AA', query.controlId),
      line('QAK', tag, 'OK', ['Z03', 'HOST QUERY']),
      query.segment('QPD'),
      ...tests.flatMap(({ order, code }, index) => testLines(order, code, index + 1, context)),
    ]),
  ];
}

function testLines(order: OrderForAnalyzer, code: string, number: number, context: AnswerContext): string[] {
  const priority = order.priority === 'routine' ? 'R' : 'S';
  const control = order.action === 'cancel' ? 'CA' : 'NW';
  return [
    line('PID', '1', '', order.patient.id ?? '', '', order.patient.name ?? ''),
    line('ORC', control, String(number), '', '', '', '', '', '', context.now),
    line('OBR', '1', '', '', code, '', '', '', '', '', '', 'A'),
    line('TQ1', '', '', '', '', '', '', '', '', priority),
    line('SPM', String(number), [order.accession, ''], '', 'ORH', '', '', '', '', '', '', 'P'),
  ];
}
