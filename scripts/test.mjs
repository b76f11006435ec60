#!/usr/bin/env node
/** `npm test`: set-up where needed, then every check: format, lint, arrows, dead code, types, tests. Ends non-zero on any failure. */
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join, relative } from 'node:path';
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
const vitest = join(modules, 'vitest', 'vitest.mjs');
/** On a machine of strangers one file may come late for want of time; more than this is no accident. */
const mostOnceMore = 2;

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
const outcome = mkdtempSync(join(tmpdir(), 'cuvette-test-'));
const report = join(outcome, 'tests.json');
const inherit = ['ignore', 'inherit', 'inherit'];
const before = failed;
await check(
  ['tests', vitest, ['run', '--reporter=default', '--reporter=json', `--outputFile=${report}`, ...only]],
  inherit,
);
const late = failed > before && process.env.CI === 'true' ? failedFiles() : [];
if (late.length > 0 && late.length <= mostOnceMore) {
  process.stdout.write(`once more, from the beginning of the file: ${late.join(' ')}\n`);
  failed = before;
  await check(['tests once more', vitest, ['run', ...late]], inherit);
}
rmSync(outcome, { recursive: true, force: true });
process.exit(failed === 0 ? 0 : 1);

/** Files with a failed test, relative to the checkout; none where vitest did not come to its end. */
function failedFiles() {
  if (!existsSync(report)) return [];
  const { testResults } = JSON.parse(readFileSync(report, 'utf8'));
  return testResults.filter(({ status }) => status !== 'passed').map(({ name }) => relative(root, name));
}
