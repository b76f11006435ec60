import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import type { Browser, BrowserContext, BrowserContextOptions, Page } from 'playwright-core';
import { driverById } from '../../drivers/catalogue.ts';
import { openPtyPair, type PtyPair } from '../../simulators/pty.ts';
import { createSimulator, type Simulator } from '../../simulators/simulator.ts';
import { checkoutRoot } from '../../simulators/vectors.ts';
import { createSignInLink } from '../../src/api/app.ts';
import { createUser } from '../../src/api/auth/users.ts';
import { freePort } from '../../src/cli/demo/free-port.ts';
import { createLog, openConfigured } from '../../src/cli/open-lab.ts';
import { type RunningLaboratory, runLaboratory } from '../../src/cli/running.ts';
import type { Role } from '../../src/domain/ids.ts';
import { labConfigSchema } from '../../src/laboratory/config.ts';
import type { Laboratory } from '../../src/laboratory/context.ts';
import { launchChromium } from './chromium.ts';

/** An analyzer line of the laboratory under test; its far end is made of software. */
export interface LinePlan {
  readonly id: string;
  /** `vendor/model` */
  readonly driver: string;
  readonly name?: string;
  readonly over?: 'tcp' | 'serial';
}

export interface LaboratoryPlan {
  readonly lines?: readonly LinePlan[];
  readonly verification?: readonly ['technical'] | readonly ['technical', 'medical'];
  /** Time to undo; the product's own default when absent. */
  readonly undoSeconds?: number;
  /** Further keys of lab.yaml (recipients, orders, session …). */
  readonly config?: Readonly<Record<string, unknown>>;
}

/** The product at work on a free port with data of its own, and a browser that looks at it. */
export interface TestLaboratory {
  readonly url: string;
  readonly lab: Laboratory;
  readonly running: RunningLaboratory;
  readonly browser: Browser;
  /** The far end of a line. */
  analyzer(id: string): Simulator;
  /** A new page, signed in. `path` is where it goes. */
  signIn(username?: string, path?: string, options?: BrowserContextOptions): Promise<Page>;
  close(): Promise<void>;
}

/** The password of everybody in `people`. */
export const password = 'ong-mau-so-7-xanh';

/** Who works in the laboratory under test: one of each role, and a second technician. */
const people: readonly (readonly [username: string, role: Role, name: string])[] = [
  ['ha', 'technician', 'KTV. Lê Thu Hà'],
  ['nam', 'technician', 'KTV. Trần Hoài Nam'],
  ['thao', 'senior-technician', 'KTV trưởng Vũ Thị Thảo'],
  ['khanh', 'doctor', 'BS. Trần Khánh'],
  ['mai', 'receptionist', 'Nguyễn Thị Mai'],
  ['admin', 'administrator', 'Quản trị'],
  ['kiem', 'auditor', 'Đỗ Văn Kiểm'],
];

/** Start product and browser; `close` ends both and removes the data. The workbench must have been built (`npm test` does). */
export async function startLaboratory(plan: LaboratoryPlan = {}): Promise<TestLaboratory> {
  if (!existsSync(join(checkoutRoot(), 'dist', 'web', 'index.html'))) {
    throw new Error('dist/web is not built: run `npm run setup` first');
  }
  const undo: (() => Promise<unknown> | unknown)[] = [];
  const close = async (): Promise<void> => {
    for (const step of undo.splice(0).reverse()) await step();
  };
  try {
    const folder = await mkdtemp(join(tmpdir(), 'cuvette-browser-'));
    undo.push(() => rm(folder, { recursive: true, force: true }));
    const ends = await openEnds(plan.lines ?? []);
    undo.push(() => {
      for (const end of ends.values()) end.close();
    });
    const config = labConfigSchema.parse({
      lab: { id: '24001', name: 'Khoa Xét nghiệm', timeZone: 'Asia/Ho_Chi_Minh' },
      http: { port: 0 },
      ...(plan.verification === undefined ? {} : { verification: plan.verification }),
      ...(plan.undoSeconds === undefined ? {} : { undoSeconds: plan.undoSeconds }),
      analyzers: [...ends.values()].map((end) => end.config),
      ...plan.config,
    });
    const opened = await openConfigured(config, folder, 'serve', createLog('error'));
    const running = await runLaboratory(opened);
    undo.push(() => running.close());
    for (const [username, role, name] of people) await createUser(opened.lab, { username, password, role, name });
    const browser = await launchChromium();
    undo.push(() => browser.close());
    return {
      url: running.url,
      lab: opened.lab,
      running,
      browser,
      analyzer(id) {
        const end = ends.get(id);
        if (end === undefined) throw new Error(`the laboratory has no line ${id}`);
        return end.simulator();
      },
      async signIn(username = 'ha', path = '/', options = {}) {
        const context = await browser.newContext({
          viewport: { width: 1366, height: 768 },
          locale: 'vi-VN',
          ...options,
        });
        const page = await context.newPage();
        page.setDefaultTimeout(15_000);
        if (process.env.CUVETTE_SLOW_PAGES === '1') await slowDown(context);
        await page.goto(running.url + createSignInLink(opened.lab, username));
        if (path !== '/') await page.goto(running.url + path);
        return page;
      },
      close,
    };
  } catch (thrown) {
    await close();
    throw thrown;
  }
}

