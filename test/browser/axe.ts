import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Page } from 'playwright-core';

const source = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** What axe-core finds wrong with a page as it is shown now (WCAG 2.1 A and AA and good practice), a line each. */
export async function accessibilityFaults(page: Page): Promise<string[]> {
  await page.evaluate(source);
  const found: unknown = await page.evaluate(`axe.run(document, { resultTypes: ['violations'] }).then((result) =>
    result.violations.flatMap((rule) => rule.nodes.map((node) => rule.id + ': ' + node.target.join(' ') + ' ' + node.html.slice(0, 120))))`);
  return Array.isArray(found) ? found.map(String) : [String(found)];
}
