import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Hl7Receiver, startHl7Receiver } from '../publish/hl7-receiver.ts';
import { accessibilityFaults } from './axe.ts';
import { startLaboratory, type TestLaboratory, until } from './harness.ts';

const pictures = process.env.CUVETTE_PICTURES;
let laboratory: TestLaboratory;
let his: Hl7Receiver;

beforeAll(async () => {
  his = await startHl7Receiver();
  laboratory = await startLaboratory({
    undoSeconds: 0,
    config: {
      recipients: [{ id: 'kho', name: 'Kho dữ liệu', hl7: { connect: '127.0.0.1:1' }, retrySeconds: [60, 60] }],
    },
  });
}, 60_000);
afterAll(async () => {
  await laboratory.close();
  await his.down();
});

async function opened(username: string): Promise<Page> {
  return laboratory.signIn(username, '/deliveries', { viewport: { width: 1366, height: 768 } });
}

async function picture(page: Page, name: string): Promise<void> {
  if (pictures !== undefined) await page.screenshot({ path: `${pictures}/${name}.png` });
}

const stored = (id: string) => laboratory.lab.collections.recipients.findOne({ _id: id });
const dialogOf = (page: Page) => page.getByRole('dialog');

test('an administrator adds an HL7 recipient with the keyboard, is told what is wrong, tests, pauses and resumes it', async () => {
  const page = await opened('admin');
  await page.getByRole('button', { name: 'Thêm nơi nhận' }).focus();
  await page.keyboard.press('Enter');
  const dialog = dialogOf(page);
  await dialog.getByLabel('Mã nơi nhận').fill('bệnh án');
  await dialog.getByLabel('Địa chỉ').fill('nowhere');
  await dialog.getByLabel('Địa chỉ').press('Enter');
  await dialog.getByText('2 ô cần xem lại.').waitFor();
  await dialog.getByText('Cần dạng máy:cổng').waitFor();
  expect(await dialog.getByLabel('Địa chỉ').getAttribute('aria-invalid')).toBe('true');
  expect(await accessibilityFaults(page)).toEqual([]);
  await picture(page, 'recipient-new');
  await dialog.getByLabel('Mã nơi nhận').fill('kho');
  await dialog.getByText('Mã này đã có nơi nhận khác dùng.').waitFor();
  await dialog.getByLabel('Mã nơi nhận').fill('his');
  await dialog.getByLabel('Tên hiển thị').fill('HIS bệnh viện');
  await dialog.getByLabel('Địa chỉ').fill(`127.0.0.1:${his.port}`);
  await dialog.getByLabel('Địa chỉ').press('Enter');
  await page.getByRole('status').getByText('Đã thêm HIS bệnh viện').waitFor();
  expect((await stored('his'))?.hl7).toMatchObject({ connect: `127.0.0.1:${his.port}` });
  await page.getByRole('button', { name: 'Gửi thử HIS bệnh viện' }).click();
  await page.getByText('Nơi nhận trả lời: AA').waitFor();
  await page.getByRole('button', { name: 'Tạm dừng HIS bệnh viện' }).click();
  await page.getByRole('button', { name: 'Gửi tiếp HIS bệnh viện' }).click();
  await page.getByRole('button', { name: 'Tạm dừng HIS bệnh viện' }).waitFor();
  // What stands in lab.yaml is changed there.
  expect(await page.getByRole('button', { name: 'Sửa Kho dữ liệu' }).count()).toBe(0);
  expect(await accessibilityFaults(page)).toEqual([]);
  await picture(page, 'recipients');
  await page.context().close();
});

test('a mapping comes as CSV, is looked at row by row, and only sound rows are taken', async () => {
  const page = await opened('admin');
  await page.getByRole('button', { name: 'Sửa HIS bệnh viện' }).click();
  const dialog = dialogOf(page);
  await dialog.getByLabel('Nhập CSV').setInputFiles({
    name: 'mapping.csv',
    mimeType: 'text/csv',
    buffer: Buffer.from(
      'kind;ours;theirs\nunit;umol/L;µmol/L\nstatus;X;C\nlength;OBX-17;20\nlength;17;20\nunit;g/L;\ncolour;a;b\n',
    ),
  });
  await dialog.getByText('3 dòng dùng được, 3 dòng sai').waitFor();
  await dialog.getByRole('row', { name: /5 length 17 20 trường phải như OBX-17/ }).waitFor();
  await dialog.getByRole('row', { name: /6 unit g\/L đơn vị trống/ }).waitFor();
  expect(await accessibilityFaults(page)).toEqual([]);
  await picture(page, 'recipient-mapping');
  await dialog.getByRole('button', { name: 'Lấy 3 dòng' }).click();
  await dialog.getByRole('button', { name: 'Thêm dòng' }).click();
  await dialog.getByLabel('Của ta 4').fill('mmol/L');
  await dialog.getByRole('button', { name: 'Lưu' }).click();
  await dialog.getByText('Có dòng chưa điền đủ').waitFor();
  await dialog.getByLabel('Của nơi nhận 4').fill('mM');
  await dialog.getByRole('button', { name: 'Lưu' }).click();
  await page.getByText('Đã lưu HIS bệnh viện.').waitFor();
  expect((await stored('his'))?.hl7).toMatchObject({
    units: { 'umol/L': 'µmol/L', 'mmol/L': 'mM' },
    statuses: { X: 'C' },
    lengths: { 'OBX-17': 20 },
  });
  await page.getByRole('button', { name: 'Sửa HIS bệnh viện' }).click();
  const saved = page.waitForEvent('download');
  await dialog.getByRole('button', { name: 'Xuất CSV' }).click();
  expect((await saved).suggestedFilename()).toBe('mapping-his.csv');
  await page.keyboard.press('Escape');
  await dialog.waitFor({ state: 'detached' });
  await page.context().close();
});

