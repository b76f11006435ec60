import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { enterByHand } from '../../src/acts/enter.ts';
import { registerSpecimen } from '../../src/acts/registration.ts';
import { verifyObservations } from '../../src/acts/verify.ts';
import { accessibilityFaults } from './axe.ts';
import { sheetGone, startLaboratory, type TestLaboratory, until } from './harness.ts';
import { bloodCount, healthy } from './sysmex.ts';

/** Two levels: a technician verifies, a doctor releases. */
let laboratory: TestLaboratory;
beforeAll(async () => {
  laboratory = await startLaboratory({
    lines: [{ id: 'xn-1', driver: 'sysmex/xn-1000', name: 'XN-1000' }],
    verification: ['technical', 'medical'],
    undoSeconds: 1,
  });
  for (const [accession, values] of [
    ['24110001', healthy],
    ['24110002', { ...healthy, HGB: '6.1' }],
    ['24110003', healthy],
  ] as const) {
    await registerSpecimen(
      laboratory.lab,
      { username: 'mai', role: 'receptionist' },
      {
        accession,
        patient: { id: `BN${accession}`, name: 'Phạm Thị Mai', sex: 'female', birthDate: '1992-05-14' },
        orders: Object.keys(healthy),
        ward: 'Cấp cứu',
      },
    );
    await laboratory.analyzer('xn-1').send(bloodCount(accession, values));
  }
});
afterAll(() => laboratory.close());

const observation = async (accession: string, analyte: string) =>
  (await laboratory.lab.collections.observations.find({ accession, analyte, current: true }).toArray())[0];
const report = (accession: string, version: number) =>
  laboratory.lab.collections.reports.findOne({ accession, version });

async function opened(page: Page, accession: string): Promise<void> {
  await page.locator('.specimen-head dd').first().filter({ hasText: accession }).waitFor();
  await page.locator('tr.result').first().waitFor();
}

test('a technician verifies, the doctor sees it wait for her and releases it by its key', async () => {
  const technician = await laboratory.signIn('ha', '/results/24110001');
  await opened(technician, '24110001');
  expect(await technician.getByRole('button', { name: 'Phát hành' }).count()).toBe(0);
  await technician.keyboard.press('v');
  await until('it is verified', async () => (await observation('24110001', 'HGB'))?.state === 'verified');
  expect(await report('24110001', 1)).toBeNull();
  const doctor = await laboratory.signIn('khanh', '/results/24110001');
  await opened(doctor, '24110001');
  await doctor.locator('#row-24110001', { hasText: 'chờ bác sĩ' }).waitFor();
  await doctor.keyboard.press('l');
  await until('it is released', async () => (await report('24110001', 1)) !== null);
  await technician.context().close();
  await doctor.context().close();
});

test('a released value is corrected with a reason; page and slip say ĐÃ SỬA, the versions are compared', async () => {
  const page = await laboratory.signIn('khanh', '/results/24110001');
  await opened(page, '24110001');
  await page.locator('tr.result', { hasText: 'HGB' }).click();
  await page.keyboard.press('a');
  const sheet = page.locator('.sheet.danger');
  await sheet.locator('input:focus').waitFor();
  await page.keyboard.type('12,9', { delay: 30 });
  await page.keyboard.press('Enter');
  expect(await report('24110001', 2)).toBeNull();
  await sheet.getByLabel('Lý do').fill('gõ nhầm khi nhập');
  await page.keyboard.press('Enter');
  await until('the second version', async () => (await report('24110001', 2)) !== null);
  await page.getByRole('button', { name: /bản 2/ }).click();
  const changes = page.locator('.sheet.reports');
  await changes.getByText('12,9 g/dL').waitFor();
  expect(await changes.textContent()).toContain('13,4 g/dL');
  expect(await changes.textContent()).toContain('gõ nhầm khi nhập');
  await changes.getByText('ĐÃ SỬA').first().waitFor();
  expect(await accessibilityFaults(page)).toEqual([]);
  await page.emulateMedia({ media: 'print' });
  await page.locator('.slip .corrected', { hasText: 'ĐÃ SỬA' }).waitFor();
  await page.context().close();
});

test('all of a specimen is withdrawn in one act, with a reason', async () => {
  const page = await laboratory.signIn('khanh', '/results/24110001');
  await opened(page, '24110001');
  await page.keyboard.press('w');
  await page.locator('.sheet.danger input:focus').waitFor();
  await page.keyboard.type('nhầm người bệnh', { delay: 30 });
  await page.keyboard.press('Enter');
  await until('it is withdrawn', async () => (await report('24110001', 3))?.status === 'entered-in-error');
  await page.locator('tr.result.withdrawn').first().waitFor();
  await page.context().close();
});

test('a critical value stands across the top until its call is recorded with the read-back', async () => {
  const page = await laboratory.signIn('ha', '/results/24110003');
  await opened(page, '24110003');
  const bar = page.locator('.critical-bar');
  await bar.getByText('Huyết sắc tố 6,1').waitFor();
  await page.keyboard.press('g');
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Đã báo cho').fill('BS. Nguyễn Văn An, Cấp cứu');
  await dialog.getByRole('checkbox').check();
  expect(await accessibilityFaults(page)).toEqual([]);
  await page.keyboard.press('Enter');
  await bar.waitFor({ state: 'detached' });
  const critical = (await laboratory.lab.collections.criticals.find({}).toArray())[0];
  expect(critical?.calls[0]).toMatchObject({ by: 'ha', to: 'BS. Nguyễn Văn An, Cấp cứu', readBack: true });
  await page.context().close();
});

