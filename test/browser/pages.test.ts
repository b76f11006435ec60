import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { registerSpecimen } from '../../src/acts/registration.ts';
import { accessibilityFaults } from './axe.ts';
import { startLaboratory, type TestLaboratory, until } from './harness.ts';
import { type RefusingRecipient, startRefusingRecipient } from './refusing-recipient.ts';

const pictures = process.env.CUVETTE_PICTURES;
let laboratory: TestLaboratory;
let his: RefusingRecipient;

beforeAll(async () => {
  his = await startRefusingRecipient('Unknown patient');
  laboratory = await startLaboratory({
    lines: [
      { id: 'xn-1', driver: 'sysmex/xn-1000', name: 'XN-1000' },
      { id: 'bc-1', driver: 'mindray/bc-5380', name: 'BC-5380' },
      { id: 'c311-1', driver: 'roche/cobas-c311', name: 'c311' },
    ],
    undoSeconds: 0,
    config: {
      recipients: [
        { id: 'his', name: 'HIS bệnh viện', hl7: { connect: `127.0.0.1:${his.port}` }, retrySeconds: [1, 2] },
      ],
    },
  });
}, 60_000);
afterAll(async () => {
  await laboratory.close();
  await his.close();
});

async function picture(page: Page, name: string): Promise<void> {
  if (pictures !== undefined) await page.screenshot({ path: `${pictures}/${name}.png` });
}

const person = { id: 'BN0098123', name: 'Phạm Thị Mai', sex: 'female', birthDate: '1992-05-14' } as const;

const register = (accession: string, orders: readonly string[] = ['CBC']) =>
  registerSpecimen(laboratory.lab, { username: 'ha', role: 'technician' }, { accession, patient: person, orders });

/** A message of the analyzer as it leaves it, unframed: three values that are known. */
const bloodCount = (accession: string): Uint8Array =>
  Buffer.from(
    [
      'H|\\^&|||XN-1000^00-22^11001^^^^AP123456||||||||E1394-97',
      'P|1|||BN0098123|^Pham^Mai||19920514|F',
      `O|1||^^${accession}^M|^^^^WBC\\^^^^HGB\\^^^^PLT|||||||N||||||||||||||F`,
      'R|1|^^^^WBC^1|11.80|10*3/uL||H||F||||20261123093712',
      'R|2|^^^^HGB^1|6.1|g/dL||L||F||||20261123093712',
      'R|3|^^^^PLT^1|188|10*3/uL||N||F||||20261123093712',
      'L|1|N',
      '',
    ].join('\r'),
    'latin1',
  );

const typeAndGoOn = async (page: Page, text: string): Promise<void> => {
  await page.keyboard.type(text);
  await page.keyboard.press('Enter');
};

test('a held accession is registered by keyboard alone, and what waited for it files itself', async () => {
  const { lab } = laboratory;
  await laboratory.analyzer('xn-1').results('24112300555');
  await until('held', async () => (await lab.collections.held.find({ state: 'open' }).toArray()).length === 1);
  const page = await laboratory.signIn('ha', '/held');
  await page.getByRole('heading', { name: 'Mã mẫu chưa đăng ký 24112300555' }).waitFor();
  expect(await accessibilityFaults(page)).toEqual([]);
  await picture(page, 'held-accession');
  await page.keyboard.press('n');
  await page.getByLabel('Tìm mã hoặc tên người bệnh').waitFor();
  expect(await page.getByLabel('Mã mẫu có sẵn trên ống').inputValue()).toBe('24112300555');
  await page.getByRole('group', { name: 'Nhóm xét nghiệm' }).getByRole('button').first().waitFor();
  await typeAndGoOn(page, 'BN0098123');
  await page.keyboard.press('Enter');
  await typeAndGoOn(page, 'Phạm Thị Mai');
  await page.keyboard.press('Space');
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('Enter');
  await typeAndGoOn(page, '14051992');
  await page.keyboard.press('1');
  await page.keyboard.press('Enter');
  await page.keyboard.type('glucose');
  await page.getByRole('option', { name: 'GLU Glucose mmol/L', exact: true }).waitFor();
  await page.keyboard.press('Enter');
  await page.getByRole('button', { name: 'Bỏ Glucose' }).waitFor();
  expect(await accessibilityFaults(page)).toEqual([]);
  await picture(page, 'register');
  await page.keyboard.press('Control+Enter');
  await page.getByRole('status').getByText('24112300555').waitFor();
  await page.locator('[data-stop=accession]:focus').waitFor();
  await until(
    'filed',
    async () => (await lab.collections.observations.find({ accession: '24112300555' }).toArray()).length > 0,
  );
  const specimen = await lab.collections.specimens.findOne({ _id: '24112300555' });
  expect(specimen?.patient).toBe('BN0098123');
  const orders = await lab.collections.orders.find({ accession: '24112300555' }).toArray();
  expect(orders.map((order) => order.code).sort()).toEqual(['CBC', 'GLU']);
  const patient = await lab.collections.patients.findOne({ _id: 'BN0098123' });
  expect(patient).toMatchObject({ name: 'Phạm Thị Mai', sex: 'female', birthDate: '1992-05-14' });
  await page.getByRole('link', { name: /Đang giữ$/ }).waitFor();
  await page.context().close();
});

