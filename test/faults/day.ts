/**
 * A day of a laboratory replayed against the real process: orders by HL7, six analyzers, scripted technicians.
 * `npm run day -- --patients 400 --specimens 1200`. Ends with 1 where an order is unanswered, a number unexplained or doubled.
 */
import { parseArgs } from 'node:util';
import { replayDay } from './replay-day.ts';

const { values } = parseArgs({
  options: {
    patients: { type: 'string', default: '400' },
    specimens: { type: 'string', default: '1200' },
    limit: { type: 'string', default: '1200' },
  },
});

const day = await replayDay({
  patients: Number(values.patients),
  specimens: Number(values.specimens),
  limitMs: Number(values.limit) * 1_000,
  say: (line) => void process.stdout.write(`${line}\n`),
});
const { specimens, results, seconds, unanswered, unexplained, doubled, times } = day;
process.stdout.write(`${specimens} specimens, ${results} results in ${seconds.toFixed(0)} s\n`);
for (const { what, n, p50, p95, p99 } of times) {
  process.stdout.write(
    `${what.padEnd(10)} n ${n}, p50 ${p50.toFixed(1)} ms, p95 ${p95.toFixed(1)} ms, p99 ${p99.toFixed(1)} ms\n`,
  );
}
for (const [name, list] of Object.entries({ unanswered, unexplained, doubled })) {
  process.stdout.write(`${name}: ${list.length}${list.length === 0 ? '' : ` (${list.slice(0, 5).join(', ')})`}\n`);
}
process.exit(unanswered.length + unexplained.length + doubled.length === 0 ? 0 : 1);
