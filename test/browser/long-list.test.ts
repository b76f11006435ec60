import { afterAll, beforeAll, expect, test } from 'vitest';
import type { PatientDoc, SpecimenDoc } from '../../src/store/documents.ts';
import { startLaboratory, type TestLaboratory } from './harness.ts';

const rows = 5000;

let laboratory: TestLaboratory;
beforeAll(async () => {
  laboratory = await startLaboratory();
  await seed();
}, 90_000);
afterAll(() => laboratory.close());

/** As many open specimens as no district laboratory has in a day, written straight into the store. */
async function seed(): Promise<void> {
  const { specimens, patients } = laboratory.lab.collections;
  const begun = Date.now() - 12 * 3_600_000;
  for (let from = 0; from < rows; from += 1000) {
    const places = Array.from({ length: 1000 }, (_each, place) => from + place);
    await patients.bulkWrite(
      places.map((place) => ({ insertOne: { document: patientOf(place) } })),
      { durable: false },
    );
    await specimens.bulkWrite(
      places.map((place) => ({
        insertOne: { document: specimenOf(place, new Date(begun + place * 8000).toISOString()) },
      })),
      { durable: false },
    );
  }
}

const patientOf = (place: number): PatientDoc => ({
  _id: `BN${place}`,
  name: `Nguyễn Văn ${place}`,
  searchName: `nguyen van ${place}`,
  sex: place % 2 === 0 ? 'male' : 'female',
  birthDate: '1980-01-01',
  version: 1,
  updatedAt: '2026-11-24T00:00:00.000Z',
});

const specimenOf = (place: number, at: string): SpecimenDoc => ({
  _id: `2411${String(place).padStart(6, '0')}`,
  patient: `BN${place}`,
  priority: 'routine',
  state: 'received',
  registeredAt: at,
  receivedAt: at,
  collectedAt: at,
  collectedAtSource: 'given',
  ward: 'Nội TH',
  work: {
    open: true,
    pending: 8,
    clean: 8,
    verified: 0,
    ordered: 8,
    sections: ['hematology'],
    analyzers: ['xn-1'],
    flags: [],
    alerts: [],
    analytes: ['WBC'],
    values: [{ section: 'hematology', count: 8 }],
    flagged: 0,
    onHold: 0,
    rank: `2${at}/2411${String(place).padStart(6, '0')}`,
  },
  custody: [],
  version: 1,
});

const box = `document.querySelector('[role="listbox"]')`;

/** Each frame scrolls on by most of a screen; gives how long the frames took. A stutter is one that takes long. */
const scrollThrough = `new Promise((resolve) => {
  const times = [];
  let last = performance.now();
  const step = (now) => {
    times.push(now - last);
    last = now;
    ${box}.scrollTop += 520;
    if (times.length < 120) requestAnimationFrame(step);
    else resolve(times.slice(2));
  };
  requestAnimationFrame(step);
})`;

/** Thirty times the arrow key, a frame between; gives how long the page works on each, in order of size. */
const pressDown = `(async () => {
  const times = [];
  for (let press = 0; press < 30; press += 1) {
    const before = performance.now();
    document.dispatchEvent(new KeyboardEvent('keydown', { key: 'ArrowDown', bubbles: true }));
    times.push(performance.now() - before);
    await new Promise((resolve) => requestAnimationFrame(resolve));
  }
  return times.sort((a, b) => a - b);
})()`;

test('five thousand specimens scroll, only those in view exist, and the arrow keys keep up', async () => {
  const page = await laboratory.signIn();
  await page.getByRole('button', { name: 'Chờ duyệt 5.000' }).waitFor();
  const frames = await page.evaluate<readonly number[]>(scrollThrough);
  expect(await page.locator('.list-row').count()).toBeLessThan(80);
  const sorted = [...frames].sort((a, b) => a - b);
  const median = sorted[Math.floor(sorted.length / 2)] ?? 0;
  const slowest = sorted.at(-1) ?? 0;
  process.stdout.write(
    `5,000 rows: frame median ${median.toFixed(1)} ms, slowest ${slowest.toFixed(0)} ms over ${sorted.length} frames\n`,
  );
  expect(median).toBeLessThan(100);
  await page.evaluate(`${box}.scrollTop = ${box}.scrollHeight`);
  await page.locator('#row-2411004999').waitFor();
  const times = await page.evaluate<readonly number[]>(pressDown);
  process.stdout.write(`arrow key to the next specimen: median ${(times[15] ?? 0).toFixed(1)} ms\n`);
  expect(await page.locator('.list-row.selected').count()).toBe(1);
  await page.context().close();
}, 60_000);

test('a search among five thousand answers as it is typed', async () => {
  const page = await laboratory.signIn();
  await page.getByRole('button', { name: 'Chờ duyệt 5.000' }).waitFor();
  await page.keyboard.press('/');
  await page.keyboard.type('van 4321', { delay: 20 });
  await page.locator('#row-2411004321').waitFor();
  expect(await page.locator('.list-row').count()).toBe(1);
  await page.context().close();
});
