import { acknowledgementMode } from '../../protocols/hl7v2/acknowledge.ts';
import { extractBlocks } from '../../protocols/hl7v2/extract.ts';
import { headerOnly } from '../../protocols/hl7v2/message.ts';
import type { AnswerContext, Driver } from '../driver.ts';
import { encodeText } from './charset.ts';
import { headerLine, line, messageText } from './hl7-lines.ts';
import { viewHl7Message } from './hl7-view.ts';
import type { Hl7Definition } from './schema.ts';
import type { RecordView } from './scope.ts';

type Acknowledge = NonNullable<Driver['acknowledge']>;

/** MSA-6 of Mindray: 0 accepted, 200 type not taken, 207 error in the application (host interface manual). */
const mindrayNumbers = { accepted: '0', rejected: '200', error: '207' } as const;
const words = { accepted: 'Message accepted', rejected: 'Message rejected', error: 'Application error' } as const;

/** Acknowledgement of one message in the driver's dialect: MSH-10 in MSA-2, MSH-11 kept, `ACK` with the trigger. */
export function acknowledgeFor(definition: Hl7Definition): Acknowledge {
  return (raw, outcome, context, said) => {
    const text = extractBlocks(raw).messages[0];
    const view = text === undefined ? undefined : viewHl7Message(headerOnly(text), definition.charset);
    const header = view?.segments.find((segment) => segment.type === 'MSH');
    const code = codeFor(outcome, view === undefined ? 'A' : letterFor(acknowledgementMode(view.message)));
    const numbered = definition.acknowledge.errorNumbers;
    const msa = line(
      'MSA',
      code,
      at(header, 10),
      said ?? (numbered ? words[outcome] : ''),
      '',
      '',
      numbered ? mindrayNumbers[outcome] : '',
    );
    return encodeText(messageText([replyHeader(header, definition, context), msa]), definition.charset);
  };
}

/** Enhanced mode: an accept acknowledgement is due when MSH-15 asks for one and MSH-16 for none. */
function letterFor(mode: ReturnType<typeof acknowledgementMode>): 'A' | 'C' {
  return mode.enhanced && mode.accept === 'AL' && mode.application === 'NE' ? 'C' : 'A';
}

function codeFor(outcome: 'accepted' | 'rejected' | 'error', letter: 'A' | 'C'): string {
  return `${letter}${outcome === 'accepted' ? 'A' : outcome === 'rejected' ? 'R' : 'E'}`;
}

function replyHeader(header: RecordView | undefined, definition: Hl7Definition, context: AnswerContext): string {
  const version = at(header, 12) || '2.3.1';
  const trigger = header?.text(9, 2) ?? '';
  const structured = /^2\.[4-9]/.test(version);
  const profile = at(header, 21);
  return headerLine({
    sender: at(header, 5) || context.hostName,
    receiver: at(header, 3),
    now: context.now,
    type: ['ACK', trigger, structured ? 'ACK' : ''].filter((part) => part !== '').join('^'),
    controlId: context.nextControlId(),
    processingId: at(header, 11) || 'P',
    version,
    applicationAck: definition.acknowledge.echo.includes('applicationAck') ? at(header, 16) : '',
    charset: at(header, 18),
    profile: /^[A-Za-z0-9^ -]*$/.test(profile) ? profile : '',
  });
}

function at(header: RecordView | undefined, field: number): string {
  return header?.text(field).trim() ?? '';
}
