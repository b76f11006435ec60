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

/** Take the host's session to its EOT, answering each frame so. Returns the text of its frames. */
async function takesSession(analyzer: FarEnd, answer: (frame: string) => string = () => '<ACK>'): Promise<string> {
  expect(await analyzer.hears('<ENQ>')).toContain('<ENQ>');
  let text = '';
  let answered = '<ACK>';
  for (;;) {
    analyzer.says(answered);
    const heard = await analyzer.hears('<', 5_000);
    if (heard.includes('<EOT>')) return text;
    answered = answer(heard);
    if (answered === '<ACK>') text += /<STX>[0-7]([\s\S]*)<ET[XB]>/.exec(heard)?.[1] ?? '';
  }
}

const c311 = (port: number) => [{ id: 'c311-1', driver: 'roche/cobas-c311', tcp: { listen: port }, pushOrders: true }];

test('over ASTM a download that was refused or cut off goes out again; its results are waited for from then on', async () => {
  const port = await freePort();
  stage = await openStage({ analyzers: c311(port) });
  const first = await dial(port);
  await stage.register('A1001', ['CREA']);
  expect(await takesSession(first, () => '<NAK>')).toBe('');
  await until('the line says why', () => stage?.lines.get('c311-1')?.watch.lastFault?.code === 'LINK_REFUSED');
  expect(stage.lines.get('c311-1')?.detail).toContain('refused a frame again and again');
  expect(await stage.lab.collections.messages.countDocuments({ direction: 'out' })).toBe(0);
  // The analyzer goes away while the next try is under way.
  expect(await first.hears('<ENQ>', 10_000)).toBe('<ENQ>');
  first.hangUp();
  const second = await dial(port);
  expect(await takesSession(second)).toMatch(/A1001[\s\S]*\^\^\^690\^/);
  await until('it is in the journal', async () => {
    return (await stage?.lab.collections.messages.countDocuments({ direction: 'out' })) === 1;
  });
}, 30_000);

test('a specimen that is rejected after its orders went out is taken back', async () => {
  const port = await freePort();
  stage = await openStage({ analyzers: c311(port) });
  const analyzer = await dial(port);
  await stage.register('A1001', ['CREA', 'GLU']);
  expect(await takesSession(analyzer)).toMatch(/A1001\|[^<]*\^\^\^690\^[^<]*\|A\|/);
  await stage.lab.collections.specimens.updateMany({ _id: 'A1001' }, { $set: { state: 'rejected' } });
  stage.lab.events.emit({ type: 'worklist', accession: 'A1001' });
  const text = await takesSession(analyzer);
  expect(text).toMatch(/\^\^\^690\^[\s\S]*\|C\|/);
  expect(text).toContain('^^^717^');
});

test('what one test is called in an order is what it is called when it is taken back', async () => {
  const port = await freePort();
  stage = await openStage({ analyzers: analyzers(port) });
  const analyzer = await dial(port);
  await stage.register('A1001', ['ALB', 'ALP']);
  const names = (text: string): Record<string, string> =>
    Object.fromEntries([...text.matchAll(/OBR\|\d+\|([^|]+)\|\|([^^|]+)/g)].map(([, name, code]) => [code, name]));
  const given = names(await takes(analyzer));
  expect(new Set(Object.values(given)).size).toBe(2);
  const [, second] = await stage.lab.collections.orders.find({ accession: 'A1001' }).toArray();
  await stage.lab.collections.orders.updateMany({ _id: second?._id ?? '' }, { $set: { state: 'cancelled' } });
  stage.lab.events.emit({ type: 'worklist', accession: 'A1001' });
  const taken = names(await takes(analyzer));
  expect(Object.entries(taken)).toHaveLength(1);
  for (const [code, name] of Object.entries(taken)) expect(given[code]).toBe(name);
});

