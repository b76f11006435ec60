/**
 * The pictures of docs/screenshots, taken from the product at work: `npm run screenshots`. A page that is to be shown
 * has a line in `morning` (a laboratory of the tests, whose values never change) or in `demonstration` (what `npm start`
 * shows).
 */
import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { checkoutRoot } from '../simulators/vectors.ts';
import { morningLines, playMorning } from '../test/browser/busy-morning.ts';
import { launchChromium } from '../test/browser/chromium.ts';
import { startLaboratory } from '../test/browser/harness.ts';
import { launch } from '../test/journeys/product.ts';
import { until } from '../test/journeys/until.ts';

interface Picture {
  readonly name: string;
  readonly path: string;
  /** Who looks. */
  readonly username?: string;
  /** What to wait for and to press before the picture is taken. */
  readonly prepare: (page: Page) => Promise<void>;
}

const morning: readonly Picture[] = [
  {
    name: 'results',
    path: '/results/24112300431',
    prepare: async (page) => {
      await page.locator('tr.result').first().waitFor();
      await page.locator('.critical-bar').waitFor();
    },
  },
  {
    name: 'why',
    path: '/results/24112300431',
    prepare: async (page) => {
      await page.locator('tr.result', { hasText: 'Huyết sắc tố' }).first().click();
      await page.keyboard.press('e');
      await page.locator('.why mark').waitFor();
    },
  },
  {
    name: 'acknowledge',
    path: '/results/24112300431',
    prepare: async (page) => {
      await page.locator('tr.result').first().waitFor();
      await page.keyboard.press('Shift+V');
      await page.locator('.sheet.look').waitFor();
      await page.keyboard.press('1');
      await page.locator('.tick.done').waitFor();
    },
  },
];

/** One of the demonstration: where it is depends on what is there. */
interface Shown {
  readonly name: string;
  readonly username: 'ktv' | 'admin';
  readonly path: string | ((site: Site) => Promise<string>);
  /** What must stand on the page. */
  readonly until: string;
  readonly prepare?: (page: Page) => Promise<void>;
  readonly options?: BrowserContextOptions;
}

interface Site {
  readonly get: (path: string) => Promise<{ readonly items: readonly Readonly<Record<string, unknown>>[] }>;
}

const tablet = { viewport: { width: 820, height: 1180 }, locale: 'en-GB' } as const;

/** Today's specimen of the first regular, who was here before. */
async function ofRegular(site: Site): Promise<string> {
  const { items } = await site.get('/api/worklist?limit=200&section=hematology');
  const found = items.find((each) => JSON.stringify(each).includes('BN100002'));
  return String(found?.accession);
}

async function corrected(site: Site): Promise<string> {
  const { items } = await site.get('/api/deliveries?limit=1000');
  return String(items.find((each) => Number(each.version) > 1)?.accession);
}

