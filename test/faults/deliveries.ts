import { runWeek } from './delivery-week.ts';

/**
 * `npm run faults:deliveries -- [seed] [specimens] [kills] [outages]`: a week of results to four recipients (HL7,
 * FHIR, an EMR that polls, a second Cuvette in a process of its own) with outages,
 * slow and wrong answers and kills. Ends 1 when any recipient does not hold exactly the last version of every report.
 */
const [seed = 1, specimens = 300, kills = 12, outages = 30] = process.argv.slice(2).map(Number);
const started = Date.now();
const result = await runWeek({ seed, specimens, kills, outages, say: (words) => process.stdout.write(`${words}\n`) });
const { faults, ...figures } = result;
process.stdout.write(`${JSON.stringify({ seed, ...figures, seconds: Math.round((Date.now() - started) / 1000) })}\n`);
for (const fault of faults) process.stdout.write(`FAULT ${fault}\n`);
process.exitCode = faults.length === 0 ? 0 : 1;
