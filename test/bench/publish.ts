import { connect } from 'node:net';
import { signedIn } from '../journeys/client.ts';
import { type FhirReceiver, startFhirReceiver } from '../publish/fhir-receiver.ts';
import { ack, type Hl7Receiver, startHl7Receiver } from '../publish/hl7-receiver.ts';
import { stream } from './ingest.ts';
import { openBenchSite } from './site.ts';
import { type Figure, ms, percentile } from './table.ts';

const password = 'Cay-Da-Ben-Nuoc-41';
/** Who looks into the EMR right after the technician's key finds it there. */
const limitMs = 1_000;

/**
 * From the technician's key to the acknowledgement of an HL7 and of a FHIR recipient on loopback: reports of 30 results,
 * one after the other, nothing waits to be undone. Beside it what a bare exchange of the same HL7 message takes.
 */
export async function benchPublish(reports: number): Promise<Figure[]> {
  const hl7 = await startHl7Receiver();
  const fhir = await startFhirReceiver();
  const warmUp = 20;
  const site = await openBenchSite({
    lines: 4,
    specimens: reports + warmUp,
    undoSeconds: 0,
    recipients: [
      'recipients:',
      `  - { id: his, hl7: { connect: "127.0.0.1:${hl7.port}" } }`,
      `  - { id: emr, fhir: { url: "${fhir.url}", auth: { token: t } } }`,
    ].join('\n'),
  });
  try {
    await stream(site, site.accessions);
    await site.admin.post('/api/users', { username: 'ktv', password, role: 'technician' });
    const technician = await signedIn(site.url, 'ktv', password);
    const waits = { verify: [] as number[], hl7: [] as number[], fhir: [] as number[] };
    for (const [at, accession] of site.accessions.entries()) {
      const { body } = await technician.get(`/api/specimens/${accession}`);
      const observations = body.observations.map(({ id, version, alerts }: Waiting) => ({
        id,
        version,
        acknowledge: alerts,
      }));
      const [byHl7, byFhir] = [nextHl7(hl7), nextFhir(fhir)];
      const begun = performance.now();
      const verified = await technician.post(`/api/specimens/${accession}/verify`, { observations });
      const answered = performance.now();
      if (verified.status !== 200) throw new Error(`${accession}: ${verified.text}`);
      const [toHl7, toFhir] = await Promise.all([byHl7, byFhir]);
      if (toHl7.accession !== accession) throw new Error(`${accession} is not what came`);
      if (at < warmUp) continue;
      waits.verify.push(answered - begun);
      waits.hl7.push(toHl7.at - begun);
      waits.fhir.push(toFhir - begun);
    }
    const bare = await bareExchanges(hl7, reports);
    const spread = (figures: readonly number[]): string =>
      `p50 ${ms(percentile(figures, 0.5))}, p95 ${ms(percentile(figures, 0.95))}`;
    const limited = (name: 'hl7' | 'fhir', words: string): Figure => ({
      what: `verified to ACK, ${words}`,
      figure: spread(waits[name]),
      target: `p95 < ${limitMs} ms`,
      reached: percentile(waits[name], 0.95) < limitMs,
    });
    return [
      limited('hl7', `HL7 recipient, ${reports} reports of 30`),
      limited('fhir', 'FHIR recipient, the same reports'),
      { what: '  of it the answer to the technician', figure: spread(waits.verify) },
      { what: '  a bare MLLP exchange of the same messages', figure: spread(bare) },
    ];
  } finally {
    await site.close();
    await Promise.all([hl7.down(), fhir.down()]);
  }
}

interface Waiting {
  readonly id: string;
  readonly version: number;
  readonly alerts: readonly string[];
}

function nextHl7(receiver: Hl7Receiver): Promise<{ at: number; accession: string }> {
  return new Promise((resolve) => {
    receiver.behave(({ controlId, accession }) => {
      resolve({ at: performance.now(), accession });
      return [ack('AA', controlId)];
    });
  });
}

function nextFhir(receiver: FhirReceiver): Promise<number> {
  return new Promise((resolve) => {
    receiver.behave(() => {
      resolve(performance.now());
      return 'take';
    });
  });
}

/** The same messages once more, over a socket and nothing else. */
async function bareExchanges(receiver: Hl7Receiver, count: number): Promise<number[]> {
  const messages = receiver.received.slice(-count).map(({ text }) => `\u000b${text}\u001c\r`);
  receiver.behave(({ controlId }) => [ack('AA', controlId)]);
  const socket = connect({ port: receiver.port, host: '127.0.0.1', noDelay: true });
  const waits: number[] = [];
  for (const message of messages) {
    const begun = performance.now();
    socket.write(message);
    await new Promise((resolve) => socket.once('data', resolve));
    waits.push(performance.now() - begun);
  }
  socket.destroy();
  return waits;
}
