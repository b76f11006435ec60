/**
 * The pictures of docs/screenshots, taken from the product at work: `npm run screenshots`. A page that is to be shown
 * has a line in `pictures`.
 */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { checkoutRoot } from '../simulators/vectors.ts';
import { morningLines, playMorning } from '../test/browser/busy-morning.ts';
import { startLaboratory } from '../test/browser/harness.ts';

interface Picture {
  readonly name: string;
  readonly path: string;
  /** Who looks. */
  readonly username?: string;
  /** What to wait for and to press before the picture is taken. */
  readonly prepare: (page: Page) => Promise<void>;
}

const pictures: readonly Picture[] = [
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

const folder = join(checkoutRoot(), 'docs', 'screenshots');
await mkdir(folder, { recursive: true });
const laboratory = await startLaboratory({ lines: morningLines, undoSeconds: 1 });
try {
  await playMorning(laboratory);
  for (const { name, path, username = 'ha', prepare } of pictures) {
    const page = await laboratory.signIn(username, path);
    await prepare(page);
    await page.evaluate('document.fonts.ready');
    await page.screenshot({ path: join(folder, `${name}.png`) });
    await page.context().close();
    process.stdout.write(`docs/screenshots/${name}.png\n`);
  }
} finally {
  await laboratory.close();
}
