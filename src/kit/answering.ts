import { randomUUID } from 'node:crypto';
import type { Driver } from '../../drivers/driver.ts';
import { driverFromData } from '../../drivers/load.ts';
import { control } from '../../protocols/control.ts';
import { openSession, type Session, type SessionListener } from '../connection/session.ts';
import type { Channel } from '../transport/transport.ts';

const { ENQ, STX, VT } = control;

const common = {
  vendor: 'Cuvette',
  section: 'chemistry',
  evidence: 'manual',
  sources: [{ title: 'LIS01-A2 and HL7 2.5.1, for a line whose analyzer is not known', page: 'all' }],
  transports: ['tcp', 'serial'],
  transportDefaults: {},
  charset: 'latin1',
  capabilities: ['results'],
  codes: [],
  quirks: [],
} as const;

/** The bare standards: enough to say that a message came. */
const plainAstm = (): Driver =>
  driverFromData({
    ...common,
    id: 'cuvette/astm',
    model: 'any E1381',
    protocol: 'astm',
    recognise: [{ when: [{ at: 'H.1', matches: '^H$' }], score: 1 }],
    observation: { code: ['R.3.4'] },
  });
const plainHl7 = (): Driver =>
  driverFromData({
    ...common,
    id: 'cuvette/hl7',
    model: 'any MLLP',
    protocol: 'hl7v2',
    recognise: [{ when: [{ at: 'MSH-2', matches: '.' }], score: 1 }],
    observation: { code: ['OBX-3.1'] },
  });

/**
 * Answer an analyzer nobody knows yet: ACK to its frames, AA to its messages. The protocol follows from its first
 * control character; a line without any is only listened to. `kept` says that what was received is on disk.
 */
export function createAnswerer(channel: Channel, kept: () => void): { bytes(bytes: Uint8Array): void; end(): void } {
  let session: Session | null = null;
  const begin = (driver: Driver): Session => {
    const listener: SessionListener = {
      onDelivery: async (_session, delivery) => {
        kept();
        const context = { now: stamp(), nextControlId: () => randomUUID().slice(0, 20), hostName: 'CUVETTE' };
        const reply = driver.acknowledge?.(delivery.raw, 'accepted', context);
        return { outcome: 'committed', replies: reply === undefined ? [] : [reply] };
      },
      onFault: () => undefined,
      onAnswer: () => undefined,
      onEmptySession: () => undefined,
      onSent: () => undefined,
      onSendFailed: () => undefined,
    };
    return openSession(driver, channel, listener);
  };
  return {
    bytes(bytes) {
      if (session === null) {
        if (bytes.includes(VT)) session = begin(plainHl7());
        else if (bytes.includes(ENQ) || bytes.includes(STX)) session = begin(plainAstm());
      }
      session?.bytes(bytes);
    },
    end: () => session?.end(),
  };
}

const stamp = (): string => new Date().toISOString().replaceAll(/[-:T]/g, '').slice(0, 14);
