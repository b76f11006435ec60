import { afterAll, beforeAll, expect, test } from 'vitest';
import { accessibilityFaults } from './axe.ts';
import { startLaboratory, type TestLaboratory } from './harness.ts';

const secret = `whsec_${Buffer.alloc(24, 7).toString('base64')}`;
let laboratory: TestLaboratory;
beforeAll(async () => {
  laboratory = await startLaboratory({
    config: {
      recipients: [{ id: 'bach-mai', name: 'Bạch Mai', referral: true }],
      referral: { senders: [{ id: 'bac-giang', name: 'BVĐK Bắc Giang', url: 'http://127.0.0.1:9', secret }] },
    },
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

test('what another hospital told us of is shown with what became of it, and fetched again when asked', async () => {
  const { lab } = laboratory;
  const at = new Date().toISOString();
  const expiresAt = new Date(Date.now() + 3_600_000).toISOString();
  const notice = { sender: 'bac-giang', version: 1, path: '/x', expiresAt, attempts: 1, nextAt: at, receivedAt: at };
  await lab.collections.notices.insertMany([
    { _id: 'n1', ...notice, report: 'BG1-v1', state: 'taken', imported: 1 },
    {
      _id: 'n2',
      ...notice,
      report: 'BG2-v1',
      state: 'refused',
      reason: 'What was sent is not taken in: BG2-v1: no trusted authority stands behind Phạm Thị Lan',
      token: 'secret-token',
    },
  ]);
  const page = await laboratory.signIn('khanh', '/referrals');
  const list = page.getByRole('region', { name: 'Gói được báo tới' });
  await list.getByText('BG2-v1: không nơi cấp nào được tin ở đây đứng sau Phạm Thị Lan').waitFor();
  expect(await list.getByRole('row', { name: /BG1-v1/ }).textContent()).toMatch(/BVĐK Bắc Giang\s*BG1-v1\s*đã nhận/);
  expect(await page.content()).not.toContain('secret-token');
  expect(await accessibilityFaults(page)).toEqual([]);
  await list.getByRole('button', { name: 'Lấy lại' }).click();
  await list.getByText('đang lấy').waitFor();
  await page.context().close();
});

test('whoever is signed in checks a file or a code from anywhere, and is told when there is no valid signature', async () => {
  const page = await laboratory.signIn('mai', '/');
  await page.locator('.user-menu summary').click();
  await page.getByRole('link', { name: 'Kiểm tra chữ ký' }).click();
  await page
    .getByLabel('Tệp cần kiểm tra')
    .setInputFiles({ name: 'phieu.pdf', mimeType: 'application/pdf', buffer: Buffer.from('%PDF-1.7 nothing') });
  const outcome = page.getByRole('status', { name: 'Kết quả kiểm tra' });
  await outcome.getByText('không có chữ ký hợp lệ').waitFor();
  await outcome.getByText('phieu.pdf').waitFor();
  await outcome.getByText('tệp không có chữ ký').waitFor();
  await page.getByLabel('Nội dung mã QR').fill('shc:/5676');
  await page.getByRole('button', { name: 'Kiểm tra', exact: true }).click();
  await outcome.getByRole('heading', { name: 'mã QR của phiếu' }).waitFor();
  expect(await accessibilityFaults(page)).toEqual([]);
  await page.context().close();
});

test('a test that another hospital cancelled or took back is named so, never an empty place', async () => {
  const value = { name: 'Creatinin', value: '', unit: '', flags: [], notes: [] };
  await laboratory.lab.collections.external.insertOne({
    _id: 'e1',
    patient: { id: 'BN-9', name: 'Trần Thị Lý', sex: 'female', birthDate: '1980-05-17' },
    patientKeys: ['BN-9'],
    origin: { lab: { id: '24001', name: 'Bắc Giang' }, accession: 'BG9', version: 2 },
    signature: { state: 'valid', signer: 'Phạm Thị Lan', signedAt: '2026-11-24T02:00:00.000Z' },
    status: 'final',
    collectedAt: '2026-11-24T01:30:00.000Z',
    issued: '2026-11-24T02:00:00.000Z',
    observations: [
      { ...value, analyte: 'CREA', status: 'cancelled' },
      { ...value, analyte: 'UREA', name: 'Ure', status: 'entered-in-error' },
    ],
    receivedAt: '2026-11-24T03:00:00.000Z',
    receivedBy: 'sender:bac-giang',
    bundle: new Uint8Array(),
  });
  const page = await laboratory.signIn('khanh', '/referrals');
  const values = page.locator('.external dl');
  await values.waitFor();
  expect(await values.textContent()).toMatch(/Creatinin\s*không làm\s*Ure\s*đã rút/);
  await page.context().close();
});

test('a technician does not get the page', async () => {
  const page = await laboratory.signIn('ha', '/');
  expect(await page.getByRole('navigation').getByText('Chuyển tuyến').count()).toBe(0);
  await page.context().close();
});
