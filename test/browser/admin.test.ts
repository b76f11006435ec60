import { readFile } from 'node:fs/promises';
import readCode from 'jsqr';
import { generate } from 'otplib';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { enterByHand } from '../../src/acts/enter.ts';
import { registerSpecimen } from '../../src/acts/registration.ts';
import { accessibilityFaults } from './axe.ts';
import { password, startLaboratory, type TestLaboratory, until } from './harness.ts';

let laboratory: TestLaboratory;
beforeAll(async () => {
  laboratory = await startLaboratory({ lines: [{ id: 'xn-1', driver: 'sysmex/xn-1000' }] });
});
afterAll(() => laboratory.close());

async function withPage(username: string, path: string, journey: (page: Page) => Promise<void>): Promise<void> {
  const page = await laboratory.signIn(username, path);
  await journey(page);
  await page.context().close();
}

/** What a reader of QR codes reads in a picture; the browser unpacks it. */
async function readQr(page: Page, png: Buffer): Promise<string> {
  const { width, height, pixels } = await page.evaluate<{
    width: number;
    height: number;
    pixels: number[];
  }>(`(async () => {
    const bytes = Uint8Array.from(atob('${png.toString('base64')}'), (each) => each.charCodeAt(0));
    const bitmap = await createImageBitmap(new Blob([bytes]));
    const { width, height } = bitmap;
    const context = new OffscreenCanvas(width, height).getContext('2d');
    context.drawImage(bitmap, 0, 0);
    return { width, height, pixels: [...context.getImageData(0, 0, width, height).data] };
  })()`);
  return readCode.default(new Uint8ClampedArray(pixels), width, height)?.data ?? '';
}

test('an administrator adds a person, who signs in; closing the account ends that', async () => {
  await withPage('admin', '/users', async (page) => {
    const form = page.getByRole('complementary', { name: 'Thêm người dùng' });
    await form.getByLabel('Tên đăng nhập').fill('lan');
    await form.getByLabel('Họ tên').fill('KTV. Đỗ Thị Lan');
    await form.getByLabel('Mật khẩu đầu tiên').fill('ngan');
    await form.getByRole('button', { name: 'Thêm người dùng' }).click();
    await page.getByRole('alert').getByText('từ 12 ký tự').waitFor();
    expect(await form.getByLabel('Tên đăng nhập').inputValue()).toBe('lan');
    await form.getByLabel('Huyết học', { exact: true }).check();
    await form.getByLabel('Đông máu').check();
    await form.getByLabel('Mật khẩu đầu tiên').fill(password);
    await form.getByRole('button', { name: 'Thêm người dùng' }).click();
    await page.getByRole('heading', { name: 'lan', exact: true }).waitFor();
    await page.getByRole('row', { name: /lan/ }).getByText('Huyết học, Đông máu').waitFor();
    await page.getByRole('row', { name: /nam/ }).getByText('mọi bộ phận').waitFor();
    const side = page.getByRole('complementary', { name: 'lan' });
    expect(await side.getByLabel('Huyết học', { exact: true }).isChecked()).toBe(true);
    await side.getByLabel('Đông máu').uncheck();
    await side.getByRole('button', { name: 'Lưu' }).click();
    await page.getByRole('cell', { name: 'Huyết học', exact: true }).waitFor();
    expect(await accessibilityFaults(page)).toEqual([]);
    await page.getByRole('button', { name: 'Đóng tài khoản' }).click();
    await page.getByRole('button', { name: 'Đồng ý' }).click();
    await page.getByRole('row', { name: /lan/ }).getByText('đã đóng').waitFor();
  });
});

