import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { amendObservation } from '../../src/acts/correct.ts';
import { issueDue } from '../../src/acts/issue.ts';
import type { Actor } from '../../src/domain/ids.ts';
import { LisError } from '../../src/errors.ts';
import type { Hl7Destination, MessagePaper } from '../../src/laboratory/recipient-config.ts';
import { createHl7Sender } from '../../src/publish/hl7/hl7-sender.ts';
import { composeOru } from '../../src/publish/hl7/oru.ts';
import type { OruContext } from '../../src/publish/hl7/oru-fields.ts';
import { openPapers, type Papers } from '../../src/publish/papers.ts';
import { startPublishing } from '../../src/publish/start.ts';
import { checkPdf } from '../../src/publish/verify/pdf.ts';
import type { ReportDoc } from '../../src/store/documents.ts';
import { until } from '../journeys/until.ts';
import { openTestLaboratory, type TestLaboratory } from '../laboratory.ts';
import { startHl7Receiver } from './hl7-receiver.ts';
import { fixtures } from './report-fixtures.ts';
import { type KeyFolder, openKeyFolder } from './signed-laboratory.ts';

const doctor: Actor = { username: 'bs-minh', role: 'doctor' };
const pdf: MessagePaper = { language: 'vi', mostBytes: 2_000_000, waitSeconds: 60, place: 'group' };
const paper = new TextEncoder().encode('%PDF-1.7\n');

let keys: KeyFolder;
let laboratory: TestLaboratory;

beforeAll(async () => {
  keys = await openKeyFolder();
  const people = [await keys.person('lan', 'Phạm Thị Lan'), await keys.person('bs-minh', 'BS Trần Minh')];
  laboratory = await openTestLaboratory({
    lab: { id: '24001', name: 'Khoa Xét nghiệm' },
    signing: { trust: [keys.trustFile], revocation: 'off', keys: people },
  });
});
afterAll(async () => {
  await laboratory.close();
  await keys.close();
});

const fixture = (name: string): ReportDoc => fixtures[name] ?? expect.unreachable(`no fixture ${name}`);

function lines(report: ReportDoc, more: Partial<OruContext> = {}): string[] {
  const { config, catalogue } = laboratory.lab;
  const now = '2026-11-24T02:31:00.250Z';
  const context = { config, catalogue, recipient: 'his', controlId: 'C1', now, settings: { pdf }, ...more };
  return composeOru(report, context).split('\r');
}

/** OBX-5.5 of the encapsulated observation, as a receiver reads it: split at the delimiters, nothing else. */
function taken(message: string): Buffer {
  const found = message.split(/\r/).filter((line) => line.startsWith('OBX|') && line.split('|')[2] === 'ED');
  expect(found).toHaveLength(1);
  const parts = (found[0]?.split('|')[5] ?? '').split('^');
  expect(parts.slice(0, 4)).toEqual(['', 'application', 'pdf', 'Base64']);
  return Buffer.from(parts[4] ?? '', 'base64');
}

describe('the printed report in a message', () => {
  test('stands last, in a group of its own whose key never changes', () => {
    const sent = lines(fixture('final'), { paper: { kind: 'attached', content: paper } });
    expect(sent.slice(-5)).toEqual([
      'ORC|RE||F1-REPORT-PDF^24001||CM',
      'OBR|2||F1-REPORT-PDF^24001|11502-2^Phiếu kết quả xét nghiệm (PDF)^LN^REPORT-PDF^Phiếu kết quả xét nghiệm (PDF)^L|||20261124083000+0700|||||||||||||||20261124093001.000+0700||LAB|F|||||||bs-minh',
      'OBX|1|ED|11502-2^Phiếu kết quả xét nghiệm (PDF)^LN^REPORT-PDF^Phiếu kết quả xét nghiệm (PDF)^L||^application^pdf^Base64^JVBERi0xLjcK||||||F|||20261124083000+0700||bs-minh|||20261124093001+0700||||Khoa Xét nghiệm',
      'SPM|1|F1||SER^Huyết thanh^HL70487^serum^Huyết thanh^L|||||||||||||20261124083000+0700|||||||||||||F1',
      '',
    ]);
  });

  test('where the receiver takes no order but its own it is the last value of the last group', () => {
    const settings = { pdf: { ...pdf, place: 'last' as const } };
    const sent = lines(fixture('critical'), { settings, paper: { kind: 'attached', content: paper } });
    expect(sent.filter((line) => line.startsWith('OBR|'))).toHaveLength(2);
    expect(sent.at(-3)).toMatch(/^OBX\|2\|ED\|11502-2\^/);
  });

  test.each([
    ['pending', 'P'],
    ['final', 'F'],
    ['corrected', 'C'],
    ['withdrawn', 'C'],
    ['merged', 'C'],
  ])('of a %s report it has status %s, as its group', (name, status) => {
    const sent = lines(fixture(name), { paper: { kind: 'attached', content: paper } });
    const last = (segment: string, field: number): string | undefined =>
      sent.findLast((line) => line.startsWith(`${segment}|`))?.split('|')[field];
    expect([last('OBR', 25), last('OBX', 11)]).toEqual([status, status]);
    const settings = { pdf, statuses: { [status]: 'Z' } };
    const theirs = lines(fixture(name), { settings, paper: { kind: 'attached', content: paper } });
    expect(theirs.findLast((line) => line.startsWith('OBX|'))?.split('|')[11]).toBe('Z');
  });

  test('a paper that is not there is a note on the first order', () => {
    const sent = lines(fixture('final'), { paper: { kind: 'absent', words: 'chưa ký số được' } });
    expect(sent).toContain('NTE|1|L|Bản in PDF không kèm theo: chưa ký số được');
    expect(sent.some((line) => line.includes('|ED|'))).toBe(false);
  });
});

