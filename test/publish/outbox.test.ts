import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { redrive } from '../../src/publish/outbox/redrive.ts';
import { type Publishing, startPublishing } from '../../src/publish/start.ts';
import type { OutboxDoc } from '../../src/store/documents.ts';
import { until } from '../journeys/until.ts';
import { openTestLaboratory, type TestLaboratory } from '../laboratory.ts';
import { accepts, ack, type Hl7Receiver, startHl7Receiver } from './hl7-receiver.ts';

let receiver: Hl7Receiver;
let laboratory: TestLaboratory;
let publishing: Publishing | null;

beforeEach(async () => {
  receiver = await startHl7Receiver();
  laboratory = await openTestLaboratory({
    recipients: [
      { id: 'his', hl7: { connect: `127.0.0.1:${receiver.port}`, ackTimeoutSeconds: 0.3 }, retrySeconds: [0.05, 0.1] },
    ],
  });
  publishing = await startPublishing(laboratory.lab);
});
afterEach(async () => {
  await publishing?.close();
  await laboratory.close();
  await receiver.down();
});

const deliveries = (): Promise<OutboxDoc[]> =>
  laboratory.lab.collections.outbox.find({}, { sort: { createdAt: 1 } }).toArray();
const delivery = async (report: string): Promise<OutboxDoc> => {
  const [found] = await laboratory.lab.collections.outbox.find({ report }).toArray();
  if (found === undefined) throw new Error(`no delivery of ${report}`);
  return found;
};
const settled = (report: string, state: OutboxDoc['state']): Promise<unknown> =>
  until(`${report} ${state}`, async () => (await delivery(report)).state === state);

