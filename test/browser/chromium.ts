import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import packaged, { inflate } from '@sparticuz/chromium';
import { type Browser, chromium } from 'playwright-core';

/** Root, a container's small /dev/shm and no GPU: what a CI machine is like. */
const flags = [
  '--no-sandbox',
  '--no-zygote',
  '--disable-gpu',
  '--disable-dev-shm-usage',
  '--hide-scrollbars',
  '--font-render-hinting=none',
];

/** A headless Chromium: the system's where it is installed, else the one that npm carries (interfaces.md 4.1, item 9). */
export async function launchChromium(): Promise<Browser> {
  const system = ['/usr/bin/chromium', '/usr/bin/google-chrome'].find((path) => existsSync(path));
  if (system !== undefined) return chromium.launch({ executablePath: system, args: flags });
  const folder = await unpacked();
  const libraries = join(folder, 'al2023', 'lib');
  return chromium.launch({
    executablePath: join(folder, 'chromium'),
    args: flags,
    ...(existsSync(libraries) ? { env: { ...process.env, LD_LIBRARY_PATH: libraries } } : {}),
  });
}

/** The browser of the package, unpacked once for all tests: whole under its final name, or not there. */
async function unpacked(): Promise<string> {
  const folder = join(tmpdir(), 'cuvette-chromium');
  if (existsSync(folder)) return folder;
  const fresh = mkdtempSync(`${folder}-`);
  mkdirSync(fresh, { recursive: true });
  const before = process.env.TMPDIR;
  process.env.TMPDIR = fresh;
  try {
    const executable = await packaged.executablePath();
    // Machines without NSS find it in the package.
    if (execFileSync('ldd', [executable], { encoding: 'utf8' }).includes('not found')) {
      const main = createRequire(import.meta.url).resolve('@sparticuz/chromium');
      await inflate(join(dirname(main), '..', '..', 'bin', 'al2023.tar.br'));
    }
  } finally {
    if (before === undefined) delete process.env.TMPDIR;
    else process.env.TMPDIR = before;
  }
  try {
    renameSync(fresh, folder);
  } catch {
    // Another test was first.
    rmSync(fresh, { recursive: true, force: true });
  }
  return folder;
}
