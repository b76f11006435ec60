import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { enterByHand } from '../../src/acts/enter.ts';
import { registerSpecimen } from '../../src/acts/registration.ts';
import { accessibilityFaults } from './axe.ts';
import { scan, sheetGone, startLaboratory, type TestLaboratory, until } from './harness.ts';
import { bloodCount, healthy } from './sysmex.ts';

let laboratory: TestLaboratory;
beforeAll(async () => {
  laboratory = await startLaboratory({
    lines: [{ id: 'xn-1', driver: 'sysmex/xn-1000', name: 'XN-1000' }],
    undoSeconds: 4,
  });
});
afterAll(() => laboratory.close());

const reception = { username: 'mai', role: 'receptionist' } as const;
let patients = 0;

/** A registered woman of 34 whose blood waits to be run. */
async function register(
  accession: string,
  priority: 'routine' | 'stat' = 'routine',
  name = 'Phạm Thị Mai',
): Promise<void> {
  patients += 1;
  await registerSpecimen(laboratory.lab, reception, {
    accession,
    patient: { id: `BN${patients}`, name, sex: 'female', birthDate: '1992-05-14' },
    orders: ['WBC', 'RBC', 'HGB', 'HCT', 'MCV', 'MCH', 'MCHC', 'PLT'],
    priority,
  });
}

const send = (accession: string, values = healthy, at?: Date): Promise<void> =>
  laboratory.analyzer('xn-1').send(bloodCount(accession, values, at));

const observations = (accession: string) => laboratory.lab.collections.observations.find({ accession }).toArray();
const states = async (accession: string): Promise<string[]> =>
  [...new Set((await observations(accession)).map((each) => each.state))].sort();

const row = (page: Page, accession: string) => page.locator(`#row-${accession}`);
const heading = (page: Page) => page.locator('.specimen-head dd').first();
async function opened(page: Page, accession: string): Promise<void> {
  await heading(page).filter({ hasText: accession }).waitFor();
  await page.locator('tr.result').first().waitFor();
}

test('results come in by themselves, urgent ones above, and the open specimen stays open', async () => {
  const page = await laboratory.signIn();
  await page.getByText('Không còn kết quả nào chờ duyệt').waitFor();
  await register('24110001');
  await send('24110001');
  await opened(page, '24110001');
  await register('24110002', 'stat');
  await send('24110002', { ...healthy, HGB: '6.1', WBC: '11.80' });
  await row(page, '24110002').waitFor();
  expect(await page.locator('.list-row').evaluateAll((rows) => rows.map((each) => each.id))).toEqual([
    'row-24110002',
    'row-24110001',
  ]);
  expect(await heading(page).textContent()).toBe('24110001');
  expect(await row(page, '24110001').textContent()).toContain('sạch');
  expect(await row(page, '24110002').textContent()).toContain('LL');
  await page.context().close();
});

test('a number shows its digits with the decimal comma, unit, flag, range and place against it', async () => {
  const page = await laboratory.signIn('ha', '/results/24110002');
  await opened(page, '24110002');
  const white = page.locator('tr.result', { hasText: 'Bạch cầu' }).first();
  expect(await white.textContent()).toMatch(/11,80[\s\S]*10⁹\/L[\s\S]*H[\s\S]*4,0–10,0/);
  expect(await white.locator('svg.range-bar').getAttribute('aria-label')).toBe('trên khoảng');
  await page.context().close();
});

test('V verifies what is clean and goes on; U takes it back before it leaves', async () => {
  const page = await laboratory.signIn('ha', '/results/24110001');
  await opened(page, '24110001');
  await page.keyboard.press('v');
  await opened(page, '24110002');
  await page.getByText('Đã duyệt 24110001').waitFor();
  expect(await states('24110001')).toEqual(['verified']);
  await page.keyboard.press('u');
  await page.getByText('Đã hoàn tác 24110001').waitFor();
  expect(await states('24110001')).toEqual(['pending']);
  await opened(page, '24110001');
  await row(page, '24110001').waitFor();
  await page.context().close();
});