test('a LAW analyzer, which refuses an order name it has had, is given a new one for each run', async () => {
  const port = await freePort();
  stage = await openStage({ analyzers: analyzers(port) });
  const { lab } = stage;
  const analyzer = await dial(port);
  const step = (text: string): string => `${/ORC\|(\w\w)/.exec(text)?.[1]} ${/OBR\|1\|([^|]+)/.exec(text)?.[1]}`;
  const change = (): void => lab.events.emit({ type: 'worklist', accession: 'A1001' });
  await stage.register('A1001', ['ALB']);
  expect(step(await takes(analyzer))).toBe('NW A1001-ALBUMIN');

  analyzer.says(
    '<VT>MSH|^~\\&|BA400|Biosystems|Host|Host|20260312081500||OUL^R22^OUL_R22|77|P|2.5.1|||ER|AL||UNICODE UTF-8|||LAB-29^IHE<CR>SPM|1|A1001||SER|||||||P<CR>OBR||""||ALBUMIN^ALBUMIN^A400<CR>ORC|OK||||CM<CR>OBX|1|NM|ALBUMIN^ALBUMIN^A400||4.2|g/dL||NONE|||F|||||||20260312081500<CR><FS><CR>',
  );
  await analyzer.hears('MSA|AA|77');
  await until('it is filed', async () => (await stage?.values('A1001'))?.ALB !== undefined);
  change();
  await lab.collections.observations.updateMany({ accession: 'A1001' }, { $set: { state: 'rejected' } });
  change();
  expect(step(await takes(analyzer))).toBe('NW A1001-ALBUMIN-2');

  const cancelled = { at: new Date().toISOString(), by: 'ktv' };
  await lab.collections.orders.updateMany({ accession: 'A1001' }, { $set: { state: 'cancelled', cancelled } });
  change();
  expect(step(await takes(analyzer))).toBe('CA A1001-ALBUMIN-2');

  const [before] = await lab.collections.orders.find({ accession: 'A1001' }).toArray();
  if (before === undefined) throw new Error('the order is gone');
  const { cancelled: _, ...order } = before;
  await lab.collections.orders.insertOne({
    ...order,
    _id: `${order._id}-again`,
    state: 'ordered',
    orderedAt: new Date(Date.now() + 1_000).toISOString(),
  });
  change();
  expect(step(await takes(analyzer))).toBe('NW A1001-ALBUMIN-3');

  // It came and was sent back while nobody looked (the line waits out a refusal of another specimen's orders).
  const [value] = await lab.collections.observations.find({ accession: 'A1001' }).toArray();
  if (value === undefined) throw new Error('the value is gone');
  await lab.collections.observations.insertOne({ ...value, _id: `${value._id.slice(0, 42)}~` });
  change();
  expect(step(await takes(analyzer))).toBe('NW A1001-ALBUMIN-4');
});

test('where the analyzer polls, an order waits for the poll and counts when the analyzer has said that it takes it', async () => {
  const port = await freePort();
  stage = await openStage({
    analyzers: [{ id: 'dim-1', driver: 'siemens/dimension', tcp: { listen: port }, pushOrders: true }],
  });
  const analyzer = await dial(port);
  const poll = '<STX>P<FS>DIM<FS>0<FS>1<FS>0<FS>47<ETX>';
  analyzer.says(poll);
  expect(await analyzer.hears('<ETX>')).toBe('<ACK><STX>N<FS>6A<ETX>');
  analyzer.says('<ACK>');
  await stage.register('A1001', ['GLU']);
  const order = await until('the order is there for a poll', async () => {
    analyzer.says(poll);
    const heard = await analyzer.hears('<ETX>');
    if (heard.includes('<STX>D<FS>')) return heard;
    analyzer.says('<ACK>');
    return null;
  });
  expect(order).toMatch(
    /<ACK><STX>D<FS>0<FS>0<FS>A<FS>Nguyen Thi Dao<FS>A1001<FS>1<FS><FS>0<FS>.*<FS>1<FS>GLUC<FS>..<ETX>$/,
  );
  expect(await stage.lab.collections.messages.countDocuments({ direction: 'out' })).toBe(0);
  analyzer.says('<ACK><STX>M<FS>A<FS><FS>E2<ETX>');
  expect(await analyzer.hears('<ACK>')).toBe('<ACK>');
  await until('it is in the journal', async () => {
    return (await stage?.lab.collections.messages.countDocuments({ direction: 'out' })) === 1;
  });

  await stage.register('A1002', ['ALT']);
  await until('the next order is there', async () => {
    analyzer.says(poll);
    const heard = await analyzer.hears('<ETX>');
    analyzer.says('<ACK>');
    return heard.includes('A1002');
  });
  analyzer.says('<STX>M<FS>R<FS>1<FS>24<ETX>');
  await until('the refusal is told', () => stage?.lines.get('dim-1')?.watch.lastFault?.code === 'LINK_ORDERS_REFUSED');
  analyzer.says(poll);
  await analyzer.hears('<STX>N<FS>6A<ETX>');
});