describe('the outbox', () => {
  test('sends each version once, in order, one in flight, and keeps the answer', async () => {
    receiver.behave(async ({ controlId }) => {
      await new Promise((resolve) => setImmediate(resolve));
      return [ack('AA', controlId, 'đã nhận')];
    });
    for (let n = 1; n <= 6; n += 1) await laboratory.release({ accession: `A${n}` }, { GLU: '5.0' });
    await settled('A6-v1', 'delivered');
    expect(receiver.received.map((each) => each.accession)).toEqual(['A1', 'A2', 'A3', 'A4', 'A5', 'A6']);
    expect(new Set(receiver.received.map((each) => each.controlId)).size).toBe(6);
    expect(receiver.overlaps()).toBe(0);
    expect(receiver.connections()).toBe(1);
    const released = receiver.received.map((each) => each.released);
    expect([...released].sort()).toEqual(released);
    expect(await delivery('A1-v1')).toMatchObject({ attempts: 1, ack: { code: 'AA', text: 'đã nhận' } });
  });

  test('tries again with the same MSH-10 while there is no answer, and nothing overtakes', async () => {
    receiver.behave((message, count) => (count < 4 ? 'cut' : accepts(message, count)));
    await laboratory.release({ accession: 'A1' }, { GLU: '5.0' });
    await laboratory.release({ accession: 'A2' }, { GLU: '5.0' });
    await settled('A2-v1', 'delivered');
    expect(receiver.received.map((each) => each.accession)).toEqual(['A1', 'A1', 'A1', 'A1', 'A2']);
    expect(new Set(receiver.received.slice(0, 4).map((each) => each.controlId)).size).toBe(1);
    expect((await delivery('A1-v1')).attempts).toBe(4);
  });

  test('an answer that comes late, or to another message, is not taken for this one', async () => {
    let first = '';
    receiver.behave(async (message, count) => {
      if (count === 1) {
        first = message.controlId;
        return [];
      }
      if (count === 2) return [ack('AE', 'SOMEONE-ELSE', 'not yours'), ack('AA', message.controlId)];
      // A late AE to the first message, before the answer to this one.
      return [ack('AE', first, 'late'), ack('AA', message.controlId)];
    });
    await laboratory.release({ accession: 'A1' }, { GLU: '5.0' });
    await laboratory.release({ accession: 'A2' }, { GLU: '5.0' });
    await settled('A2-v1', 'delivered');
    expect((await delivery('A1-v1')).state).toBe('delivered');
    expect((await delivery('A1-v1')).attempts).toBe(2);
    // The silent connection was closed, so that its late answer had nowhere to go.
    expect(receiver.connections()).toBe(2);
  });

  test.each(['AE', 'AR', 'CE', 'CR'])('%s parks with the words, and the next goes on', async (code) => {
    receiver.behave(({ accession, controlId }) => [
      accession === 'A1' ? ack(code, controlId, 'PID-3 không rõ') : ack('AA', controlId),
    ]);
    await laboratory.release({ accession: 'A1' }, { GLU: '5.0' });
    await laboratory.release({ accession: 'A2' }, { GLU: '5.0' });
    await settled('A2-v1', 'delivered');
    expect(await delivery('A1-v1')).toMatchObject({
      state: 'parked',
      attempts: 1,
      ack: { code },
      reason: `${code}: PID-3 không rõ`,
    });
  });

  test('garbage for an answer is no answer', async () => {
    receiver.behave(({ controlId }, count) =>
      count === 1 ? ['\u0000\u0001 not HL7'] : count === 2 ? ['MSH|^~\\&\r'] : [ack('AA', controlId)],
    );
    await laboratory.release({ accession: 'A1' }, { GLU: '5.0' });
    await settled('A1-v1', 'delivered');
    expect((await delivery('A1-v1')).attempts).toBe(3);
  });

  test('a redrive sends the newest version again with its MSH-10; of an overtaken one nothing, it is superseded', async () => {
    receiver.behave(({ controlId }) => [ack('AE', controlId, 'closed')]);
    await laboratory.release({ accession: 'A1', orders: ['GLU', 'CREA'] }, { GLU: '5.0' });
    await settled('A1-v1', 'parked');
    await laboratory.add('A1', { CREA: '80.0' });
    await settled('A1-v2', 'parked');
    const before = receiver.received.length;
    expect((await redrive(laboratory.lab, (await delivery('A1-v1'))._id)).state).toBe('superseded');
    receiver.behave(accepts);
    await redrive(laboratory.lab, (await delivery('A1-v2'))._id);
    await settled('A1-v2', 'delivered');
    const after = receiver.received.slice(before);
    expect(after).toHaveLength(1);
    expect(after[0]?.controlId).toBe(receiver.received[before - 1]?.controlId);
    expect(after[0]?.text).toContain('CREA');
    expect((await delivery('A1-v1')).reason).toContain('2');
  });

  test('when a newer version arrives there, what was parked of the accession is superseded', async () => {
    receiver.behave(({ controlId }, count) => [ack(count === 1 ? 'AE' : 'AA', controlId)]);
    await laboratory.release({ accession: 'A1', orders: ['GLU', 'CREA'] }, { GLU: '5.0' });
    await settled('A1-v1', 'parked');
    await laboratory.add('A1', { CREA: '80.0' });
    await settled('A1-v2', 'delivered');
    expect((await delivery('A1-v1')).state).toBe('superseded');
  });

  test('a recipient that is down for long gets everything in order when it is back', async () => {
    await receiver.down();
    for (let n = 1; n <= 5; n += 1) await laboratory.release({ accession: `A${n}` }, { GLU: '5.0' });
    await until('tries', async () => (await delivery('A1-v1')).attempts >= 3);
    expect((await deliveries()).filter((each) => each.attempts > 0).map((each) => each.accession)).toEqual(['A1']);
    expect((await delivery('A1-v1')).reason).toMatch(/ECONNREFUSED|closed/);
    await receiver.up();
    await settled('A5-v1', 'delivered');
    expect(receiver.received.map((each) => each.accession)).toEqual(['A1', 'A2', 'A3', 'A4', 'A5']);
  });

  test('what was in flight when the process ended is sent again with the same MSH-10 at the next start', async () => {
    receiver.behave(() => []);
    await laboratory.release({ accession: 'A1' }, { GLU: '5.0' });
    await until('sent', () => receiver.received.length > 0);
    await publishing?.close();
    // As a killed process leaves it: in the hands of an owner that is gone.
    const held = { owner: 'a process that was killed', until: new Date(Date.now() + 100_000).toISOString(), fence: 9 };
    await laboratory.lab.collections.outbox.updateOne(
      { _id: 'A1-v1.his' },
      { $set: { state: 'sending', lease: held } },
    );
    receiver.behave(accepts);
    publishing = await startPublishing(laboratory.lab);
    await settled('A1-v1', 'delivered');
    expect(new Set(receiver.received.map((each) => each.controlId)).size).toBe(1);
  });

  test('a paused recipient gets nothing until it is resumed', async () => {
    await laboratory.lab.collections.recipients.updateOne({ _id: 'his' }, { $set: { paused: true } });
    await publishing?.refresh('his');
    await laboratory.release({ accession: 'A1' }, { GLU: '5.0' });
    expect((await delivery('A1-v1')).state).toBe('queued');
    expect(receiver.received).toEqual([]);
    await laboratory.lab.collections.recipients.updateOne({ _id: 'his' }, { $set: { paused: false } });
    await publishing?.refresh('his');
    await settled('A1-v1', 'delivered');
  });

  test('a test message is marked as training, files nothing and gives the answer', async () => {
    receiver.behave(({ controlId }) => [ack('AR', controlId, 'training not taken')]);
    expect(await publishing?.test('his')).toMatchObject({ kind: 'refused', code: 'AR', text: 'training not taken' });
    expect(receiver.received[0]?.text).toMatch(/^MSH\|[^\r]*\|T\|2\.5\.1/);
    expect(await deliveries()).toEqual([]);
    await receiver.down();
    expect(await publishing?.test('his')).toMatchObject({ kind: 'unreachable' });
  });
});

