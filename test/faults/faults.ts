/**
 * kill -9 of the real process at random instants while six analyzers stream; at the end the store must hold what was
 * sent. `npm run faults -- --messages 20000 --seed 1 --kills 40 --limit 1800`
 */
import { parseArgs } from 'node:util';
import { runFaults } from './run.ts';

const { values } = parseArgs({
  options: {
    messages: { type: 'string', default: '20000' },
    seed: { type: 'string', default: '1' },
    kills: { type: 'string', default: '40' },
    limit: { type: 'string', default: '1800' },
  },
});

const say = (line: string): void => void process.stdout.write(`${line}\n`);
const figures = await runFaults({
  messages: Number(values.messages),
  seed: Number(values.seed),
  kills: Number(values.kills),
  limitMs: Number(values.limit) * 1_000,
  say,
});
const { sent, kills, observationsSent, lost, doubled, strange, held, journalled, seconds } = figures;
say(
  `${sent} messages sent, ${observationsSent} observations in them, ${journalled} arrivals journalled, killed ${kills} times`,
);
say(
  `lost ${lost.length}, doubled ${doubled.length}, never sent ${strange.length}; ${held.length} items held; ${seconds.toFixed(0)} s`,
);
for (const [name, list] of Object.entries({ lost, doubled, strange, held })) {
  for (const each of list.slice(0, 10)) say(`${name}: ${each}`);
}
process.exit(lost.length + doubled.length + strange.length === 0 ? 0 : 1);
