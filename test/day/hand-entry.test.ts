import { afterAll, beforeAll, expect, it } from 'vitest';
import { currentOf, openTestLaboratory, specimenWith, type TestLaboratory } from './laboratory.ts';

let site: TestLaboratory;
beforeAll(async () => {
  site = await openTestLaboratory();
});
afterAll(() => site.close());

async function enter(value: object) {
  const who = await site.as('technician');
  const { accession } = await specimenWith(who, { orders: ['GLU'] });
  const answer = await who.post(`/api/specimens/${accession}/observations`, {
    observations: [{ analyte: 'GLU', ...value }],
  });
  return { answer, who, accession };
}

it('a value of a diluted specimen is multiplied, rounded once, and explained', async () => {
  const { answer, who, accession } = await enter({ value: '8.33', dilution: '5' });
  expect(answer.status).toBe(201);
  const { body } = await who.get(`/api/specimens/${accession}`);
  const glucose = currentOf(body, 'GLU');
  expect(glucose).toMatchObject({ value: '41.65', unit: 'mmol/L', sent: { value: '8.33' } });
  const why = (await who.get(`/api/observations/${glucose.id}/explain`)).body;
  expect(why.conversion).toMatchObject({ factor: '5' });
});

it('unit and dilution are one factor: 100 mg/dL of glucose is 5.551 mmol/L, fourfold 22.20', async () => {
  const { who, accession } = await enter({ value: '100', unit: 'mg/dL', dilution: '4' });
  const glucose = currentOf((await who.get(`/api/specimens/${accession}`)).body, 'GLU');
  expect(glucose.value).toBe('22.20');
});

it('a comparator stays, so that over the range stays over the range', async () => {
  const { who, accession } = await enter({ value: '>40', dilution: '2.5' });
  const glucose = currentOf((await who.get(`/api/specimens/${accession}`)).body, 'GLU');
  expect(glucose).toMatchObject({ comparator: '>', value: '100.00' });
});

it.each(['0', '0.5', '-2', '10001', 'x', '1:5'])(
  'a dilution of %s is none and nothing is written',
  async (dilution) => {
    const { answer, who, accession } = await enter({ value: '5', dilution });
    expect([answer.status, answer.body.code]).toEqual([422, 'OBSERVATION_VALUE_INVALID']);
    expect((await who.get(`/api/specimens/${accession}`)).body.observations).toEqual([]);
  },
);

it('a viral load that is not there is told in words without a unit, a typing error is no answer, words are not diluted', async () => {
  const who = await site.as('technician');
  const enterLoad = async (value: object) => {
    const { accession } = await specimenWith(who, { orders: ['HIVVL'] });
    const path = `/api/specimens/${accession}`;
    const { status } = await who.post(`${path}/observations`, { observations: [{ analyte: 'HIVVL', ...value }] });
    return { status, observation: currentOf((await who.get(path)).body, 'HIVVL') };
  };
  const told = await enterLoad({ value: 'không phát hiện' });
  expect(told.status).toBe(201);
  expect(told.observation).toMatchObject({ value: 'không phát hiện', unit: '' });
  expect((await enterLoad({ value: '1523' })).observation).toMatchObject({ value: '1523', unit: '{copies}/mL' });
  expect((await enterLoad({ value: 'not detectd' })).status).toBe(422);
  expect((await enterLoad({ value: 'Not detected', dilution: '2' })).status).toBe(422);
});