test('a known patient is found without diacritics; a taken accession, an impossible order and a lost answer keep what was typed', async () => {
  const { lab } = laboratory;
  await register('24112300600');
  const page = await laboratory.signIn('mai', '/register');
  await page.locator('[data-stop=accession]:focus').waitFor();
  await typeAndGoOn(page, '24112300600');
  await page.getByText('Mã này đã đăng ký cho Phạm Thị Mai. Dùng mã khác.').waitFor();
  await page.keyboard.type('pham thi');
  await page.getByRole('option', { name: /Phạm Thị Mai/ }).waitFor();
  await page.keyboard.press('Enter');
  expect(await page.getByLabel('Họ và tên').inputValue()).toBe('Phạm Thị Mai');
  await page.getByLabel('Thêm xét nghiệm lẻ').focus();
  await page.keyboard.type('tan huyết');
  await page.getByRole('option').first().waitFor({ state: 'detached' });
  await page.keyboard.press('Control+A');
  await page.keyboard.type('psa');
  await page.getByRole('option', { name: /^PSA/ }).waitFor();
  await page.keyboard.press('Enter');
  await page.getByLabel('Mã mẫu có sẵn trên ống').fill('');
  await page.keyboard.press('Control+Enter');
  await page.getByText(/chỉ làm cho người bệnh giới Nam/).waitFor();
  expect(await page.getByLabel('Họ và tên').inputValue()).toBe('Phạm Thị Mai');
  await page.getByRole('button', { name: /^Bỏ .*PSA/ }).click();
  await page.getByRole('button', { name: /Tổng phân tích tế bào máu/ }).click();
  const before = (await lab.collections.specimens.find({}).toArray()).length;
  // The server takes it, its answer is lost.
  await page.route('**/api/specimens', async (route) => {
    if (route.request().method() !== 'POST') return route.continue();
    await route.fetch();
    await route.abort();
  });
  await page.keyboard.press('Control+Enter');
  await page.getByText(/Máy chủ Cuvette không trả lời|Máy chủ không trả lời/).waitFor();
  expect(await page.getByLabel('Họ và tên').inputValue()).toBe('Phạm Thị Mai');
  await page.unroute('**/api/specimens');
  await page.getByRole('button', { name: 'Lưu mẫu' }).click();
  await page.getByText('Đã tiếp nhận').waitFor();
  expect((await lab.collections.specimens.find({}).toArray()).length).toBe(before + 1);
  await page.context().close();
});

test('an id that belongs to someone else is refused until it is said that the record is to be corrected, and the change stays visible', async () => {
  const { lab } = laboratory;
  const [first] = await lab.collections.specimens.find({}, { sort: { registeredAt: 1 }, limit: 1 }).toArray();
  const known = await lab.collections.patients.findOne({ _id: first?.patient ?? '' });
  if (known === null) throw new Error('nobody is registered');
  const page = await laboratory.signIn('mai', '/register');
  await page.locator('[data-stop=accession]:focus').waitFor();
  await page.getByLabel('Mã người bệnh').fill(known._id);
  await page.getByLabel('Họ và tên').fill('Trần Văn Hùng');
  await page.getByLabel('Nam', { exact: true }).check();
  await page.getByLabel('Ngày sinh').fill('1970');
  await page.getByRole('button', { name: /Tổng phân tích tế bào máu/ }).click();
  await page.keyboard.press('Control+Enter');
  await page.getByText('Mã này là của người có tên, giới hoặc ngày sinh khác.').waitFor();
  expect((await lab.collections.patients.findOne({ _id: known._id }))?.name).toBe(known.name);
  await page.getByRole('button', { name: 'Đúng người này, sửa hồ sơ' }).click();
  expect(await page.getByLabel('Họ và tên').inputValue()).toBe('Trần Văn Hùng');
  await page.getByRole('button', { name: 'Lưu mẫu' }).click();
  await page.getByText('Đã tiếp nhận').waitFor();
  await page.context().close();
  const technician = await laboratory.signIn('ha', `/results/${first?._id ?? ''}`);
  await technician.locator('.earlier-name', { hasText: `trước đó là ${known.name}` }).waitFor();
  expect(await accessibilityFaults(technician)).toEqual([]);
  await technician.context().close();
});

