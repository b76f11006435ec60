import type { Browser, BrowserContext, Page } from 'playwright-core';
import { launchChromium } from '../browser/chromium.ts';

/** A page of the workbench, and what must be seen on it before it is of use. */
export interface LookedAt {
  readonly page: string;
  readonly path: string;
  /** CSS selector of its content. */
  readonly shows: string;
  /** Words that must stand in it. */
  readonly words?: string;
}

/** Milliseconds from the navigation to the frame that shows the content. */
export interface Paint {
  readonly page: string;
  /** `cold`: the address typed into a new browser; `first`: within the workbench, not seen before; `again`: seen before. */
  readonly how: 'cold' | 'first' | 'again';
  readonly n: number;
  readonly p50: number;
  readonly p95: number;
  readonly max: number;
}

export interface PaintPlan {
  readonly url: string;
  /** Of a person who may see all pages. */
  readonly cookie: string;
  readonly pages: readonly LookedAt[];
  readonly rounds: number;
}

/** Open each page so often in each way. Rejects where no Chromium starts or a page never shows its content. */
export async function measurePaint(plan: PaintPlan): Promise<Paint[]> {
  const browser = await launchChromium();
  try {
    const taken = new Map<string, { look: LookedAt; how: Paint['how']; times: number[] }>();
    const keep = (look: LookedAt, how: Paint['how'], time: number): void => {
      const key = `${look.page}/${how}`;
      const row = taken.get(key) ?? { look, how, times: [] };
      row.times.push(time);
      taken.set(key, row);
    };
    // The first start of a browser is not the laboratory's time.
    await cold(browser, plan, plan.pages[0]);
    for (let round = 0; round < plan.rounds; round += 1) {
      for (const look of plan.pages) keep(look, 'cold', await cold(browser, plan, look));
      for (const [look, how, time] of await within(browser, plan)) keep(look, how, time);
    }
    return [...taken.values()].map(({ look, how, times }) => ({ page: look.page, how, ...spread(times) }));
  } finally {
    await browser.close();
  }
}

function spread(times: readonly number[]): Pick<Paint, 'n' | 'p50' | 'p95' | 'max'> {
  const sorted = [...times].sort((one, other) => one - other);
  const at = (share: number): number => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
  return { n: times.length, p50: at(0.5), p95: at(0.95), max: sorted.at(-1) ?? 0 };
}

/** In the page: the time of the first frame after which the content stands there. */
const watch = (look: LookedAt, since: string): string => `new Promise((painted, late) => {
  const since = ${since};
  const look = () => {
    const found = [...document.querySelectorAll(${JSON.stringify(look.shows)})].some(
      (each) => each.checkVisibility() && each.textContent.includes(${JSON.stringify(look.words ?? '')}));
    if (performance.now() - since > 20000) late(new Error(${JSON.stringify(`${look.page} shows nothing of ${look.shows}, but: `)} + document.body.innerText.slice(0, 500)));
    else if (!found) requestAnimationFrame(look);
    else requestAnimationFrame(() => {
      // A message is taken after the frame was drawn.
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = () => painted(performance.now() - since);
      port2.postMessage('');
    });
  };
  look();
})`;

async function fresh({ browser, plan }: { browser: Browser; plan: PaintPlan }): Promise<BrowserContext> {
  const context = await browser.newContext({ viewport: { width: 1366, height: 768 }, locale: 'vi-VN' });
  const [name = '', value = ''] = plan.cookie.split('=');
  await context.addCookies([{ name, value, url: plan.url }]);
  return context;
}

/** A new browser with nothing kept; the page's clock begins with the navigation. */
async function cold(browser: Browser, plan: PaintPlan, look: LookedAt | undefined): Promise<number> {
  if (look === undefined) throw new Error('there is no page to look at');
  const context = await fresh({ browser, plan });
  try {
    const page = await context.newPage();
    await page.addInitScript(`globalThis.painted = ${watch(look, '0')}`);
    await page.goto(plan.url + look.path, { waitUntil: 'commit' });
    return Number(await page.evaluate('globalThis.painted'));
  } finally {
    await context.close();
  }
}

/** One person goes from page to page, twice; each time from a page that shows nothing of what is waited for. */
async function within(browser: Browser, plan: PaintPlan): Promise<(readonly [LookedAt, Paint['how'], number])[]> {
  const context = await fresh({ browser, plan });
  const times: (readonly [LookedAt, Paint['how'], number])[] = [];
  try {
    const page = await context.newPage();
    await page.goto(`${plan.url}/guide`);
    await page.locator('.guide-step').first().waitFor();
    for (const how of ['first', 'again'] as const) {
      for (const look of plan.pages) {
        times.push([look, how, Number(await go(page, look))]);
        // As a person does: something is read before the next page is opened.
        await page.waitForTimeout(150);
      }
    }
    return times;
  } finally {
    await context.close();
  }
}

/** As a link of the workbench goes: the address changes, the page hears of it. */
function go(page: Page, look: LookedAt): Promise<unknown> {
  return page.evaluate(`(() => {
    const begun = performance.now();
    history.pushState(null, '', ${JSON.stringify(look.path)});
    dispatchEvent(new PopStateEvent('popstate'));
    return ${watch(look, 'begun')};
  })()`);
}
