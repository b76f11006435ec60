import { afterAll, beforeAll, expect, test } from 'vitest';
import { accessibilityFaults } from './axe.ts';
import { startLaboratory, type TestLaboratory } from './harness.ts';

let laboratory: TestLaboratory;
beforeAll(async () => {
  laboratory = await startLaboratory({
    config: { recipients: [{ id: 'bach-mai', name: 'Bạch Mai', referral: true }] },
  });
});
afterAll(() => laboratory.close());

test('a doctor sees what went and came, and a file that is no package is refused in words', async () => {
  const page = await laboratory.signIn('khanh', '/referrals');
  await page.getByText('Chưa có gói nào').waitFor();
  await page.getByText('Chưa có kết quả nào từ nơi khác.').waitFor();
  expect(await page.getByLabel('Bệnh viện nhận').inputValue()).toBe('bach-mai');
  await page
    .getByLabel('Tệp gói (ZIP)')
    .setInputFiles({ name: 'goi.zip', mimeType: 'application/zip', buffer: Buffer.from('not a package') });
  await page.getByRole('alert').waitFor();
  expect(await accessibilityFaults(page)).toEqual([]);
  await page.context().close();
});

test('a referral of somebody unknown is refused and what was typed stays', async () => {
  const page = await laboratory.signIn('khanh', '/referrals');
  await page.getByLabel('Mã người bệnh', { exact: true }).fill('BN-404');
  await page.getByRole('button', { name: 'Lập gói và gửi' }).click();
  await page.getByRole('alert').waitFor();
  expect(await page.getByLabel('Mã người bệnh', { exact: true }).inputValue()).toBe('BN-404');
  await page.context().close();
});

test('a technician does not get the page', async () => {
  const page = await laboratory.signIn('ha', '/');
  expect(await page.getByRole('navigation').getByText('Chuyển tuyến').count()).toBe(0);
  await page.context().close();
});