test('an unknown code is held, mapped on the page, replayed, and its value is on the worklist', async () => {
  const { lab } = laboratory;
  await lab.collections.catalogue.deleteOne({ _id: 'mapping/xn-1/WBC' });
  await lab.catalogue.reload();
  for (const accession of ['24112300701', '24112300702']) {
    await register(accession);
    await laboratory.analyzer('xn-1').send(bloodCount(accession));
  }
  const heldCodes = async (): Promise<number> =>
    (await lab.collections.held.find({ state: 'open' }).toArray()).filter((each) => each.hostCode === 'WBC').length;
  await until('both are held', async () => (await heldCodes()) === 2);
  const page = await laboratory.signIn('admin', '/held');
  await page.getByRole('heading', { name: 'Mã xét nghiệm lạ WBC' }).waitFor();
  await picture(page, 'held');
  await page.keyboard.press('m');
  await page.getByRole('dialog').waitFor();
  await page.keyboard.type('bach cau');
  await page.getByRole('option', { name: /^WBC/ }).click();
  await page.getByText(/Chạy lại sẽ thêm 2 kết quả/).waitFor();
  expect(await accessibilityFaults(page)).toEqual([]);
  await picture(page, 'held-mapping');
  await page.getByRole('button', { name: 'Lưu và chạy lại 2 bản tin' }).click();
  await page.getByText(/Đã lưu và chạy lại 2 bản tin: 2 kết quả mới/).waitFor();
  expect(await heldCodes()).toBe(0);
  const filed = await lab.collections.observations.find({ accession: '24112300702' }).toArray();
  expect(filed.filter((each) => each.hostCode === 'WBC')).toHaveLength(1);
  const rows: unknown = await page.evaluate(() => fetch('/api/worklist?q=24112300702').then((answer) => answer.json()));
  expect(rows).toMatchObject({ items: [{ accession: '24112300702' }] });
  await page.context().close();
});

test('the message view lights the bytes of a value, and a byte lights its field', async () => {
  await register('24112300801');
  await laboratory.analyzer('xn-1').send(bloodCount('24112300801'));
  const page = await laboratory.signIn('ha', '/analyzers/xn-1');
  await page
    .getByRole('button', { name: /\d\d:\d\d:\d\d/ })
    .first()
    .waitFor();
  await page.getByLabel('Tìm mã mẫu').fill('300801');
  await page.getByRole('cell', { name: '24112300801' }).click();
  await page
    .getByRole('heading', { name: /^Bản tin/ })
    .first()
    .waitFor();
  const lit = async (): Promise<string> => {
    const bytes = await page.locator('.byte.lit').allInnerTexts();
    return bytes.map((hex) => String.fromCharCode(Number.parseInt(hex, 16))).join('');
  };
  const row = page.locator('.became tbody tr').first();
  const sent = ((await row.locator('td').nth(4).textContent()) ?? '').split(' ')[0]?.replace(',', '.');
  await row.getByRole('button').click();
  await until('bytes are lit', async () => (await lit()) !== '');
  expect(await lit()).toBe(sent);
  expect(await page.locator('.record-field.lit').textContent()).toBe(sent);
  expect(await accessibilityFaults(page)).toEqual([]);
  await picture(page, 'message');
  // From a byte to its field: the first STX stands in no record, the letter after the frame number is the header.
  await page.locator('.bytes').evaluate((view) => view.scrollTo(0, 0));
  const header = page.locator('.byte-text > span', { hasText: /^H$/ }).first();
  await header.click();
  await until('the header is chosen', async () =>
    ((await page.getByRole('option', { selected: true }).textContent()) ?? '').startsWith('H'),
  );
  expect(await lit()).toBe('H');
  await page.context().close();
});

