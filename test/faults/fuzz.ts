/**
 * Broken traffic into everything that reads wire bytes, and the link machine in all interleavings to a depth.
 * `npm run fuzz -- --inputs 10000000 --seed 1 --depth 7`
 */
import { parseArgs } from 'node:util';
import { explore } from '../protocols/astm-exploration.ts';
import { fuzz } from './fuzzing.ts';

const { values } = parseArgs({
  options: {
    inputs: { type: 'string', default: '1000000' },
    seed: { type: 'string', default: '1' },
    depth: { type: 'string', default: '6' },
  },
});

const say = (line: string): void => void process.stdout.write(`${line}\n`);
const begun = Date.now();
const figures = fuzz({ inputs: Number(values.inputs), seed: Number(values.seed), say });
const seconds = (Date.now() - begun) / 1_000;
const { inputs, bytes, slowestMs, heapMb } = figures;
say(
  `${inputs} inputs, ${(bytes / 1e6).toFixed(0)} MB in ${seconds.toFixed(0)} s: no crash, ceilings held; slowest ${slowestMs.toFixed(0)} ms; heap ${heapMb.join(' -> ')} MB`,
);
const { states, steps, depth } = explore(Number(values.depth));
say(
  `link machine: ${states} states, ${steps} steps to depth ${depth}: no deadlock, no double delivery, no ACK without commit`,
);
process.exit(heapMb[1] > heapMb[0] + 100 ? 1 : 0);
