#!/usr/bin/env node
/** `npm test`: set-up where needed, then every check: format, lint, arrows, dead code, types, tests. Ends non-zero on any failure. */
import { spawn } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { root, setUp } from './setup.mjs';

setUp();
const modules = join(root, 'node_modules');
const rooms = ['protocols', 'drivers', 'simulators', 'src', 'test'];
const only = process.argv.slice(2);
const tsc = join(modules, 'typescript', 'bin', 'tsc');
const looks = [
  ['types', tsc, ['-p', 'tsconfig.json', '--noEmit']],
  [
    'arrows',
    join(modules, 'dependency-cruiser', 'bin', 'dependency-cruise.mjs'),
    ['--config', '.dependency-cruiser.cjs', ...rooms],
  ],
  ['types of the workbench', tsc, ['-p', 'src/web/tsconfig.json', '--noEmit']],
  ['dead code', join(modules, 'knip', 'bin', 'knip.js'), []],
  ['format and lint', join(modules, '@biomejs', 'biome', 'bin', 'biome'), ['check', '.']],
];
const tests = ['tests', join(modules, 'vitest', 'vitest.mjs'), ['run', ...only]];

let failed = 0;

/** Run one check; what it prints comes whole when it ends, or at once where it is the only one. */
function check([name, program, args], stdio) {
  const begun = Date.now();
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [program, ...args], { cwd: root, stdio });
    let said = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream?.setEncoding('utf8').on('data', (text) => {
        said += text;
      });
    }
    child.on('close', (code) => {
      if (code !== 0) failed += 1;
      if (code !== 0) process.stdout.write(said);
      const took = ((Date.now() - begun) / 1000).toFixed(1);
      process.stdout.write(`${code === 0 ? 'ok    ' : 'FAILED'} ${name} (${took} s)\n`);
      resolve();
    });
  });
}

if (only.length === 0) {
  const waiting = [...looks];
  const worker = async () => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift())
      await check(next, ['ignore', 'pipe', 'pipe']);
  };
  await Promise.all(Array.from({ length: Math.min(4, availableParallelism()) }, worker));
}
await check(tests, ['ignore', 'inherit', 'inherit']);
process.exit(failed === 0 ? 0 : 1);
