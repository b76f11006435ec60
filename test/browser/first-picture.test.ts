import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { registerSpecimen } from '../../src/acts/registration.ts';
import { createSignInLink } from '../../src/api/app.ts';
import { startLaboratory, type TestLaboratory, until } from './harness.ts';

let laboratory: TestLaboratory;
beforeAll(async () => {
  laboratory = await startLaboratory({ lines: [{ id: 'xn-1', driver: 'sysmex/xn-1000' }] });
  await registerSpecimen(
    laboratory.lab,
    { username: 'ha', role: 'technician' },
    {
      accession: 'A0000001',
      patient: { id: 'BN001', name: 'Phạm Thị Mai', sex: 'female', birthDate: '1992-05-14' },
      orders: ['CBC'],
    },
  );
  const records = [
    'H|\\^&|||XN-1000^00-22^11001',
    'P|1',
    'O|1||^^A0000001^M|^^^^WBC',
    'R|1|^^^^WBC^1|11.8|10*3/uL',
    'L|1|N',
    '',
  ];
  await laboratory.analyzer('xn-1').send(Buffer.from(records.join('\r')));
  await until('the message', async () => (await laboratory.lab.collections.messages.findOne({})) !== null);
}, 60_000);
afterAll(() => laboratory.close());

/** Pages of the workbench with what they are about: the heaviest; all of them with `CUVETTE_ALL_PAGES=1`. */
const heaviest = [
  '/results/A0000001',
  '/specimens/A0000001',
  '/analyzers/xn-1/xn-1-0000000001',
  '/held',
  '/deliveries',
  '/catalogue/ranges',
];
const others = [
  '/register',
  '/specimens?view=storage&rack=D%201',
  '/analyzers/xn-1',
  '/analyzers/xn-1?view=mapping',
  '/referrals',
  '/statistics/counts',
  '/users',
  '/audit',
  '/guide',
];
const places = process.env.CUVETTE_ALL_PAGES === '1' ? [...heaviest, ...others] : heaviest;

test('what a page asks for before its code is there is what it asks for itself, and is asked once', async () => {
  const waiting = [...places];
  const look = async (): Promise<void> => {
    // Each in a browser of its own: a server's events hold one of the six connections that all pages of one share.
    const page = await laboratory.signIn('admin', '/guide');
    for (let place = waiting.shift(); place !== undefined; place = waiting.shift()) {
      const early = await questionsOf(page, place, true);
      const late = await questionsOf(page, place, false);
      const own = [...late.keys()].filter((path) => path !== '/api/session');
      expect([...early.keys()].sort(), place).toEqual(own.sort());
      const twice = [...early].filter(([path, times]) => times > 1 && !repeated.test(path));
      expect(twice, place).toEqual([]);
    }
    await page.context().close();
  };
  await Promise.all([look(), look(), look()]);
}, 120_000);

/** Asked again by themselves, or since a first answer refused them or named more. */
const repeated = /^\/api\/(analyzers|criticals|guide|worklist|events)/;

/** What a page asks the server for until nothing more comes. `early`: as the server writes the page, with who is signed in. */
async function questionsOf(page: Page, place: string, early: boolean): Promise<ReadonlyMap<string, number>> {
  // What the page before still asks is not this one's.
  await page.goto('about:blank');
  const asked = new Map<string, number>();
  let lastAt = Date.now();
  page.on('request', (request) => {
    const { pathname, search } = new URL(request.url());
    if (!pathname.startsWith('/api/')) return;
    // Instants and the mark of the events differ from one time to the next.
    const path = `${pathname}${search}`.replace(/\b(from|to|since)=[^&]*/g, '$1');
    if (!asked.has(path)) lastAt = Date.now();
    asked.set(path, (asked.get(path) ?? 0) + 1);
  });
  if (!early) {
    await page.route(`${laboratory.url}${place}`, async (route) => {
      const answer = await route.fetch();
      const text = await answer.text();
      await route.fulfill({
        response: answer,
        body: text.replace(/<script type="application\/json".*?<\/script>/, ''),
      });
    });
  }
  await page.goto(laboratory.url + place);
  // The frame asks last.
  const over = (): boolean => asked.has('/api/deliveries?limit=500') && Date.now() - lastAt > 500;
  await until(`${place} has asked all`, over, 30);
  page.removeAllListeners('request');
  await page.unrouteAll();
  return new Map([...asked].map(([path, times]) => [path.replace(/[?&]since$/, ''), times]));
}

test('who is signed in stands in the page, for that person alone', async () => {
  const strangers = await (await fetch(`${laboratory.url}/results`)).text();
  expect(strangers).not.toContain('id="session"');
  const link = await fetch(laboratory.url + createSignInLink(laboratory.lab, 'ha'), { redirect: 'manual' });
  const cookie = link.headers.get('set-cookie')?.split(';')[0] ?? '';
  const own = await fetch(`${laboratory.url}/results`, { headers: { cookie } });
  expect(own.headers.get('cache-control')).toBe('no-store');
  expect(await own.text()).toContain('"username":"ha"');
});

test('a name can not end the part of the page it stands in', async () => {
  const name = '</script><script>document.title="taken"</script>';
  await laboratory.lab.collections.users.updateOne({ _id: 'nam' }, { $set: { name } });
  const page = await laboratory.signIn('nam', '/results');
  await page.locator('.user-menu summary', { hasText: '</script>' }).waitFor();
  expect(await page.title()).toContain('Cuvette');
  await page.context().close();
});

test('without the file of its code the page says so', async () => {
  const page = await laboratory.signIn('ha', '/');
  await page.route('**/assets/shared-*', (route) => route.abort());
  await page.reload();
  await page.getByText('Máy chủ không trả lời').waitFor();
  await page.context().close();
});

test('what was asked first and refused, or answered late, is asked again by the page', async () => {
  const page = await laboratory.signIn('admin', '/guide');
  let refused = 0;
  await page.route('**/api/users?*', async (route) => {
    refused += 1;
    if (refused === 1) await route.fulfill({ status: 503, body: '{}' });
    else await route.continue();
  });
  await page.goto(`${laboratory.url}/users`);
  await page.locator('.people-list tbody tr').first().waitFor();
  expect(refused).toBe(2);
  await page.context().close();
});