test('lines show their state in words, and a laboratory without analyzers says how to add one', async () => {
  const page = await laboratory.signIn('ha', '/analyzers');
  await page.getByRole('link', { name: /roche.*mất kết nối/s }).waitFor();
  await page.getByRole('button', { name: /Cần xem/ }).click();
  expect(await page.locator('.line-card', { hasText: 'c311' }).count()).toBe(1);
  expect(await page.locator('.line-card', { hasText: 'XN-1000' }).count()).toBe(0);
  await page.getByRole('button', { name: '+ Thêm máy' }).click();
  await page.getByText('cuvette check lab.yaml').waitFor();
  expect(await accessibilityFaults(page)).toEqual([]);
  await page.goto(`${laboratory.url}/analyzers/xn-1?view=mapping`);
  await page.getByRole('heading', { name: 'Ánh xạ của XN-1000' }).waitFor();
  await page.getByRole('cell', { name: 'LYMPH#', exact: true }).waitFor();
  expect(await accessibilityFaults(page)).toEqual([]);
  await picture(page, 'mapping');
  await page.route('**/api/analyzers?*', (route) => route.fulfill({ json: { items: [], next: null } }));
  await page.goto(`${laboratory.url}/analyzers`);
  await page.getByRole('heading', { name: 'Chưa có máy nào' }).waitFor();
  expect(await accessibilityFaults(page)).toEqual([]);
  await page.context().close();
});

test('a capture of an unknown analyzer becomes a driver on the page', async () => {
  const { lab } = laboratory;
  const capture = [
    'H|\\^&|||Nova^Lyse 9^1.2|||||||P|1|20261120101500',
    'P|1|||BN01',
    'O|1|24110001||^^^GLU|R',
    'R|1|^^^GLU|5.6|mmol/L|3.9^6.4|N||F||||20261120101400',
    'R|2|^^^XYZ9|1.25|U/L||N||F||||20261120101400',
    'L|1|N',
    '',
  ].join('\r');
  const page = await laboratory.signIn('admin', '/analyzers');
  await page.getByRole('button', { name: '+ Thêm máy' }).click();
  await page.getByRole('link', { name: /Máy lạ/ }).click();
  await page
    .getByLabel('Tệp bản ghi')
    .setInputFiles({ name: 'lyse9.astm', mimeType: 'application/octet-stream', buffer: Buffer.from(capture) });
  await page.getByLabel('Hãng').fill('Nova');
  await page.getByLabel('Máy', { exact: true }).fill('Lyse 9');
  await page.getByRole('button', { name: 'Đề nghị driver' }).click();
  await page.getByRole('row', { name: /GLU.*Glucose/ }).waitFor();
  await page.getByRole('row', { name: /XYZ9.*chưa biết/ }).waitFor();
  expect(await accessibilityFaults(page)).toEqual([]);
  await picture(page, 'kit');
  await page.getByRole('button', { name: /^Giữ driver/ }).click();
  await page.getByText(/Đã có driver nova\/lyse-9/).waitFor();
  expect(lab.drivers.byId('nova/lyse-9')?.vendor).toBe('Nova');
  await page.context().close();
});

test('a refused report shows its reason, and goes out once an administrator sends it again', async () => {
  const { lab } = laboratory;
  await register('24112300901');
  await laboratory.analyzer('bc-1').results('24112300901');
  await until(
    'filed',
    async () => (await lab.collections.observations.find({ accession: '24112300901' }).toArray()).length > 0,
  );
  const page = await laboratory.signIn('admin', '/deliveries');
  const status: unknown = await page.evaluate(`(async () => {
    const specimen = await (await fetch('/api/specimens/24112300901')).json();
    const observations = specimen.observations.map(({ id, version, alerts }) => ({ id, version, acknowledge: alerts }));
    const headers = { 'content-type': 'application/json' };
    const body = JSON.stringify({ observations });
    return (await fetch('/api/specimens/24112300901/verify', { method: 'POST', headers, body })).status;
  })()`);
  expect(status).toBe(200);
  await page.getByRole('heading', { name: '1 phiếu bị nơi nhận từ chối' }).waitFor();
  const row = page.getByRole('row', { name: /24112300901/ });
  expect(await row.textContent()).toContain('Unknown patient');
  expect(await accessibilityFaults(page)).toEqual([]);
  await picture(page, 'deliveries');
  his.takeFromNowOn();
  await row.getByRole('button', { name: 'Gửi lại 24112300901' }).click();
  await page.getByRole('row', { name: /24112300901.*đã nhận.*AA/s }).waitFor();
  await page.context().close();
});