/**
 * Each answer of the API comes up to 0.9 s late: a test (or a page) that acts before it has what it needs shows itself.
 * `CUVETTE_SLOW_PAGES=1 npx vitest run test/browser`
 */
async function slowDown(context: BrowserContext): Promise<void> {
  await context.route('**/api/**', async (route) => {
    await setTimeout(Math.random() * 900);
    await route.continue().catch(() => undefined);
  });
}

interface LineEnd {
  readonly config: Readonly<Record<string, unknown>>;
  simulator(): Simulator;
  close(): void;
}

async function openEnds(lines: readonly LinePlan[]): Promise<Map<string, LineEnd>> {
  const ends = new Map<string, LineEnd>();
  for (const line of lines) ends.set(line.id, await openEnd(line));
  return ends;
}

async function openEnd({ id, driver: driverId, name, over = 'tcp' }: LinePlan): Promise<LineEnd> {
  const driver = driverById(driverId);
  if (driver === undefined) throw new Error(`no driver ${driverId}`);
  const pair: PtyPair | null = over === 'serial' ? openPtyPair() : null;
  const port = pair === null ? await freePort() : 0;
  let simulator: Simulator | undefined;
  return {
    config: {
      id,
      driver: driverId,
      ...(name === undefined ? {} : { name }),
      ...(pair === null ? { tcp: { listen: port } } : { serial: { path: pair.path } }),
    },
    simulator() {
      pair?.opened();
      simulator ??= createSimulator({ driver, address: pair === null ? { tcp: `127.0.0.1:${port}` } : { port: pair } });
      return simulator;
    },
    close() {
      simulator?.close();
      pair?.close();
    },
  };
}

/**
 * What a barcode scanner does: the keys of a whole accession and Enter within a few hundredths of a second, however busy the
 * machine is (keys sent one by one through the browser's wire would come at the pace of this test).
 */
export async function scan(page: Page, accession: string): Promise<void> {
  await page.evaluate(`
    for (const key of [...${JSON.stringify(accession)}, 'Enter']) {
      for (const type of ['keydown', 'keyup']) {
        const shiftKey = key.length === 1 && /[A-Z]/.test(key);
        const press = new KeyboardEvent(type, { key, shiftKey, bubbles: true, cancelable: true });
        (document.activeElement ?? document.body).dispatchEvent(press);
      }
    }`);
}

/**
 * The sheet under the numbers is away: what it did may come by the live stream before its own answer closes it, and until
 * then its field has the keys.
 */
export const sheetGone = (page: Page): Promise<void> => page.locator('.sheet').waitFor({ state: 'detached' });

/** Look again until it holds: for what no page shows. Throws after `seconds`. */
export async function until(what: string, holds: () => Promise<boolean> | boolean, seconds = 15): Promise<void> {
  const end = Date.now() + seconds * 1000;
  while (!(await holds())) {
    if (Date.now() > end) throw new Error(`not within ${seconds} s: ${what}`);
    await setTimeout(50);
  }
}