test('a range is changed as a new version that says who and what; a table goes out and comes back', async () => {
  await withPage('admin', '/catalogue/ranges', async (page) => {
    await page.getByLabel('Tìm trong danh mục').fill('ALB');
    await page.getByRole('button', { name: 'ALB', exact: true }).click();
    const side = page.locator('.catalogue-side');
    await side.getByLabel('Dưới', { exact: true }).fill('34,5');
    await side.getByRole('button', { name: 'Lưu' }).click();
    await side.getByText('bản 2').first().waitFor();
    await side.getByText('34.5').first().waitFor();
    expect(await accessibilityFaults(page)).toEqual([]);
    const saved = page.waitForEvent('download');
    await page.getByRole('button', { name: 'CSV' }).click();
    const file = await (await saved).path();
    await page.getByLabel('Nhập từ tệp').setInputFiles({
      name: 'ranges.csv',
      mimeType: 'text/csv',
      buffer: await readFile(file),
    });
    await page.getByRole('status').getByText('Đã nhập: 0 mới, 0 đổi').waitFor();
  });
});

test('the machine code of an analyzer is written in the catalogue, and a wrong one is refused in words', async () => {
  await withPage('admin', '/catalogue/analyzers', async (page) => {
    const side = page.locator('.catalogue-side');
    await side.getByLabel('Máy', { exact: true }).selectOption('xn-1');
    await side.getByLabel('Mã máy (MA_MAY)').fill('HH.9.24001.SN1');
    await side.getByRole('button', { name: 'Lưu' }).click();
    await side.getByText('Mã máy (MA_MAY): ghi như HH.1.24001.SN12345').waitFor();
    await side.getByLabel('Mã máy (MA_MAY)').fill('HH.1.24001.SN1');
    await side.getByRole('button', { name: 'Lưu' }).click();
    await page.locator('.catalogue-rows td', { hasText: 'HH.1.24001.SN1' }).waitFor();
    await side.getByText('bản 1').first().waitFor();
    expect(await side.getByLabel('Máy', { exact: true }).isDisabled()).toBe(true);
    expect(await accessibilityFaults(page)).toEqual([]);
  });
});

test('a table with wrong rows is refused with each of them named; a wrong entry keeps what was typed', async () => {
  await withPage('admin', '/catalogue/ranges', async (page) => {
    const table = 'analyte,sex,low,high\r\nGLU,any,9,3\r\nNOPE,any,1,2\r\nGLU,boy,1,x\r\n';
    const file = { name: 'ranges.csv', mimeType: 'text/csv', buffer: Buffer.from(table) };
    await page.getByLabel('Nhập từ tệp').setInputFiles(file);
    const told = page.getByRole('alert');
    await told.getByText('Dòng 2: Dưới: giới hạn dưới lớn hơn giới hạn trên').waitFor();
    await told.getByText('Dòng 3: NOPE không có trong danh mục').waitFor();
    await told.getByText('Dòng 4: Giới: không có trong các lựa chọn; Trên: không phải là số').waitFor();
    expect(await accessibilityFaults(page)).toEqual([]);
    const side = page.locator('.catalogue-side');
    await side.getByLabel('Xét nghiệm').fill('GLU');
    await side.getByLabel('Dưới', { exact: true }).fill('3,9');
    await side.getByLabel('Nguy kịch dưới').fill('5');
    await side.getByLabel('Từ tuổi').fill('18 tuổi');
    await side.getByRole('button', { name: 'Lưu' }).click();
    await side.getByText('Từ tuổi: ghi tuổi như P18Y, P6M hoặc P28D').waitFor();
    expect(await side.getByLabel('Nguy kịch dưới').inputValue()).toBe('5');
    await side.getByLabel('Từ tuổi').fill('P18Y');
    await side.getByRole('button', { name: 'Lưu' }).click();
    await side.getByText('Nguy kịch dưới: nằm trong khoảng tham chiếu').waitFor();
    expect(await side.getByLabel('Dưới', { exact: true }).inputValue()).toBe('3,9');
  });
});

