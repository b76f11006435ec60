import { cpus } from 'node:os';
import { benchDecode } from './decode.ts';
import { benchFhir } from './fhir.ts';
import { benchAcknowledgement, benchIngest } from './ingest.ts';
import { benchMixedLines } from './mixed-lines.ts';
import { benchPublish } from './publish.ts';
import { benchQuery } from './query.ts';
import { type Figure, printTable } from './table.ts';

/** The parts, each with what it takes at most on two idle cores. */
const parts: Readonly<Record<string, { readonly about: string; readonly run: () => Promise<Figure[]> }>> = {
  decode: { about: 'a CBC of 30 OBX against hl7-standard and @medplum/core, 10 s', run: async () => benchDecode() },
  ingest: {
    about: '8 lines at full speed against the store alone, 30 s',
    run: () => benchIngest(8, Number(process.env.CUVETTE_BENCH_MESSAGES ?? 3_000)),
  },
  ack: { about: '50 lines at 100 messages/s, 30 s', run: () => benchAcknowledgement(50, 100, 10) },
  lines: {
    about:
      '200 lines of 12 models, 100 messages/s together and at full speed, what is stored compared with what was sent, 90 s',
    run: () => benchMixedLines(200, 100, 15),
  },
  fhir: { about: 'FHIR search and read against a bare Fastify handler, 40 s', run: () => benchFhir(100) },
  publish: { about: 'verified to ACK of an HL7 and a FHIR recipient on loopback, 30 s', run: () => benchPublish(150) },
  query: { about: 'queries on 4 lines while 50 lines bring 100 messages/s, 30 s', run: () => benchQuery(50, 100, 15) },
};
const usual = ['decode', 'ingest', 'ack', 'query', 'fhir', 'publish'];

const asked = process.argv.slice(2);
const unknown = asked.filter((name) => parts[name] === undefined);
if (unknown.length > 0 || asked.includes('--help')) {
  process.stdout.write('npm run bench -- [part ...]; without a part those marked with *\n');
  for (const [name, { about }] of Object.entries(parts)) {
    process.stdout.write(`  ${usual.includes(name) ? '*' : ' '} ${name}: ${about}\n`);
  }
  process.exit(unknown.length > 0 && !asked.includes('--help') ? 2 : 0);
}

const { model = 'unknown processor' } = cpus()[0] ?? {};
process.stdout.write(`Node ${process.version}, ${cpus().length} x ${model}\n\n`);
const figures: Figure[] = [];
for (const name of asked.length > 0 ? asked : usual) figures.push(...((await parts[name]?.run()) ?? []));
printTable(figures);
