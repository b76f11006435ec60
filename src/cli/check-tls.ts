import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { isLisError } from '../errors.ts';
import type { LabConfig } from '../laboratory/config.ts';
import { type ClientTls, readClientTls, readServerTls, type ServerTls } from '../transport/tls.ts';

/** One place of lab.yaml that names TLS files. */
interface Place {
  readonly path: readonly PropertyKey[];
  readonly key: string;
  readonly tls: { readonly serves: ServerTls } | { readonly dials: ClientTls };
}

export interface TlsFinding {
  readonly path: readonly PropertyKey[];
  readonly key: string;
  readonly detail: string;
  /** It works today. */
  readonly onlyWarns: boolean;
}

const soonDays = 30;

/** Look into every TLS file lab.yaml names: readable, fitting, not over and not soon over. */
export function checkTls(config: LabConfig, now: Date): TlsFinding[] {
  return placesOf(config).flatMap(({ path, key, tls }) => {
    const found = (detail: string, onlyWarns = false): TlsFinding[] => [{ path, key, detail, onlyWarns }];
    try {
      if ('serves' in tls) readServerTls(tls.serves);
      else readClientTls(tls.dials);
    } catch (thrown) {
      if (isLisError(thrown)) return found(thrown.message);
      throw thrown;
    }
    const file = 'serves' in tls ? tls.serves.cert : tls.dials.cert;
    if (file === undefined) return [];
    const until = new Date(new X509Certificate(readFileSync(file)).validTo);
    const day = until.toISOString().slice(0, 10);
    if (until <= now) return found(`the certificate in ${file} was valid until ${day}`);
    const days = (until.getTime() - now.getTime()) / 86_400_000;
    return days < soonDays ? found(`the certificate in ${file} is valid until ${day} only`, true) : [];
  });
}

function placesOf(config: LabConfig): Place[] {
  const place = (path: readonly PropertyKey[], tls: Place['tls']): Place => ({ path, key: spelled(path), tls });
  const { http, orders, analyzers, recipients, referral } = config;
  return [
    ...(http.tls === undefined ? [] : [place(['http', 'tls'], { serves: http.tls })]),
    ...(orders?.hl7?.tls === undefined ? [] : [place(['orders', 'hl7', 'tls'], { serves: orders.hl7.tls })]),
    ...analyzers.flatMap(({ tcp }, position) => {
      if (tcp?.tls === undefined) return [];
      const path = ['analyzers', position, 'tcp', 'tls'];
      return 'listen' in tcp ? [place(path, { serves: tcp.tls })] : [place(path, { dials: tcp.tls })];
    }),
    ...recipients.flatMap(({ hl7, fhir, webhook }, position) =>
      Object.entries({ hl7, fhir, webhook }).flatMap(([way, destination]) =>
        destination?.tls === undefined ? [] : [place(['recipients', position, way, 'tls'], { dials: destination.tls })],
      ),
    ),
    ...referral.senders.flatMap(({ tls }, position) =>
      tls === undefined ? [] : [place(['referral', 'senders', position, 'tls'], { dials: tls })],
    ),
  ];
}

const spelled = (path: readonly PropertyKey[]): string =>
  path
    .map((part, index) => (typeof part === 'number' ? `[${part}]` : `${index === 0 ? '' : '.'}${String(part)}`))
    .join('');
