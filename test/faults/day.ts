/**
 * A day of a laboratory replayed against the real process: orders by HL7, six analyzers, scripted technicians, a browser.
 * `npm run day -- --patients 400 --specimens 1200 [--rounds 7] [--no-browser]`. Ends with 1 where an order is unanswered, a
 * number unexplained or doubled, a report not sent once, or a page slower than its limit.
 */
import { cpus, loadavg } from 'node:os';
import { parseArgs } from 'node:util';
import { launchChromium } from '../browser/chromium.ts';
import { replayDay } from './replay-day.ts';

const { values } = parseArgs({
  options: {
    patients: { type: 'string', default: '400' },
    specimens: { type: 'string', default: '1200' },
    limit: { type: 'string', default: '1200' },
    rounds: { type: 'string', default: '7' },
    'no-browser': { type: 'boolean', default: false },
  },
});
/** To useful paint, issue of the technician's day. */
const paintLimitMs = 300;

const browser = !values['no-browser'] && (await chromiumStarts());

const day = await replayDay({
  patients: Number(values.patients),
  specimens: Number(values.specimens),
  limitMs: Number(values.limit) * 1_000,
  paintRounds: browser ? Number(values.rounds) : 0,
  say: (line) => void process.stdout.write(`${line}\n`),
});
const { specimens, results, seconds, unanswered, unexplained, doubled, unsent, times, paints } = day;
process.stdout.write(`${specimens} specimens, ${results} results in ${seconds.toFixed(0)} s\n`);
for (const { what, n, p50, p95, p99 } of times) {
  process.stdout.write(
    `${what.padEnd(10)} n ${n}, p50 ${p50.toFixed(1)} ms, p95 ${p95.toFixed(1)} ms, p99 ${p99.toFixed(1)} ms\n`,
  );
}
for (const [name, list] of Object.entries({ unanswered, unexplained, doubled, unsent })) {
  process.stdout.write(`${name}: ${list.length}${list.length === 0 ? '' : ` (${list.slice(0, 5).join(', ')})`}\n`);
}
const slow = paints.filter(({ p95 }) => p95 > paintLimitMs);
if (!browser) process.stdout.write('pages: not measured, no browser\n');
for (const { page, how, n, p50, p95, max } of paints) {
  const figures = [p50, p95, max].map((each) => each.toFixed(0).padStart(4));
  const mark = p95 > paintLimitMs ? `  over ${paintLimitMs} ms` : '';
  process.stdout.write(
    `${page.padEnd(20)} ${how.padEnd(5)} n ${n}, p50 ${figures[0]} ms, p95 ${figures[1]} ms, max ${figures[2]} ms${mark}\n`,
  );
}
const load = loadavg()[0]?.toFixed(1);
if (browser)
  process.stdout.write(
    `pages over ${paintLimitMs} ms to useful paint (p95): ${slow.length}; load of the machine ${load} on ${cpus().length} cores\n`,
  );
process.exit(unanswered.length + unexplained.length + doubled.length + unsent.length + slow.length === 0 ? 0 : 1);

async function chromiumStarts(): Promise<boolean> {
  try {
    await (await launchChromium()).close();
    return true;
  } catch (thrown) {
    process.stdout.write(`no browser: ${thrown instanceof Error ? thrown.message.split('\n')[0] : String(thrown)}\n`);
    return false;
  }
}
