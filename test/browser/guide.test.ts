import { afterAll, beforeAll, expect, test } from 'vitest';
import { accessibilityFaults } from './axe.ts';
import { startLaboratory, type TestLaboratory } from './harness.ts';

let laboratory: TestLaboratory;
beforeAll(async () => {
  laboratory = await startLaboratory();
});
afterAll(() => laboratory.close());

test('an empty laboratory leads its administrator through the first steps, by keyboard', async () => {
  const page = await laboratory.signIn('admin');
  await page.getByRole('heading', { name: 'Bắt đầu với Cuvette' }).waitFor();
  await page.getByRole('link', { name: 'Xem các bước' }).focus();
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: 'Giữ chắc tài khoản quản trị' }).waitFor();
  expect(await page.getByText(/bước đã xong/).textContent()).toBe('1/9 bước đã xong');
  expect(await accessibilityFaults(page)).toEqual([]);
  await page.getByRole('button', { name: 'Đánh dấu đã làm: Sao lưu, và thử khôi phục' }).focus();
  await page.keyboard.press('Enter');
  await page.getByText(/Đã xác nhận: admin/).waitFor();
  expect(await page.getByText(/bước đã xong/).textContent()).toBe('2/9 bước đã xong');
  await page.getByRole('button', { name: 'Mật khẩu, mã một lần' }).focus();
  await page.keyboard.press('Enter');
  await page.getByRole('dialog').getByText('Chưa bật. Người quản trị nên bật.').waitFor();
  await page.keyboard.press('Escape');
  await page.getByRole('link', { name: 'Mở danh mục' }).click();
  await page.getByLabel('Tìm trong danh mục').waitFor();
  await page.context().close();
});

test('the card under the worklist says what is next, is put away, and comes back from the menu', async () => {
  const page = await laboratory.signIn('ha');
  const registered = await page.evaluate(async () => {
    const post = (path: string, body: unknown) =>
      fetch(path, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });
    await post('/api/specimens', {
      accession: '2611250701',
      patient: { id: 'HD1', name: 'Trần Thị Kê', sex: 'female', birthDate: '1980' },
      orders: ['GLU'],
    });
    return (await post('/api/specimens/2611250701/observations', { observations: [{ analyte: 'GLU', value: '5.20' }] }))
      .status;
  });
  expect(registered).toBe(201);
  const card = page.getByRole('region', { name: 'Bắt đầu với Cuvette' });
  await card.getByText('Tiếp theo: Duyệt kết quả đầu tiên').waitFor();
  await page.locator('main h1').waitFor();
  expect(await accessibilityFaults(page)).toEqual([]);
  await card.getByRole('button', { name: 'Ẩn hướng dẫn' }).click();
  await card.waitFor({ state: 'detached' });
  await page.locator('.user-menu summary').click();
  await page.getByRole('link', { name: 'Hướng dẫn ban đầu' }).click();
  await page.getByText('Các bước còn lại do quản trị làm.').waitFor();
  expect(await page.getByRole('main').getByRole('heading', { level: 2 }).allTextContents()).toEqual([
    'Đăng ký mẫu đầu tiên xong',
    'Duyệt kết quả đầu tiên tiếp theo',
  ]);
  await page.getByRole('button', { name: /^Hiện lại hướng dẫn/ }).click();
  await page.getByRole('link', { name: 'Kết quả', exact: true }).click();
  await card.waitFor();
  await page.context().close();
});