test('an alert is acknowledged by its own key before anything is verified', async () => {
  const page = await laboratory.signIn('ha', '/results/24110002');
  await opened(page, '24110002');
  await page.keyboard.press('Shift+V');
  const sheet = page.locator('.sheet.look');
  await sheet.getByText('Huyết sắc tố 6,1 g/dL').waitFor();
  await page.keyboard.press('Shift+V');
  await page.keyboard.press('Enter');
  expect(await sheet.getByRole('button', { name: 'Đã xem, duyệt' }).isDisabled()).toBe(true);
  expect(await states('24110002')).toEqual(['pending']);
  const { status } = await page.request
    .post(`${laboratory.url}/api/specimens/24110002/verify`, {
      data: { observations: (await observations('24110002')).map((each) => ({ id: each._id, version: each.version })) },
    })
    .then((answer) => ({ status: answer.status() }));
  expect(status).toBe(422);
  await page.keyboard.press('1');
  await sheet.locator('.tick.done').waitFor();
  await page.keyboard.press('Shift+V');
  await until('the specimen is verified', async () => (await states('24110002')).includes('verified'));
  await page.context().close();
});

test('a scan opens the tube wherever one is, and no key of its letters fires', async () => {
  await register('VRH24U7001');
  await send('VRH24U7001');
  const page = await laboratory.signIn('ha', '/results/24110001');
  await opened(page, '24110001');
  await row(page, 'VRH24U7001').waitFor();
  await scan(page, 'VRH24U7001');
  await opened(page, 'VRH24U7001');
  expect(await page.locator('.sheet').count()).toBe(0);
  expect(await page.locator('.toast').count()).toBe(0);
  expect(await states('VRH24U7001')).toEqual(['pending']);
  expect(await states('24110001')).toEqual(['pending']);
  await page.context().close();
});

test('keys rest while one types, and Escape leaves the search', async () => {
  const page = await laboratory.signIn('ha', '/results/24110001');
  await opened(page, '24110001');
  await page.keyboard.press('/');
  await page.keyboard.type('vrh', { delay: 120 });
  expect(await page.getByRole('searchbox').inputValue()).toBe('vrh');
  expect(await page.locator('.list-row').count()).toBe(1);
  expect(await states('VRH24U7001')).toEqual(['pending']);
  await page.keyboard.press('Escape');
  expect(await page.getByRole('searchbox').evaluate((field) => field.matches(':focus'))).toBe(false);
  await page.context().close();
});

test('a page that is stale is refused and shows what changed', async () => {
  const page = await laboratory.signIn('ha');
  // The line of the server's events is cut: this page will not hear of the change.
  await page.route('**/api/events*', (route) => route.abort());
  await page.goto(`${laboratory.url}/results/24110001`);
  await opened(page, '24110001');
  await send('24110001', { ...healthy, HGB: '9.9' }, new Date(Date.now() + 60_000));
  await until('the second run', async () => (await observations('24110001')).length === 16);
  await page.keyboard.press('v');
  await page.getByText('Kết quả đã đổi từ khi bạn mở trang').waitFor();
  expect(await page.locator('.changes').textContent()).toContain('13,4 thành 9,9');
  expect(await states('24110001')).toEqual(['pending']);
  await page.keyboard.press('Enter');
  await page.locator('.changes').waitFor({ state: 'detached' });
  await page.context().close();
});

test('another run is shown and can be taken instead', async () => {
  const page = await laboratory.signIn('ha', '/results/24110001');
  await opened(page, '24110001');
  const line = page.locator('tr.result', { hasText: 'HGB' }).first();
  await line.getByRole('button', { name: '1 lần chạy khác' }).click();
  await page.locator('tr.run', { hasText: '13,4' }).getByRole('button', { name: 'Dùng lần này' }).click();
  await page.locator('tr.result', { hasText: '13,4' }).waitFor();
  expect((await observations('24110001')).find((each) => each.analyte === 'HGB' && each.current)?.value).toBe('13.4');
  await page.context().close();
});

