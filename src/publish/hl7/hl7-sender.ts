import { DateTime } from 'luxon';
import { isoNow, type Laboratory } from '../../laboratory/context.ts';
import type { RecipientDoc } from '../../store/documents.ts';
import type { Sender } from '../outbox/sender.ts';
import type { Papers } from '../papers.ts';
import { encodeMessage } from './charset.ts';
import { composeHl7 } from './compose.ts';
import { createMllpClient } from './mllp-client.ts';
import { composeOru } from './oru.ts';
import { type Paper, paperFor } from './paper.ts';

/** Reports as ORU^R01 over MLLP to one recipient. */
export function createHl7Sender(
  lab: Laboratory,
  recipient: RecipientDoc,
  hl7: NonNullable<RecipientDoc['hl7']>,
  papers?: Papers,
): Sender {
  const client = createMllpClient({
    address: hl7.connect,
    ackTimeoutMs: hl7.ackTimeoutSeconds * 1000,
    enhanced: hl7.acknowledgement === 'enhanced',
    tls: hl7.tls,
    unanswered: hl7.unanswered,
    pauseMs: (hl7.pauseSeconds ?? 0) * 1000,
  });
  const bytesOf = (message: string): Uint8Array => encodeMessage(message, hl7.charset);
  return {
    async send(report, controlId, signal) {
      const { config, catalogue } = lab;
      const nameless =
        hl7.unmapped === 'refuse' ? report.observations.find((each) => each.loinc === undefined) : undefined;
      if (nameless !== undefined)
        return {
          kind: 'refused',
          code: 'unmapped',
          text: `${nameless.analyte} has no LOINC, which ${recipient._id} asks for`,
        };
      let paper: Paper | undefined;
      try {
        paper = await paperFor(report, hl7, papers, lab.now());
      } catch (thrown) {
        return { kind: 'unreachable', text: thrown instanceof Error ? thrown.message : 'its PDF can not be made' };
      }
      const now = isoNow(lab);
      const message = composeOru(report, {
        config,
        catalogue,
        recipient: recipient._id,
        controlId,
        now,
        settings: hl7,
        ...(paper === undefined ? {} : { paper }),
      });
      return client.send(bytesOf(message), controlId, signal);
    },
    test(signal) {
      const controlId = `T${lab.now()}`;
      return client.send(bytesOf(testMessage(lab, recipient._id, controlId)), controlId, signal);
    },
    close: client.close,
  };
}

/** An ORU marked as training (MSH-11 T) with a patient that cannot be: shows the way without filing anything. */
function testMessage(lab: Laboratory, recipient: string, controlId: string): string {
  const now = DateTime.fromMillis(lab.now(), { zone: lab.config.lab.timeZone }).toFormat('yyyyMMddHHmmssZZZ');
  return composeHl7([
    {
      name: 'MSH',
      fields: [
        'CUVETTE',
        lab.config.lab.id,
        recipient,
        '',
        now,
        '',
        ['ORU', 'R01', 'ORU_R01'],
        controlId,
        'T',
        '2.5.1',
        '',
        '',
        '',
        '',
        '',
        'UNICODE UTF-8',
      ],
    },
    { name: 'PID', fields: ['1', '', ['TEST', '', '', lab.config.lab.id, 'MR'], '', ['TEST', 'CUVETTE']] },
    {
      name: 'OBR',
      fields: [
        '1',
        '',
        ['TEST', lab.config.lab.id],
        ['TEST', 'Connection test', 'L'],
        '',
        '',
        now,
        ...Array.from({ length: 17 }, () => ''),
        'F',
      ],
    },
    { name: 'OBX', fields: ['1', 'ST', ['TEST', 'Connection test', 'L'], '', 'TEST', '', '', '', '', '', 'F'] },
  ]);
}