test('who does not edit the catalogue sees it and may change nothing', async () => {
  await withPage('ha', '/catalogue/analytes', async (page) => {
    await page.getByLabel('Tìm trong danh mục').fill('HGB');
    await page.getByRole('button', { name: 'HGB', exact: true }).click();
    await page.getByText('Chỉ quản trị được sửa danh mục.').waitFor();
    expect(await page.getByRole('button', { name: 'Lưu' }).count()).toBe(0);
  });
});

test('the audit trail is searched by person, and the address keeps what was asked', async () => {
  await withPage('admin', '/audit?actor=admin', async (page) => {
    await page.getByRole('cell', { name: 'admin', exact: true }).first().waitFor();
    await page.getByLabel('Người làm').fill('nobody');
    await page.getByRole('button', { name: 'Tìm' }).click();
    await page.getByText('Không có dòng nào hợp với điều kiện.').waitFor();
    expect(page.url()).toContain('actor=nobody');
    expect(await accessibilityFaults(page)).toEqual([]);
  });
});

test('a person changes the own password, and is told when it is weak', async () => {
  await withPage('nam', '/', async (page) => {
    await page.locator('.user-menu summary').click();
    await page.getByRole('button', { name: 'Mật khẩu, mã một lần' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Mật khẩu hiện tại').fill(password);
    await dialog.getByLabel('Mật khẩu mới').fill('123456789012');
    await dialog.getByRole('button', { name: 'Đổi mật khẩu' }).click();
    await dialog.getByRole('alert').waitFor();
    await dialog.getByLabel('Mật khẩu mới').fill('ong-mau-so-8-vang');
    await dialog.getByRole('button', { name: 'Đổi mật khẩu' }).click();
    await page.getByRole('status').getByText('Đã đổi mật khẩu').waitFor();
    expect(await accessibilityFaults(page)).toEqual([]);
  });
});

test('a one-time code is set up by scanning the QR code of the page, and is asked for from then on', async () => {
  await withPage('kiem', '/', async (page) => {
    await page.locator('.user-menu summary').click();
    await page.getByRole('button', { name: 'Mật khẩu, mã một lần' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('button', { name: 'Bật mã một lần' }).click();
    const code = dialog.getByRole('img', { name: 'Mã QR cho ứng dụng xác thực' });
    await code.scrollIntoViewIfNeeded();
    // What a telephone sees: the picture on the screen, read by a reader of QR codes.
    const read = await readQr(page, await code.screenshot());
    expect(read).toMatch(/^otpauth:\/\/totp\/Cuvette:kiem\?/);
    const secret = new URL(read).searchParams.get('secret') ?? '';
    await dialog.getByText(secret, { exact: true }).waitFor();
    expect(await accessibilityFaults(page)).toEqual([]);
    await dialog
      .getByLabel('Mã một lần')
      .last()
      .fill(await generate({ secret }));
    await dialog.getByRole('button', { name: 'Đồng ý' }).click();
    await page.getByText('Đã bật mã một lần.').waitFor();
    const user = await laboratory.lab.collections.users.findOne({ _id: 'kiem' });
    expect(user?.totp).toMatchObject({ secret, confirmed: true });
  });
});

test('the figures of the day count what was released, as a page and as a table', async () => {
  const lab = laboratory.lab;
  await withPage('ha', '/statistics/counts', async (page) => {
    await page.getByText('Chưa có số liệu').waitFor();
    const answer = await page.evaluate(async () => {
      const post = (path: string, body: unknown) =>
        fetch(path, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });
      await post('/api/specimens', {
        accession: '2611250900',
        patient: { id: 'TK1', name: 'Trần Thị Kê', sex: 'female', birthDate: '1980' },
        orders: ['GLU'],
      });
      await post('/api/specimens/2611250900/observations', { observations: [{ analyte: 'GLU', value: '5.20' }] });
      const specimen: { observations: { id: string; version: number; alerts: string[] }[] } = JSON.parse(
        await (await fetch('/api/specimens/2611250900')).text(),
      );
      const observations = specimen.observations.map((each) => ({
        id: each.id,
        version: each.version,
        acknowledge: each.alerts,
      }));
      const verified = await post('/api/specimens/2611250900/verify', {
        observations,
        ownEntryReason: 'trực một mình',
      });
      return verified.status;
    });
    expect(answer).toBe(200);
    await until('the report is issued', async () => (await lab.collections.reports.countDocuments({})) > 0, 20);
    await page.reload();
    await page
      .getByRole('row', { name: /Hóa sinh|Hoá sinh/ })
      .getByText('1', { exact: true })
      .waitFor();
    expect(await accessibilityFaults(page)).toEqual([]);
    const saved = page.waitForEvent('download');
    await page.getByRole('button', { name: 'CSV' }).click();
    const text = await readFile(await (await saved).path(), 'utf8');
    expect(text).toMatch(/chemistry[,;]1/);
  });
});

test('a person of one section begins with it, verifies what is hers, is told what is left, and why not more', async () => {
  const { lab } = laboratory;
  const nam = { username: 'nam', role: 'technician' } as const;
  const values = [
    ['2611250951', { K: '4.1', PLT: '250' }],
    ['2611250952', { K: '4.2' }],
    ['2611250953', { PLT: '260', K: '9.9' }],
    ['2611250954', { PLT: '270', K: '4.3' }],
  ] as const;
  for (const [accession, entered] of values) {
    const patient = { id: accession, name: 'Lý Thị Hồng', sex: 'female', birthDate: '1990-02-03' } as const;
    await registerSpecimen(lab, nam, { accession, patient, orders: Object.keys(entered) });
    const entries = Object.entries(entered).map(([analyte, value]) => ({ analyte, value }));
    await enterByHand(lab, nam, accession, entries);
  }
  await lab.collections.users.updateOne({ _id: 'ha' }, { $set: { sections: ['hematology'] } });
  const states = async (accession: string) =>
    Object.fromEntries(
      (await lab.collections.observations.find({ accession }).toArray()).map((each) => [each.analyte, each.state]),
    );
  await withPage('ha', '/results', async (page) => {
    // The names of the sections are there when the page says them.
    const open = async (accession: string): Promise<void> => {
      await page.goto(`${laboratory.url}/results/${accession}`);
      await page.getByRole('button', { name: 'Huyết học' }).waitFor();
      await page.locator('tr.result').first().waitFor();
    };
    const list = page.getByLabel('Danh sách mẫu');
    await list.getByText('2611250951').waitFor();
    expect(await list.getByText('2611250952').count()).toBe(0);
    expect(await page.getByRole('button', { name: 'Huyết học' }).getAttribute('aria-pressed')).toBe('true');
    await open('2611250951');
    await page.keyboard.press('v');
    await page.getByText('Đã duyệt 2611250951; còn 1 kết quả của Hóa sinh').waitFor();
    expect((await states('2611250951')).K).toBe('pending');
    await open('2611250952');
    await page.keyboard.press('v');
    await page.getByText('Kết quả đang chờ thuộc Hóa sinh, không phải bộ phận của bạn.').waitFor();
    await page.locator('tr.result').first().click();
    await page.keyboard.press('c');
    await page.getByRole('textbox', { name: 'Nhận xét' }).fill('tan huyết');
    await page.keyboard.press('Enter');
    await page.getByRole('alert').getByText('Việc này thuộc bộ phận Hóa sinh').waitFor();
    expect(await accessibilityFaults(page)).toEqual([]);
    await open('2611250953');
    await page.keyboard.press('v');
    await page.getByText('Đã duyệt 2611250953; còn 1 kết quả của Hóa sinh').waitFor();
    expect((await states('2611250953')).K).toBe('pending');
    await open('2611250954');
    await page.keyboard.press('Space');
    await page.getByText('1 mẫu đang chọn').waitFor();
    await page.keyboard.press('v');
    await page.getByText('Đã duyệt 1 mẫu; còn 1 kết quả của Hóa sinh').waitFor();
    expect((await states('2611250954')).K).toBe('pending');
  });
});