test('repeat with a coded reason, hold and let go, comment: each by its key on one number', async () => {
  await register('24110003');
  await send('24110003');
  const page = await laboratory.signIn('ha', '/results/24110003');
  await opened(page, '24110003');
  const current = async (analyte: string) => (await observations('24110003')).find((each) => each.analyte === analyte);
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('h');
  await page.locator('.sheet input:focus').waitFor();
  await page.keyboard.type('chờ hỏi bác sĩ', { delay: 30 });
  await page.keyboard.press('Enter');
  await page.locator('tr.placed .badge', { hasText: 'giữ' }).waitFor();
  expect((await current('WBC'))?.hold?.reason).toBe('chờ hỏi bác sĩ');
  await sheetGone(page);
  await page.keyboard.press('h');
  await until('it is let go', async () => (await current('WBC'))?.hold === undefined);
  await page.locator('tr.placed .badge', { hasText: 'giữ' }).waitFor({ state: 'detached' });
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('c');
  await page.locator('.sheet input:focus').waitFor();
  await page.keyboard.type('mẫu hơi tan máu', { delay: 30 });
  await page.keyboard.press('Enter');
  await page.locator('tr.placed .remark', { hasText: 'mẫu hơi tan máu' }).waitFor();
  await sheetGone(page);
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('r');
  await page.locator('.reasons').waitFor();
  await page.keyboard.press('1');
  await page.keyboard.press('Enter');
  await page.locator('tr.placed.rejected').waitFor();
  expect((await current('HGB'))?.state).toBe('rejected');
  await page.context().close();
});

test('E shows the way of a number from its bytes, and never says that QC is in control', async () => {
  const page = await laboratory.signIn('ha', '/results/24110003');
  await opened(page, '24110003');
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('e');
  const why = page.locator('.why');
  await why.locator('mark', { hasText: '6.42' }).waitFor();
  const words = await why.textContent();
  expect(words).toContain('R|1|^^^^WBC^1|');
  expect(words).toContain('WBC → Bạch cầu');
  expect(words).toContain('không theo dõi');
  expect(words).not.toContain('đạt');
  await page.keyboard.press('ArrowDown');
  await why.locator('mark', { hasText: '4.51' }).waitFor();
  await page.keyboard.press('Escape');
  await why.waitFor({ state: 'detached' });
  await page.context().close();
});

test('a value by hand is verified by its author only with a reason', async () => {
  await register('24110004');
  const page = await laboratory.signIn('ha', '/results/24110004');
  await heading(page).filter({ hasText: '24110004' }).waitFor();
  await page.keyboard.press('n');
  await page.locator('.sheet input:focus').waitFor();
  await page.keyboard.type('6,42', { delay: 30 });
  await page.keyboard.press('Enter');
  for (let field = 0; field < 7; field += 1) await page.keyboard.press('Enter');
  await page.locator('tr.result', { hasText: '6,42' }).waitFor();
  await sheetGone(page);
  await page.keyboard.press('v');
  const reason = page.getByLabel('Lý do tự duyệt');
  await reason.waitFor();
  expect(await states('24110004')).toEqual(['pending']);
  await reason.fill('trực đêm một mình');
  await page.keyboard.press('Enter');
  await until('it is verified', async () => (await states('24110004'))[0] !== 'pending');
  await page.context().close();
});

test('a value of a diluted specimen is typed as measured, with its dilution', async () => {
  await register('24110044');
  const page = await laboratory.signIn('ha', '/results/24110044');
  await heading(page).filter({ hasText: '24110044' }).waitFor();
  await page.keyboard.press('n');
  await page.locator('.sheet input:focus').waitFor();
  await page.keyboard.type('6,42', { delay: 30 });
  await page.keyboard.press('Tab');
  await page.keyboard.type('0,5', { delay: 30 });
  const save = page.getByRole('button', { name: 'Lưu kết quả' });
  expect(await save.isDisabled()).toBe(true);
  await page.getByLabel('Số lần pha loãng WBC').fill('10');
  await save.click();
  await page.locator('tr.result', { hasText: '64,2' }).waitFor();
  await page.context().close();
});

test('the printed slip holds what is released, nothing else', async () => {
  await register('24110005');
  await send('24110005', { WBC: '6.42', HGB: '13.4' });
  const page = await laboratory.signIn('ha', '/results/24110005');
  await opened(page, '24110005');
  await page.keyboard.press('v');
  await until(
    'the report is out',
    async () => (await laboratory.lab.collections.reports.findOne({ accession: '24110005' })) !== null,
  );
  await send('24110005', { PLT: '91' });
  await page.goto(`${laboratory.url}/results/24110005`);
  await page.locator('tr.result', { hasText: 'PLT' }).waitFor();
  await page.emulateMedia({ media: 'print' });
  const slip = page.locator('.slip');
  await slip.getByText('13,4').waitFor();
  const words = await slip.textContent();
  expect(words).toContain('Phạm Thị Mai');
  expect(words).toContain('6,42');
  expect(words).toContain('12,0–15,5');
  expect(words).not.toContain('91');
  expect(await page.locator('.list-side').isVisible()).toBe(false);
  await page.context().close();
});