/** What one receiver with these settings was sent. */
async function sentTo(
  report: ReportDoc,
  settings: Partial<Hl7Destination>,
  papers: Papers,
): Promise<{ message: string | undefined; outcome: string }> {
  const receiver = await startHl7Receiver();
  const hl7 = { connect: `127.0.0.1:${receiver.port}`, ackTimeoutSeconds: 5, ...settings };
  const recipient = {
    _id: 'his',
    hl7,
    retrySeconds: [1, 1] as const,
    paused: false,
    source: 'api' as const,
    version: 1,
  };
  const sender = createHl7Sender(laboratory.lab, recipient, hl7, papers);
  try {
    const outcome = await sender.send(report, 'CTRL1', AbortSignal.timeout(10_000));
    const words = outcome.kind === 'accepted' ? outcome.kind : outcome.text;
    return { message: receiver.received[0]?.text, outcome: words };
  } finally {
    sender.close();
    await receiver.down();
  }
}

describe('a receiver that wants the printed report', () => {
  test('takes out the same signed bytes as the API gives, and of a corrected version the corrected ones', async () => {
    const { lab } = laboratory;
    const receiver = await startHl7Receiver();
    const papers = openPapers(lab);
    await lab.collections.recipients.insertOne({
      _id: 'his',
      hl7: { connect: `127.0.0.1:${receiver.port}`, ackTimeoutSeconds: 10, pdf },
      retrySeconds: [1, 1],
      paused: false,
      source: 'api',
      version: 1,
    });
    const publishing = await startPublishing(lab, papers);
    const app = await laboratory.app({ papers });
    const headers = await laboratory.bearer('system/*.rs');
    try {
      const first = await laboratory.release({ accession: 'P1' }, { GLU: '7.10' });
      await until('the first message', () => receiver.received.length === 1);
      const [observation] = await lab.collections.observations.find({ accession: 'P1' }).toArray();
      await amendObservation(lab, doctor, observation?._id ?? '', {
        version: observation?.version ?? 0,
        reason: 'đo lại',
        value: '6.20',
      });
      await issueDue(lab, 'P1');
      await until('the corrected message', () => receiver.received.length === 2);
      const got = receiver.received.map(({ text }) => taken(text));
      for (const [position, version] of ['P1-v1', 'P1-v2'].entries()) {
        const { rawPayload } = await app.inject({ url: `/api/reports/${version}.pdf?lang=vi`, headers });
        expect(got[position]?.equals(rawPayload)).toBe(true);
        expect(checkPdf(rawPayload, keys.anchors, new Date())).toMatchObject({ intact: true, trusted: true });
      }
      expect(got[0]?.equals(got[1] ?? Buffer.alloc(0))).toBe(false);
      expect(first._id).toBe('P1-v1');
    } finally {
      await publishing.close();
      await papers.close();
      await receiver.down();
      await lab.collections.recipients.deleteMany({ _id: 'his' });
    }
  });

  test('takes no paper over its ceiling and none cut: the values go, with a note that says why', async () => {
    const report = await laboratory.release({ accession: 'P2' }, { GLU: '5.0' });
    const papers = openPapers(laboratory.lab);
    try {
      for (const settings of [{ pdf: { ...pdf, mostBytes: 1024 } }, { pdf, lengths: { 'OBX-5.5': 1000 } }]) {
        const { message, outcome } = await sentTo(report, settings, papers);
        expect(outcome).toBe('accepted');
        expect(message).not.toContain('|ED|');
        expect(message).toMatch(/NTE\|1\|L\|Bản in PDF không kèm theo: dài \d+ byte/);
        expect(message).toContain('|5.0|mmol/L');
      }
    } finally {
      await papers.close();
    }
  });

  test('waits for the signature a while, then gets the values without the paper', async () => {
    const report = await laboratory.release({ accession: 'P3' }, { GLU: '5.0' });
    const papers = openPapers(laboratory.lab);
    const pending: Papers = {
      ...papers,
      pdf: (each) =>
        Promise.reject(new LisError('REPORT_SIGNING_PENDING', { report: each._id, detail: 'OCSP does not answer' })),
    };
    try {
      const early = await sentTo(report, { pdf }, pending);
      expect(early).toEqual({ message: undefined, outcome: expect.stringContaining('OCSP does not answer') });
      const late = await sentTo({ ...report, issued: '2026-01-01T00:00:00.000Z' }, { pdf }, pending);
      expect(late.outcome).toBe('accepted');
      expect(late.message).toContain('Bản in PDF không kèm theo: chưa ký số được');
      expect(late.message).toContain('|5.0|mmol/L');
      const cancelled = await sentTo({ ...report, status: 'cancelled', observations: [] }, { pdf }, pending);
      expect(cancelled).toMatchObject({ outcome: 'accepted', message: expect.not.stringContaining('PDF') });
    } finally {
      await papers.close();
    }
  });
});