test('FHIR, Cuvette and webhook are added with secrets that are never shown again and stay when left empty', async () => {
  const page = await opened('admin');
  const add = async (kind: string, fill: () => Promise<void>): Promise<void> => {
    await page.getByRole('button', { name: 'Thêm nơi nhận' }).click();
    await dialogOf(page).getByLabel('Loại nơi nhận').selectOption(kind);
    await fill();
    await dialogOf(page).getByRole('button', { name: 'Thêm nơi nhận' }).click();
    await dialogOf(page).waitFor({ state: 'detached' });
  };
  const dialog = dialogOf(page);
  for (const [kind, id] of [
    ['fhir', 'emr'],
    ['cuvette', 'trung-uong'],
  ] as const) {
    await add(kind, async () => {
      await dialog.getByLabel('Mã nơi nhận').fill(id);
      await dialog.getByLabel('Địa chỉ').fill('http://127.0.0.1:9/fhir/R4');
      await dialog.getByLabel('Mã truy cập', { exact: true }).fill(`secret-of-${id}`);
    });
  }
  await add('webhook', async () => {
    await dialog.getByLabel('Mã nơi nhận').fill('hook');
    await dialog.getByLabel('Địa chỉ').fill('http://127.0.0.1:9/hook');
    await dialog.getByRole('button', { name: 'Tạo khóa mới' }).click();
    await picture(page, 'recipient-webhook');
  });
  expect((await stored('hook'))?.webhook?.secret).toMatch(/^whsec_[A-Za-z0-9+/=]{44}$/);
  expect(await stored('trung-uong')).toMatchObject({
    referral: true,
    fhir: { auth: { token: 'secret-of-trung-uong' } },
  });
  await page.getByRole('button', { name: 'Sửa emr' }).click();
  expect(await dialog.getByLabel('Mã truy cập', { exact: true }).inputValue()).toBe('');
  expect(await page.content()).not.toContain('secret-of-emr');
  await dialog.getByText('Đã lưu, không hiện lại').waitFor();
  expect(await accessibilityFaults(page)).toEqual([]);
  await picture(page, 'recipient-fhir');
  await dialog.getByLabel('Tên hiển thị').fill('Bệnh án điện tử');
  await dialog.getByRole('button', { name: 'Lưu' }).click();
  await dialog.waitFor({ state: 'detached' });
  expect(await stored('emr')).toMatchObject({ name: 'Bệnh án điện tử', fhir: { auth: { token: 'secret-of-emr' } } });
  await page.getByRole('button', { name: 'Sửa Bệnh án điện tử' }).click();
  await dialog.getByLabel('Địa chỉ').fill('https://elsewhere.example/fhir');
  await dialog.getByRole('button', { name: 'Lưu' }).click();
  await dialog.getByText('Máy chủ đã đổi: nhập lại khóa.').waitFor();
  await page.context().close();
});

test('what is late says since when and why; a month shows how whole each recipient is', async () => {
  const { outbox } = laboratory.lab.collections;
  const page = await opened('admin');
  const released: unknown = await page.evaluate(`(async () => {
    const headers = { 'content-type': 'application/json' };
    const post = (path, body) => fetch(path, { method: 'POST', headers, body: JSON.stringify(body) });
    const patient = { id: 'BN1', name: 'Lê Thị Hoa', sex: 'female', birthDate: '1970-01-01' };
    const collectedAt = new Date(Date.now() - 3600000).toISOString();
    await post('/api/specimens', { accession: 'L1', patient, orders: ['GLU'], collectedAt });
    await post('/api/specimens/L1/observations', { observations: [{ analyte: 'GLU', value: '5.1' }] });
    const { observations } = await (await fetch('/api/specimens/L1')).json();
    const body = { observations: observations.map(({ id, version, alerts }) => ({ id, version, acknowledge: alerts })), ownEntryReason: 'x' };
    return (await post('/api/specimens/L1/verify', body)).status;
  })()`);
  expect(released).toBe(200);
  const late = new Date(Date.now() - 16 * 60_000).toISOString();
  await until('the recipient that is away was tried', async () => {
    const [waiting] = await outbox.find({ recipient: 'kho', accession: 'L1' }).toArray();
    return waiting?.attempts === 1 && waiting.state === 'queued';
  });
  await outbox.updateOne({ recipient: 'kho', accession: 'L1' }, { $set: { createdAt: late } });
  await page.reload();
  const row = page.getByRole('row', { name: /Kho dữ liệu.*L1/s });
  await row.getByText('trễ', { exact: true }).waitFor();
  expect(await row.textContent()).toMatch(/ECONNREFUSED|connect/);
  expect(await accessibilityFaults(page)).toEqual([]);
  await picture(page, 'deliveries-late');
  await page.getByRole('button', { name: 'Theo tháng' }).click();
  const line = page.getByRole('row', { name: /Kho dữ liệu/ });
  await line.waitFor();
  expect(await line.textContent()).toContain('0.0');
  expect(await line.textContent()).toMatch(/1 × .*(ECONNREFUSED|connect)/);
  expect(await page.getByRole('row', { name: /HIS bệnh viện/ }).textContent()).toContain('100.0');
  expect(await accessibilityFaults(page)).toEqual([]);
  await picture(page, 'deliveries-month');
  await page.context().close();
});

test('who may not add recipients sees them and no form', async () => {
  const page = await opened('khanh');
  await page.getByText('Kho dữ liệu').first().waitFor();
  expect(await page.getByRole('button', { name: 'Thêm nơi nhận' }).count()).toBe(0);
  expect(await page.getByRole('button', { name: /^Gửi thử/ }).count()).toBe(0);
  await page.context().close();
});
