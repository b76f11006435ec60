import { afterEach, expect, test } from 'vitest';
import { freePort } from '../journeys/harness.ts';
import { until } from '../journeys/until.ts';
import { frame } from '../protocols/astm-play.ts';
import { dial, openStage, type Stage } from './stage.ts';

let stage: Stage | null = null;

afterEach(async () => {
  await stage?.close();
  stage = null;
});

test('noise does not bury what waits for a person: beyond some items it is one a day, and the journal has it all', async () => {
  const port = await freePort();
  const opened = await openStage({ analyzers: [{ id: 'bc-1', driver: 'mindray/bc-5380', tcp: { listen: port } }] });
  stage = opened;
  const analyzer = await dial(port);
  for (let count = 0; count < 40; count += 1) analyzer.says(`<VT>noise ${count}<FS><CR>`);
  await until('all of it went through', async () => (await opened.lab.collections.outcomes.countDocuments({})) === 40);
  const held = await opened.lab.collections.held.find({ state: 'open' }).toArray();
  expect(held).toHaveLength(21);
  expect(held.filter((item) => item.reason === 'LINK_NOISE')).toHaveLength(1);
});

test('what came cut short and can not be read is held, not passed over', async () => {
  const port = await freePort();
  stage = await openStage({ analyzers: [{ id: 'xn-1', driver: 'sysmex/xn-1000', tcp: { listen: port } }] });
  const analyzer = await dial(port);
  analyzer.says('<ENQ>');
  await analyzer.hears('<ACK>');
  // No record ends: all of it is one header, as far as anybody can read.
  analyzer.says(frame(1, 'H|\\^&|||    XN-1000^00-22^11001O|1||3^5^A1001^B|^^^^WBCR|1|^^^^WBC^1|7.10|10*3/uLL|1|N'));
  await analyzer.hears('<ACK>');
  analyzer.says('<EOT>');
  const held = await until('it is held', async () => {
    const items = (await stage?.lab.collections.held.find({ state: 'open' }).toArray()) ?? [];
    return items.length === 0 ? null : items;
  });
  expect(held.map(({ reason }) => reason)).toEqual(['LINK_UNFINISHED']);
});

test('a load that is not there is filed in words; an order that failed is told to a person, with what the analyzer says', async () => {
  const port = await freePort();
  stage = await openStage({ analyzers: [{ id: 'm2000', driver: 'abbott/m2000', tcp: { listen: port } }] });
  await stage.register('A1001', ['HIVVL']);
  await stage.register('A1002', ['HIVVL']);
  await stage.register('A1003', ['HIVVL']);
  const head = 'H|\\^&|||m2000^8.1.9.0^275000001^H1P1O1R1C1L1|||||||P|1|20260312122248<CR>P|1<CR>';
  const order = (id: string, status: string): string =>
    `O|1|${id}|${id}^RUN^A4|^^^HIV0.6ml^HIV0.6ml|||||||||||||||||||||${status}<CR>`;
  const row = (id: string, value: string): string =>
    `${head}${order(id, 'F')}R|1|^^^HIV0.6ml^HIV0.6ml^1^2^^F|${value}|Copies / mL||||F||x^x||20260312122150|1<CR>R|2|^^^HIV0.6ml^HIV0.6ml^1^2^^P|28.21|cycle number||||F||x^x||20260312122150|1<CR>L|1<CR>`;
  const analyzer = await dial(port);
  analyzer.says('<NUL><ENQ>');
  await analyzer.hears('<ACK>');
  const failed = `${head}${order('A1002', 'X')}C|1|I|4442 : Internal control|I<CR>L|1<CR>`;
  for (const [index, text] of [row('A1001', 'Not detected'), failed, row('A1003', '< 40')].entries()) {
    analyzer.says(frame(index + 1, text));
    await analyzer.hears('<ACK>');
  }
  analyzer.says('<EOT>');
  await until('the last is filed', async () => (await stage?.values('A1003'))?.HIVVL === '40');
  const { observations, held } = stage.lab.collections;
  const load = { analyte: 'HIVVL', value: 'Not detected', unit: '', conversion: null };
  expect(await observations.find({ accession: 'A1001' }).toArray()).toMatchObject([load]);
  expect(await observations.find({ accession: 'A1003' }).toArray()).toMatchObject([
    { comparator: '<', unit: '{copies}/mL' },
  ]);
  const detail = 'The analyzer gives no value: 4442 : Internal control';
  expect(await held.find({ state: 'open' }).toArray()).toMatchObject([{ accession: 'A1002', detail }]);
});

test('a specimen of which no row is known as a result waits for a person', async () => {
  const port = await freePort();
  stage = await openStage({ analyzers: [{ id: 'pan-1', driver: 'hologic/panther', tcp: { listen: port } }] });
  const { lab } = stage;
  await stage.register('A1001', ['HIVVL']);
  const row = (name: string, value: string): string => `R|1|^^^CT/GC^${name}^^1|${value}|||||F||||20260312081500<CR>`;
  const analyzer = await dial(port);
  analyzer.says('<ENQ>');
  await analyzer.hears('<ACK>');
  const head = 'H|\\^&|||Panther^1.0|||||||P|1|20260312081500<CR>P|1<CR>O|1|A1001||^^^CT/GC|||||||||||||||||||||F<CR>';
  analyzer.says(frame(1, `${head}${row('CT', 'CT POS')}${row('GC', 'GC neg')}L|1|N<CR>`));
  await analyzer.hears('<ACK>');
  analyzer.says('<EOT>');
  const open = (): Promise<{ detail: string }[]> => lab.collections.held.find({ state: 'open' }).toArray();
  const items = await until('it is held', async () => ((await open()).length > 0 ? open() : null));
  const detail = 'None of the 2 rows is known as a result: CT/GC';
  expect(items).toMatchObject([{ reason: 'DRIVER_VALUE_UNREADABLE', accession: 'A1001', detail }]);
});
