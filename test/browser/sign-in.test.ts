import { afterAll, beforeAll, expect, test } from 'vitest';
import { password, startLaboratory, type TestLaboratory } from './harness.ts';

let laboratory: TestLaboratory;
beforeAll(async () => {
  laboratory = await startLaboratory();
});
afterAll(() => laboratory.close());

test('the first page after sign-in is the worklist, in Vietnamese until the other language is chosen', async () => {
  const page = await (await laboratory.browser.newContext({ viewport: { width: 1366, height: 768 } })).newPage();
  await page.goto(laboratory.url);
  await page.getByLabel('Tên đăng nhập').fill('ha');
  await page.getByLabel('Mật khẩu').fill(password);
  await page.keyboard.press('Enter');
  await page.getByRole('navigation').getByText('Kết quả').waitFor();
  expect(await page.locator('html').getAttribute('lang')).toBe('vi');
  await page.getByRole('button', { name: 'EN' }).click();
  await page.getByRole('navigation').getByText('Results').waitFor();
  expect(await page.locator('html').getAttribute('lang')).toBe('en');
  await page.context().close();
});