const demonstration: readonly Shown[] = [
  { name: 'catalogue', username: 'admin', path: '/catalogue', until: 'table tbody td:visible' },
  { name: 'orders', username: 'ktv', path: '/register', until: 'form' },
  {
    name: 'specimen',
    username: 'ktv',
    path: async (site) => `/specimens/${await ofRegular(site)}`,
    until: 'main h1, main h2',
  },
  { name: 'worklist', username: 'ktv', path: '/results', until: 'tr.result' },
  { name: 'history', username: 'ktv', path: async (site) => `/results/${await ofRegular(site)}`, until: 'tr.result' },
  {
    name: 'corrected',
    username: 'ktv',
    path: async (site) => `/results/${await corrected(site)}`,
    until: 'tr.result',
  },
  {
    name: 'statistics',
    username: 'ktv',
    path: '/statistics',
    until: 'main td:visible',
    prepare: async (page) => {
      await page
        .getByRole('link', { name: 'Thời gian trả kết quả' })
        .or(page.getByRole('button', { name: 'Thời gian trả kết quả' }))
        .first()
        .click();
      const [year, month, day] = new Date(Date.now() - 9 * 86_400_000).toISOString().slice(0, 10).split('-');
      await page.getByLabel('Từ ngày').fill(`${day}/${month}/${year}`);
      await page.keyboard.press('Tab');
      await page.locator('main td:visible').first().waitFor();
    },
  },
  { name: 'analyzers', username: 'ktv', path: '/analyzers', until: 'main' },
  { name: 'traffic', username: 'ktv', path: '/analyzers/xn-1', until: 'main :is(td, li, [role=row], article):visible' },
  {
    name: 'deliveries',
    username: 'admin',
    path: '/deliveries',
    until: 'main :is(td, li, [role=row], article):visible',
  },
  { name: 'people', username: 'admin', path: '/users', until: 'main :is(td, li, [role=row], article):visible' },
  { name: 'audit', username: 'admin', path: '/audit', until: 'main :is(td, li, [role=row], article):visible' },
  { name: 'guide', username: 'admin', path: '/guide', until: 'main h1, main h2' },
  {
    name: 'tablet-english',
    username: 'ktv',
    path: '/results',
    until: 'tr.result',
    options: tablet,
    prepare: async (page) => {
      await page.getByText('EN', { exact: true }).click();
      await page.locator('html[lang=en]').waitFor({ state: 'attached' });
    },
  },
];

const folder = join(checkoutRoot(), 'docs', 'screenshots');

async function take(page: Page, name: string): Promise<void> {
  await page.evaluate('document.fonts.ready');
  await page.screenshot({ path: join(folder, `${name}.png`) });
  await page.context().close();
  process.stdout.write(`docs/screenshots/${name}.png\n`);
}

async function takeMorning(): Promise<void> {
  const laboratory = await startLaboratory({ lines: morningLines, undoSeconds: 1 });
  try {
    await playMorning(laboratory);
    for (const { name, path, username = 'ha', prepare } of morning) {
      const page = await laboratory.signIn(username, path);
      await prepare(page);
      await take(page, name);
    }
  } finally {
    await laboratory.close();
  }
}

async function takeDemonstration(): Promise<void> {
  const data = await mkdtemp(join(tmpdir(), 'cuvette-pictures-'));
  const browser: Browser = await launchChromium();
  const demo = launch(['demo'], { CUVETTE_DATA: data, CUVETTE_PORT: '0', CUVETTE_LOG: 'silent' });
  try {
    const url = (await demo.says(/laboratory, is at (\S+)/, 120_000))[1] ?? '';
    const passwords = new Map(
      (await readFile(join(data, 'demo-passwords.txt'), 'utf8'))
        .trim()
        .split('\n')
        .map((line): [string, string] => [line.split(' ')[0] ?? '', line.split(' ')[1] ?? '']),
    );
    const signedIn = async (username: string, options: BrowserContextOptions = {}) => {
      const context = await browser.newContext({
        viewport: { width: 1366, height: 768 },
        locale: 'vi-VN',
        ...options,
      });
      await context.request.post(`${url}/api/session`, {
        data: { username, password: passwords.get(username) },
      });
      return context;
    };
    const looking = await signedIn('ktv');
    const site: Site = { get: async (path) => (await looking.request.get(url + path)).json() };
    await until(
      'the morning is under way',
      async () => (await site.get('/api/worklist?limit=50')).items.length >= 15,
      60_000,
    );
    for (const { name, username, path, until: selector, prepare, options } of demonstration) {
      const context = await signedIn(username, options);
      const page = await context.newPage();
      page.setDefaultTimeout(20_000);
      await page.goto(url + (typeof path === 'string' ? path : await path(site)));
      await page
        .locator(selector)
        .first()
        .waitFor()
        .catch(async (thrown: unknown) => {
          await take(page, `not-${name}`);
          throw thrown;
        });
      await prepare?.(page);
      await take(page, name);
    }
  } finally {
    demo.signal('SIGTERM');
    await demo.ended;
    await browser.close();
    await rm(data, { recursive: true, force: true });
  }
}

await mkdir(folder, { recursive: true });
await takeMorning();
await takeDemonstration();
