#!/usr/bin/env node
/**
 * All set-up of a checkout, and nothing twice: packages when the lock file changed, the build when a source changed.
 * Writes only ignored folders (node_modules, dist).
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, lstatSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = dirname(dirname(fileURLToPath(import.meta.url)));
const say = (text) => process.stderr.write(`${text}\n`);

function run(command, args, what) {
  const done = spawnSync(command, args, { cwd: root, stdio: ['ignore', 2, 2] });
  if (done.status !== 0) {
    say(`cuvette: ${what} failed (${command} ${args.join(' ')})`);
    process.exit(done.status ?? 1);
  }
}

function stale(stampFile, fingerprint) {
  return !existsSync(stampFile) || readFileSync(stampFile, 'utf8') !== fingerprint;
}

function stamp(stampFile, fingerprint) {
  mkdirSync(dirname(stampFile), { recursive: true });
  writeFileSync(stampFile, fingerprint);
}

function* filesBelow(folder) {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) yield* filesBelow(path);
    else if (entry.isFile()) yield path;
  }
}

function fingerprintOf(paths) {
  const hash = createHash('sha256').update(process.versions.modules);
  for (const path of paths) {
    const full = join(root, path);
    if (!existsSync(full)) continue;
    const files = statSync(full).isDirectory() ? [...filesBelow(full)].sort() : [full];
    for (const file of files) {
      if (/\.test\.tsx?$/.test(file)) continue;
      hash.update(relative(root, file)).update('\0').update(readFileSync(file)).update('\0');
    }
  }
  return hash.digest('hex');
}

/** Packages linked from another checkout are that checkout's to install. */
const linked = () => lstatSync(join(root, 'node_modules'), { throwIfNoEntry: false })?.isSymbolicLink() === true;

/** Install packages and build where needed. */
export function setUp() {
  const installed = join(root, 'node_modules', '.cuvette-installed');
  const packages = fingerprintOf(['package.json', 'package-lock.json']);
  if (!linked() && stale(installed, packages)) {
    say('cuvette: installing packages');
    run('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], 'the installation of packages');
    stamp(installed, packages);
  }
  const built = join(root, 'dist', '.built');
  const sources = fingerprintOf([
    'protocols',
    'drivers',
    'simulators',
    'src',
    'package-lock.json',
    'tsconfig.json',
    'tsconfig.build.json',
  ]);
  if (stale(built, sources)) {
    say('cuvette: building');
    run(process.execPath, [join('node_modules', 'typescript', 'bin', 'tsc'), '-p', 'tsconfig.build.json'], 'the build');
    if (existsSync(join(root, 'src', 'web', 'vite.config.ts'))) {
      const vite = join('node_modules', 'vite', 'bin', 'vite.js');
      run(
        process.execPath,
        [vite, 'build', '--config', join('src', 'web', 'vite.config.ts'), '--logLevel', 'warn'],
        'the build of the workbench',
      );
    }
    stamp(built, sources);
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) setUp();
