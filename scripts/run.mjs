#!/usr/bin/env node
/**
 * Run one TypeScript script of test/ after set-up: `node scripts/run.mjs [flags of Node] test/bench/bench.ts [arguments]`. It is built
 * like the product, so that what it measures is what runs.
 */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { root, setUp } from './setup.mjs';

setUp();
const words = process.argv.slice(2);
const first = words.findIndex((word) => !word.startsWith('-'));
const nodeFlags = words.slice(0, Math.max(0, first));
const [script = '', ...args] = words.slice(nodeFlags.length);
const run = (...words) => spawnSync(process.execPath, words, { cwd: root, stdio: 'inherit' }).status ?? 1;
const built = run(join(root, 'node_modules', 'typescript', 'bin', 'tsc'), '-p', 'tsconfig.scripts.json');
process.exit(built === 0 ? run(...nodeFlags, join(root, 'dist', script.replace(/\.ts$/, '.js')), ...args) : built);
