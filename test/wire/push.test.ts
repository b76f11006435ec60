import { afterEach, expect, test } from 'vitest';
import { freePort } from '../journeys/harness.ts';
import { until } from '../journeys/until.ts';
import { dial, type FarEnd, openStage, type Stage } from './stage.ts';

let stage: Stage | null = null;
afterEach(async () => {
  await stage?.close();
  stage = null;
});

const analyzers = (port: number) => [
  { id: 'ba-1', driver: 'biosystems/ba400', tcp: { listen: port }, pushOrders: true },
];

/** Take one order message and answer it with this code. */
async function takes(analyzer: FarEnd, code = 'AA'): Promise<string> {
  const heard = await analyzer.hears('<FS><CR>');
  const controlId = /^<VT>MSH(?:\|[^|]*){8}\|([^|]*)/.exec(heard)?.[1] ?? '';
  analyzer.says(
    `<VT>MSH|^~\\&|BA400|Biosystems|Host||20260312081500||ORL^O34^ORL_O34|R${controlId}|P|2.5.1<CR>MSA|${code}|${controlId}<CR><FS><CR>`,
  );
  return heard;
}

test('a new specimen goes out by itself, each test once; what is taken back is cancelled; a restart tells nothing twice', async () => {
  const port = await freePort();
  stage = await openStage({ analyzers: analyzers(port) });
  const analyzer = await dial(port);
  await until('it is connected', () => stage?.lines.get('ba-1')?.state === 'up');
  await stage.register('A1001', ['ALB', 'ALP', 'ALB']);
  const first = await takes(analyzer);
  expect(first).toContain('OML^O33');
  expect(first).toMatch(/SPM\|1\|A1001/);
  expect(first.split('|ALBUMIN^ALBUMIN^A400')).toHaveLength(2);
  expect(first).toContain('ORC|NW');
  await until('the answer is counted', () => stage?.lines.get('ba-1')?.counts.sent === 1);

  const { orders } = stage.lab.collections;
  await orders.updateMany({ accession: 'A1001' }, { $set: { state: 'cancelled' } });
  stage.lab.events.emit({ type: 'worklist', accession: 'A1001' });
  expect(await takes(analyzer)).toContain('ORC|CA');
  stage.lab.events.emit({ type: 'worklist', accession: 'A1001' });
  await stage.register('A1002', ['ALB']);
  expect(await takes(analyzer)).toMatch(/SPM\|1\|A1002/);
});

test('what was ordered while nobody was connected goes out when the line is up; a refusal is told', async () => {
  const port = await freePort();
  stage = await openStage({ analyzers: analyzers(port) });
  await stage.register('A1001', ['ALB']);
  const analyzer = await dial(port);
  expect(await takes(analyzer, 'AE')).toMatch(/SPM\|1\|A1001/);
  await until('the refusal is told', () => stage?.lines.get('ba-1')?.detail?.includes('did not take orders (AE)'));
  await until('its answer is in the journal', async () => {
    const kept = await stage?.lab.collections.messages.countDocuments({ analyzer: 'ba-1', direction: 'in' });
    return kept === 1;
  });
});