test('what is stopped says why and is not verified until the stop is lifted', async () => {
  const page = await laboratory.signIn('thao', '/results/24110003');
  await opened(page, '24110003');
  await page.locator('tr.result', { hasText: 'PLT' }).click();
  await page.keyboard.press('b');
  await page.locator('.sheet input:focus').waitFor();
  await page.keyboard.type('nội kiểm tiểu cầu lệch', { delay: 30 });
  await page.keyboard.press('Enter');
  await page.locator('.stop', { hasText: 'Tiểu cầu · XN-1000: nội kiểm tiểu cầu lệch' }).waitFor();
  await sheetGone(page);
  expect(await accessibilityFaults(page)).toEqual([]);
  await page.keyboard.press('ArrowLeft');
  await page.keyboard.press('v');
  await until('the others are verified', async () => (await observation('24110003', 'WBC'))?.state === 'verified');
  expect((await observation('24110003', 'PLT'))?.state).toBe('pending');
  await page.goto(`${laboratory.url}/results/24110003`);
  await opened(page, '24110003');
  await page.locator('.stop').getByRole('button', { name: 'Bỏ chặn' }).click();
  await page.getByLabel('Vì sao bỏ chặn').fill('đã chạy lại nội kiểm');
  await page.keyboard.press('Enter');
  await page.locator('.stop').waitFor({ state: 'detached' });
  await page.keyboard.press('v');
  await until('the last one is verified', async () => (await observation('24110003', 'PLT'))?.state === 'verified');
  await page.context().close();
});

test('a doctor of one section releases what is hers and is told what waits for another', async () => {
  const { lab } = laboratory;
  const [accession, ha] = ['24110009', { username: 'ha', role: 'technician' }] as const;
  const patient = { id: 'BN9', name: 'Lý Thị Hồng', sex: 'female', birthDate: '1990-02-03' } as const;
  await registerSpecimen(lab, ha, { accession, patient, orders: ['PLT', 'K'] });
  const entered = await enterByHand(lab, { ...ha, username: 'nam' }, accession, [
    { analyte: 'PLT', value: '250' },
    { analyte: 'K', value: '4.1' },
  ]);
  await verifyObservations(lab, ha, accession, {
    observations: entered.map((each) => ({ id: each._id, version: each.version })),
  });
  await lab.collections.users.updateOne({ _id: 'khanh' }, { $set: { sections: ['hematology'] } });
  const page = await laboratory.signIn('khanh', `/results/${accession}`);
  await opened(page, accession);
  await page.getByRole('button', { name: 'Huyết học' }).waitFor();
  await page.keyboard.press('l');
  await page.getByText('Đã phát hành 24110009; còn 1 kết quả của Hóa sinh').waitFor();
  await until('hers is released', async () => (await observation(accession, 'PLT'))?.state === 'released');
  expect((await observation(accession, 'K'))?.state).toBe('verified');
  await page.keyboard.press('l');
  await page.getByText('Việc này thuộc bộ phận Hóa sinh').waitFor();
  await page.context().close();
});

test('a pregnancy said afterwards shows what it changes before it is said, and judges anew what waits', async () => {
  const { lab } = laboratory;
  const actor = { username: 'mai', role: 'receptionist' } as const;
  const range = { kind: 'range', _id: 'range/pregnant-tsh', analyte: 'TSH', sex: 'female', version: 1 } as const;
  for (const each of [
    { ...range, _id: 'range/tsh', low: '0.40', high: '4.00' },
    { ...range, pregnancy: 'pregnant', low: '0.10', high: '2.50' } as const,
  ])
    lab.catalogue.put(each);
  await registerSpecimen(lab, actor, {
    accession: '24110019',
    patient: { id: 'BN19', name: 'Hoàng Thị Lan', sex: 'female', birthDate: '1997-12-01' },
    orders: ['TSH'],
  });
  await enterByHand(lab, { username: 'nam', role: 'technician' }, '24110019', [{ analyte: 'TSH', value: '3.10' }]);
  const page = await laboratory.signIn('ha', '/results/24110019');
  await opened(page, '24110019');
  await page.getByRole('button', { name: 'chưa ghi có thai' }).click();
  const sheet = page.locator('.sheet');
  await sheet.getByText('1 kết quả chờ duyệt sẽ được đánh giá lại ngay:').waitFor();
  expect(await sheet.textContent()).toContain('0,40–4,00 → 0,10–2,50 H');
  expect(await accessibilityFaults(page)).toEqual([]);
  await sheet.getByLabel('Lý do').fill('khoa Sản báo');
  await page.keyboard.press('Enter');
  await page.getByRole('button', { name: 'có thai', exact: true }).waitFor();
  await page.locator('tr.result', { hasText: '0,10–2,50' }).waitFor();
  expect(await observation('24110019', 'TSH')).toMatchObject({ flags: ['H'] });
  await page.locator('tr.result').first().click();
  await page.keyboard.press('e');
  await page.locator('.why', { hasText: 'có thai' }).waitFor();
  await page.locator('.why', { hasText: 'khoa Sản báo' }).waitFor();
  await page.context().close();
});
