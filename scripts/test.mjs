#!/usr/bin/env node
/** `npm test`: set-up where needed, then every check: format, lint, arrows, dead code, types, tests. Ends non-zero on any failure. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { root, setUp } from './setup.mjs';

setUp();
const modules = join(root, 'node_modules');
const rooms = ['protocols', 'drivers', 'simulators', 'src', 'test'];
const only = process.argv.slice(2);
const checks = [
  ['format and lint', join(modules, '@biomejs', 'biome', 'bin', 'biome'), ['check', '.']],
  [
    'arrows',
    join(modules, 'dependency-cruiser', 'bin', 'dependency-cruise.mjs'),
    ['--config', '.dependency-cruiser.cjs', ...rooms],
  ],
  ['dead code', join(modules, 'knip', 'bin', 'knip.js'), []],
  ['types', join(modules, 'typescript', 'bin', 'tsc'), ['-p', 'tsconfig.json', '--noEmit']],
  ['types of the workbench', join(modules, 'typescript', 'bin', 'tsc'), ['-p', 'src/web/tsconfig.json', '--noEmit']],
  ['tests', join(modules, 'vitest', 'vitest.mjs'), ['run', ...only]],
];
let failed = 0;
for (const [name, program, args] of only.length > 0 ? checks.slice(-1) : checks) {
  const begun = Date.now();
  const done = spawnSync(process.execPath, [program, ...args], { cwd: root, stdio: 'inherit' });
  const passed = done.status === 0;
  if (!passed) failed += 1;
  process.stdout.write(`${passed ? 'ok    ' : 'FAILED'} ${name} (${((Date.now() - begun) / 1000).toFixed(1)} s)\n`);
}
process.exit(failed === 0 ? 0 : 1);
