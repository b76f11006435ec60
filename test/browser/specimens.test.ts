import { afterAll, beforeAll, expect, test } from 'vitest';
import { registerSpecimen } from '../../src/acts/registration.ts';
import { accessibilityFaults } from './axe.ts';
import { scan, startLaboratory, type TestLaboratory, until } from './harness.ts';

const pictures = process.env.CUVETTE_PICTURES;
let laboratory: TestLaboratory;

beforeAll(async () => {
  laboratory = await startLaboratory();
  const patient = { id: 'BN1', name: 'Ngô Đức Anh', sex: 'male', birthDate: '2019-03-02' } as const;
  for (const accession of ['24112300101', '24112300102', '24112300103']) {
    const registration = { accession, patient, orders: ['CBC'], ward: 'Khoa Nhi' };
    await registerSpecimen(laboratory.lab, { username: 'mai', role: 'receptionist' }, registration);
  }
}, 60_000);
afterAll(() => laboratory.close());

test('tubes are received, stored at counted places and rejected with a coded reason, by scanner', async () => {
  const { lab } = laboratory;
  const page = await laboratory.signIn('ha', '/specimens');
  const typeScan = async (text: string): Promise<void> => {
    await page.keyboard.type(text, { delay: 2 });
    await page.keyboard.press('Enter');
  };
  const stateOf = async (accession: string) => (await lab.collections.specimens.findOne({ _id: accession }))?.state;
  await page.getByLabel('Quét ống để xem').waitFor();
  await page.getByRole('button', { name: 'Nhận' }).click();
  for (const accession of ['24112300101', '24112300102', '24112300103']) await typeScan(accession);
  await until('all are received', async () => (await stateOf('24112300103')) === 'received');
  await typeScan('99999999');
  await page.getByText('✕ Mã mẫu chưa được đăng ký.').waitFor();
  // A scan that finds the focus on a button still is the page's.
  await page.getByRole('button', { name: 'Lưu kho' }).focus();
  await page.keyboard.press('Enter');
  await page.getByLabel('Giá', { exact: true }).fill('TU-1');
  await page.getByLabel('Vị trí', { exact: true }).fill('A09');
  await page.getByLabel('Quét ống để cất').focus();
  await typeScan('24112300101');
  await page.getByText('TU-1 / A09').first().waitFor();
  await page.getByRole('button', { name: 'Kho mẫu' }).focus();
  await scan(page, '24112300102');
  await page.getByText('TU-1 / A10').first().waitFor();
  expect(await stateOf('24112300102')).toBe('stored');
  await page.getByRole('heading', { name: 'Dòng thời gian' }).waitFor();
  expect(await accessibilityFaults(page)).toEqual([]);
  if (pictures !== undefined) await page.screenshot({ path: `${pictures}/specimens.png` });
  await page.getByRole('button', { name: 'Kho mẫu' }).click();
  await page.getByRole('link', { name: /^A10/ }).waitFor();
  expect(await accessibilityFaults(page)).toEqual([]);
  if (pictures !== undefined) await page.screenshot({ path: `${pictures}/storage.png` });
  await page.getByRole('button', { name: 'Từ chối' }).first().click();
  await scan(page, '24112300103');
  await page.getByRole('dialog').waitFor();
  await page.getByLabel('Lý do').selectOption({ index: 1 });
  await page.getByLabel('Đã báo cho').fill('ĐD. Hoa');
  expect(await accessibilityFaults(page)).toEqual([]);
  await page.getByRole('dialog').getByRole('button', { name: 'Từ chối' }).click();
  await until('it is rejected', async () => (await stateOf('24112300103')) === 'rejected');
  await page.getByText(/Lấy lại dưới mã/).waitFor();
  if (pictures !== undefined) await page.screenshot({ path: `${pictures}/rejected.png` });
  await page.context().close();
});
