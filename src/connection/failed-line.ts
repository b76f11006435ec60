import { describe, type LisError } from '../errors.ts';
import type { AnalyzerConfig } from '../laboratory/config.ts';
import { isoNow, type Laboratory } from '../laboratory/context.ts';
import type { Line, LineStatus } from './line.ts';

/**
 * A line that its configuration keeps from opening (a driver nobody knows, a key that can't be read). It is shown as
 * failing with the reason, and the laboratory's other lines go on; mending lab.yaml takes a restart.
 */
export function failedLine(lab: Laboratory, config: AnalyzerConfig, error: LisError): Line {
  const { tcp, serial } = config;
  const detail = describe(error.code, error.context);
  const status: LineStatus = {
    id: config.id,
    ...(config.name === undefined ? {} : { name: config.name }),
    driver: config.driver,
    transport: serial === undefined ? 'tcp' : 'serial',
    role: tcp !== undefined && 'listen' in tcp ? 'listen' : 'connect',
    address: addressOf(config),
    state: 'failing',
    lastReceivedAt: null,
    counts: { received: 0, sent: 0, unfinished: 0, refused: 0, faults: 0, lost: 0 },
    watch: {
      nakRate: null,
      clockSkewSeconds: null,
      ordersWithoutResult: 0,
      enqWithoutData: 0,
      rhythmSeconds: null,
      lastFault: { code: error.code, detail, at: isoNow(lab) },
    },
    detail,
  };
  return { id: config.id, status: () => status, push: () => null, close: async () => undefined };
}

function addressOf({ tcp, serial }: AnalyzerConfig): string {
  if (serial !== undefined) return serial.path;
  if (tcp === undefined) return '';
  return 'listen' in tcp ? `${tcp.host}:${tcp.listen}` : tcp.connect;
}