describe('a receiver that wants it otherwise', () => {
  async function restart(hl7: object): Promise<void> {
    await publishing?.close();
    const { lab } = laboratory;
    const known = await lab.collections.recipients.findOne({ _id: 'his' });
    // Not from lab.yaml: that would set it back.
    const changed = { hl7: { ...known?.hl7, ...hl7 }, source: 'api' as const };
    await lab.collections.recipients.updateOne({ _id: 'his' }, { $set: changed });
    publishing = await startPublishing({ ...lab, config: { ...lab.config, recipients: [] } });
  }

  test('gets no message twice: what is not answered is parked, and goes again when a person says so', async () => {
    await restart({ unanswered: 'park' });
    receiver.behave(({ accession, controlId }) => (accession === 'A1' ? [] : [ack('AA', controlId)]));
    await laboratory.release({ accession: 'A1' }, { GLU: '5.0' });
    await laboratory.release({ accession: 'A2' }, { GLU: '5.0' });
    await settled('A2-v1', 'delivered');
    expect(await delivery('A1-v1')).toMatchObject({
      state: 'parked',
      attempts: 1,
      reason: 'unanswered: no acknowledgement in time',
    });
    receiver.behave(accepts);
    await redrive(laboratory.lab, (await delivery('A1-v1'))._id);
    await settled('A1-v1', 'delivered');
    expect(receiver.received.map((each) => each.accession)).toEqual(['A1', 'A2', 'A1']);
    // Nobody there is no answer lost: that is tried again.
    await receiver.down();
    await laboratory.release({ accession: 'A3' }, { GLU: '5.0' });
    await until('a try', async () => (await delivery('A3-v1')).attempts > 1);
    await receiver.up();
    await settled('A3-v1', 'delivered');
  });

  test('has its pause between one message and the next', async () => {
    await restart({ pauseSeconds: 0.4 });
    const at: number[] = [];
    receiver.behave((message, count) => {
      at.push(performance.now());
      return accepts(message, count);
    });
    for (const accession of ['A1', 'A2', 'A3']) await laboratory.release({ accession }, { GLU: '5.0' });
    await settled('A3-v1', 'delivered');
    const [first = 0, second = 0, third = 0] = at;
    expect(Math.min(second - first, third - second)).toBeGreaterThanOrEqual(390);
  });
});

describe('enhanced acknowledgement', () => {
  test('the commit answer is kept apart from the application answer', async () => {
    await publishing?.close();
    await laboratory.lab.collections.recipients.updateOne(
      { _id: 'his' },
      { $set: { 'hl7.acknowledgement': 'enhanced' } },
    );
    const recipient = await laboratory.lab.collections.recipients.findOne({ _id: 'his' });
    expect(recipient?.hl7?.acknowledgement).toBe('enhanced');
    receiver.behave(({ controlId, accession }) =>
      accession === 'A1'
        ? [ack('CA', controlId), ack('AE', controlId, 'no such patient')]
        : accession === 'A2'
          ? [ack('CA', controlId), ack('AA', controlId)]
          : [ack('CA', controlId)],
    );
    // Not from lab.yaml: that would set it back.
    await laboratory.lab.collections.recipients.updateOne({ _id: 'his' }, { $set: { source: 'api' } });
    publishing = await startPublishing({ ...laboratory.lab, config: { ...laboratory.lab.config, recipients: [] } });
    for (const accession of ['A1', 'A2', 'A3']) await laboratory.release({ accession }, { GLU: '5.0' });
    await settled('A3-v1', 'delivered');
    expect(await delivery('A1-v1')).toMatchObject({ state: 'parked', transport: { code: 'CA' }, ack: { code: 'AE' } });
    expect(await delivery('A2-v1')).toMatchObject({ transport: { code: 'CA' }, ack: { code: 'AA' } });
    expect(await delivery('A3-v1')).toMatchObject({ transport: { code: 'CA' }, ack: { code: 'CA' } });
  });
});
