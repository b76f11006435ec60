import { afterAll, beforeAll, expect, test } from 'vitest';
import { accessibilityFaults } from './axe.ts';
import { startLaboratory, type TestLaboratory } from './harness.ts';

let laboratory: TestLaboratory;
beforeAll(async () => {
  laboratory = await startLaboratory();
});
afterAll(() => laboratory.close());

const tablet = { viewport: { width: 820, height: 1180 } };

test('on a tablet every page is in sight, and no figure stands over another', async () => {
  const page = await laboratory.signIn('admin', '/', tablet);
  await page.evaluate(async () => {
    const post = (path: string, body: unknown) =>
      fetch(path, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });
    await post('/api/specimens', {
      accession: '2611250801',
      patient: { id: 'BN1', name: 'Nguyễn Thị Hồng Nhung', sex: 'female', birthDate: '1990-02-03' },
      orders: ['CREA', 'EGFR', 'GLU'],
      requester: 'BS. Trần Khánh',
      ward: 'Hồi sức tích cực',
    });
    const values = ['CREA', 'GLU'].map((analyte) => ({ analyte, value: '78' }));
    await post('/api/specimens/2611250801/observations', { observations: values });
  });
  await page.goto(`${laboratory.url}/results/2611250801`);
  await page.locator('tr.result', { hasText: 'CREA' }).waitFor();
  const clipped = await page.evaluate(`(() => {
    const out = [...document.querySelectorAll('header.bar nav a')].filter((link) => {
      const { right, bottom } = link.getBoundingClientRect();
      const nav = link.parentElement.getBoundingClientRect();
      return right > nav.right + 1 || bottom > nav.bottom + 1 || right > innerWidth;
    });
    return out.map((link) => link.textContent);
  })()`);
  expect(clipped).toEqual([]);
  const crossed = await page.evaluate(`(() => {
    const boxes = [...document.querySelectorAll('tr.result td > *, .facts dd, .facts dt')]
      .map((each) => ({ text: each.textContent || each.getAttribute('class'), box: each.getBoundingClientRect() }))
      .concat([...document.querySelectorAll('tr.result td.range')].map((each) => {
        const range = document.createRange();
        range.selectNodeContents(each);
        return { text: each.textContent, box: range.getBoundingClientRect() };
      }))
      .filter(({ box }) => box.width > 0 && box.height > 0);
    const over = (a, b) => a.left < b.right - 1 && b.left < a.right - 1 && a.top < b.bottom - 1 && b.top < a.bottom - 1;
    return boxes.flatMap((one, at) => boxes.slice(at + 1).filter((other) => over(one.box, other.box))
      .map((other) => one.text + ' / ' + other.text));
  })()`);
  expect(crossed).toEqual([]);
  expect(await accessibilityFaults(page)).toEqual([]);
  for (const path of ['/catalogue/analytes', '/statistics/counts', '/users', '/audit', '/guide']) {
    await page.goto(laboratory.url + path);
    await page.locator('main h1').first().waitFor({ state: 'attached' });
    expect(await page.evaluate('document.documentElement.scrollWidth <= innerWidth')).toBe(true);
  }
  await page.goto(`${laboratory.url}/catalogue/analytes`);
  await page.getByRole('button', { name: 'ABO', exact: true }).waitFor();
  const list = await page.locator('.catalogue-rows').boundingBox();
  expect(list?.height ?? 0).toBeGreaterThan(300);
  await page.context().close();
});

test('a day is written the same way on every computer, and one that is none says so and keeps what was typed', async () => {
  const page = await laboratory.signIn('admin', '/statistics/counts', { locale: 'en-US' });
  const from = page.getByLabel('Từ ngày');
  expect(await from.inputValue()).toMatch(/^\d\d\/\d\d\/2026$/);
  await from.fill('01/02/2026');
  await page.waitForURL(/from=2026-02-01/);
  await from.fill('31/02/2026');
  await page.getByText('Ghi ngày như 25/11/2026.').waitFor();
  expect(await from.inputValue()).toBe('31/02/2026');
  expect(page.url()).toContain('from=2026-02-01');
  expect(await accessibilityFaults(page)).toEqual([]);
  await page.goto(`${laboratory.url}/statistics/counts?from=nonsense`);
  await from.waitFor();
  await page.context().close();
});