test('the page, its sheets and the key list have no WCAG 2.1 AA violation that axe can see', async () => {
  const page = await laboratory.signIn('ha', '/results/24110003');
  await opened(page, '24110003');
  expect(await accessibilityFaults(page)).toEqual([]);
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('e');
  await page.locator('.why mark').waitFor();
  expect(await accessibilityFaults(page)).toEqual([]);
  await page.keyboard.press('Escape');
  await page.keyboard.press('r');
  await page.locator('.reasons label').first().waitFor();
  expect(await accessibilityFaults(page)).toEqual([]);
  await page.keyboard.press('Escape');
  await page.keyboard.press('?');
  await page.getByRole('dialog').getByText('Duyệt kết quả sạch, sang mẫu sau').waitFor();
  expect(await accessibilityFaults(page)).toEqual([]);
  await page.context().close();
});

test('sixty clean specimens are verified by keyboard alone', async () => {
  const accessions = Array.from({ length: 60 }, (_each, place) => `2411${String(1000 + place)}`);
  await Promise.all(accessions.map((accession) => register(accession)));
  for (const accession of accessions) await send(accession);
  const page = await laboratory.signIn('nam', `/results/${accessions[0]}`);
  await opened(page, accessions[0] ?? '');
  await page.getByRole('button', { name: /Sạch/ }).click();
  const begun = performance.now();
  for (const [place, accession] of accessions.entries()) {
    await opened(page, accession);
    await page.keyboard.press('v');
    if (place === 0) expect(await page.locator('.button.primary.pressed').count()).toBeLessThanOrEqual(1);
  }
  await until('all are verified', async () => {
    const found = await laboratory.lab.collections.observations.find({ accession: { $in: accessions } }).toArray();
    return found.length === 60 * 8 && found.every((each) => each.state !== 'pending');
  });
  const seconds = (performance.now() - begun) / 1000;
  process.stdout.write(
    `60 clean specimens verified by keyboard in ${seconds.toFixed(1)} s, ${(seconds / 60).toFixed(2)} s each\n`,
  );
  await page.context().close();
}, 60_000);

test('interference of the specimen stands above the results in words, and what it disturbs is acknowledged', async () => {
  const { lab } = laboratory;
  await registerSpecimen(lab, reception, {
    accession: '24110090',
    patient: { id: 'BN90', name: 'Vũ Văn Long', sex: 'male', birthDate: '1963-01-11' },
    orders: ['K', 'NA'],
  });
  const by = { username: 'nam', role: 'technician' } as const;
  await enterByHand(lab, by, '24110090', [
    { analyte: 'K', value: '4.80' },
    { analyte: 'NA', value: '140.0' },
  ]);
  await enterByHand(lab, by, '24110090', [{ analyte: 'HIL-H', value: '120' }]);
  await enterByHand(lab, by, '24110090', [{ analyte: 'HIL-L', value: '12' }]);
  const page = await laboratory.signIn('ha', '/results/24110090');
  await opened(page, '24110090');
  const part = page.getByRole('region', { name: 'Nhiễu mẫu' });
  expect(await part.getByRole('listitem').allTextContents()).toEqual([
    expect.stringMatching(/^Tan huyết nhẹ đến vừa 120 .*ảnh hưởng: Kali$/),
    expect.stringMatching(/^Đục mỡ không đáng kể 12 .*không vượt giới hạn của xét nghiệm nào ở đây$/),
  ]);
  expect(await page.locator('tr.result').count()).toBe(2);
  await page.locator('tr.result', { hasText: 'Kali' }).getByText('nhiễu', { exact: true }).waitFor();
  await page.locator('tr.result', { hasText: 'Kali' }).click();
  await page.keyboard.press('e');
  await page.locator('.why').getByText('Tan huyết 120 (nhập tay): vượt giới hạn 20').waitFor();
  expect(await accessibilityFaults(page)).toEqual([]);
  await page.keyboard.press('Shift+V');
  await page.locator('.ticks', { hasText: 'mẫu gây nhiễu kết quả này' }).waitFor();
  await page.keyboard.press('1');
  await page.keyboard.press('Shift+V');
  await until('it is verified', async () => (await states('24110090'))[0] !== 'pending');
  await page.context().close();
});
