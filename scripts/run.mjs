#!/usr/bin/env node
/** Run one TypeScript script of test/ after set-up: `node scripts/run.mjs test/bench/bench.ts [arguments]`. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { root, setUp } from './setup.mjs';

setUp();
const tsx = join(root, 'node_modules', 'tsx', 'dist', 'cli.mjs');
const done = spawnSync(process.execPath, [tsx, ...process.argv.slice(2)], { cwd: root, stdio: 'inherit' });
process.exit(done.status ?? 1);
