import { afterEach, describe, expect, test } from 'vitest';
import { catalogue, driverById } from '../../drivers/catalogue.ts';
import { senderOf } from '../../drivers/recognise.ts';
import { bytesOf, readVectors } from '../../drivers/vector.ts';
import { unspell } from '../../protocols/control.ts';
import { createRhythm, lineState } from '../../src/connection/line-state.ts';
import { createWatch } from '../../src/connection/line-watch.ts';
import { createSpeakers } from '../../src/connection/speakers.ts';
import { freePort } from '../journeys/harness.ts';
import { until } from '../journeys/until.ts';
import { frame } from '../protocols/astm-play.ts';
import { dial, openStage, type Stage } from './stage.ts';

let stage: Stage | null = null;
afterEach(async () => {
  await stage?.close();
  stage = null;
});

const message = (model: string, accession: string, value: string, serial = '11001'): string =>
  frame(
    1,
    `H|\\^&|||${model}^00-22^${serial}^^^^BA1||||||||E1394-97<CR>O|1||3^5^              ${accession}^B|^^^^WBC|||||||N||||||||||||||F<CR>R|1|^^^^WBC^1|${value}|10*3/uL||N||F||||20260312081530<CR>L|1|N<CR>`,
  );

const c311 = frame(
  1,
  'H|\\^&|||c311^1|||||host|RSUPL^REAL|P|1<CR>P|1<CR>O|1|               A1001|1^00001^1^^S1^SC|^^^690^|R||||||N||||1|||||||20260312081000|||F<CR>R|1|^^^690/|88|umol/l||N||F||||20260312081500|P1<CR>L|1|N<CR>',
);

async function session(port: number, text: string): Promise<Awaited<ReturnType<typeof dial>>> {
  const analyzer = await dial(port);
  analyzer.says('<ENQ>');
  await analyzer.hears('<ACK>');
  analyzer.says(text);
  await analyzer.hears('<ACK>');
  analyzer.says('<EOT>');
  return analyzer;
}

describe('who speaks on a line', () => {
  test('its own model is heard without a word', async () => {
    const port = await freePort();
    stage = await openStage({ analyzers: [{ id: 'xn-1', driver: 'sysmex/xn-1000', tcp: { listen: port } }] });
    await stage.register('A1001', ['WBC']);
    await session(port, message('    XN-1000', 'A1001', '7.10'));
    await until('it is filed', async () => (await stage?.values('A1001'))?.WBC === '7.10');
    expect(stage.lines.get('xn-1')?.detail).toBeUndefined();
  });

  test('another model of the family is taken, with a warning', async () => {
    const port = await freePort();
    stage = await openStage({ analyzers: [{ id: 'xn-1', driver: 'sysmex/xn-1000', tcp: { listen: port } }] });
    await stage.register('A1001', ['WBC']);
    await session(port, message('     XN-550', 'A1001', '7.10'));
    await until('it is filed', async () => (await stage?.values('A1001'))?.WBC === '7.10');
    expect(stage.lines.get('xn-1')?.detail).toContain('Sysmex XN-L');
  });

  test('another family is acknowledged, held and told, and gets no orders; nothing of it is filed', async () => {
    const port = await freePort();
    stage = await openStage({ analyzers: [{ id: 'xn-1', driver: 'sysmex/xn-1000', tcp: { listen: port } }] });
    await stage.register('A1001', ['WBC', 'CREA']);
    await session(port, c311);
    const held = await until('it is held', () => stage?.lab.collections.held.findOne({ state: 'open' }));
    // the number is read as its sender writes it, not as the line's own model would
    expect(held).toMatchObject({ reason: 'DRIVER_ANALYZER_UNRECOGNISED', analyzer: 'xn-1', accession: 'A1001' });
    expect(held.detail).toMatch(/Roche cobas c 311.*Sysmex XN-1000/);
    expect(stage.lines.get('xn-1')?.detail).toContain('Roche cobas c 311');
    expect(await stage.values('A1001')).toEqual({});
  });

  test('two analyzers on one address are told apart by how they name themselves: the second is held', async () => {
    const port = await freePort();
    stage = await openStage({ analyzers: [{ id: 'xn-1', driver: 'sysmex/xn-1000', tcp: { listen: port } }] });
    await stage.register('A1001', ['WBC']);
    await stage.register('A1002', ['WBC']);
    await session(port, message('    XN-1000', 'A1001', '7.10'));
    await session(port, message('    XN-1000', 'A1002', '3.20', '22002'));
    const held = await until('the second is held', () => stage?.lab.collections.held.findOne({ state: 'open' }));
    expect(held.detail).toContain('22002');
    expect(await stage.values('A1002')).toEqual({});
    expect((await stage.values('A1001')).WBC).toBe('7.10');
  });

  const firsts = catalogue.map((driver) => {
    const [vector] = readVectors(driver.id).values();
    return { id: driver.id, driver, raw: vector === undefined ? new Uint8Array(0) : bytesOf(vector, 'analyzer') };
  });

  test.each(firsts)('$id is a stranger on every line of another maker', ({ driver, raw }) => {
    if (!driver.decode(raw).messages.some((each) => each.kind !== 'other')) return;
    for (const own of catalogue) {
      if (own.protocol !== driver.protocol || own.vendor === driver.vendor) continue;
      expect(senderOf(own, raw, own.decode(raw), catalogue).kind, own.id).toBe('stranger');
    }
  });
});

describe('two connections of one line', () => {
  test('a new one takes over from one that hangs', () => {
    const speakers = createSpeakers<string>();
    expect(speakers.heard('old', 'XN').kind).toBe('mine');
    expect(speakers.heard('new', 'XN').kind).toBe('mine');
    speakers.closed('old');
    expect(speakers.heard('new', 'XN').kind).toBe('mine');
    expect(speakers.admits()).toBe(true);
  });

  test('two of one name that speak in turn are refused until one is gone', () => {
    const speakers = createSpeakers<string>();
    speakers.heard('one', 'XN');
    speakers.heard('other', 'XN');
    expect(speakers.heard('one', 'XN').kind).toBe('refused');
    expect(speakers.admits()).toBe(false);
    speakers.closed('other');
    expect(speakers.admits()).toBe(true);
  });
});

describe('what is watched', () => {
  const xn = driverById('sysmex/xn-1000');
  if (xn === undefined) throw new Error('no driver');

  test('the share of refused frames, told from a tenth on', () => {
    const watch = createWatch(xn, 'Asia/Ho_Chi_Minh', () => 0);
    expect(watch.read(null).nakRate).toBeNull();
    for (let count = 0; count < 16; count += 1) watch.answered(true);
    for (let count = 0; count < 4; count += 1) watch.answered(false);
    expect(watch.read(null).nakRate).toBe(0.2);
    expect(watch.warnings()).toEqual(['20 % of the latest frames were refused']);
  });

  test('a clock that is wrong, in the zone of the line', () => {
    const now = Date.parse('2026-03-12T01:15:00Z');
    const watch = createWatch(xn, 'Asia/Ho_Chi_Minh', () => now);
    watch.arrived(unspell('<ENQ><STX>1H|\\^&|||XN|||||||P|1|20260312081510<CR>'));
    expect(watch.read(null).clockSkewSeconds).toBe(10);
    expect(watch.warnings()).toEqual([]);
    watch.arrived(unspell('<ENQ><STX>1H|\\^&|||XN|||||||P|1|20260312070000<CR>'));
    expect(watch.warnings()).toEqual(["the analyzer's clock is 75 min behind"]);
  });

  test('orders that were told and have no result in their time', () => {
    let now = 0;
    const watch = createWatch(xn, 'UTC', () => now);
    watch.told('A1');
    watch.told('A2');
    now += 20 * 60_000;
    watch.results('A2');
    expect(watch.read(null).ordersWithoutResult).toBe(0);
    now += 20 * 60_000;
    expect(watch.read(null).ordersWithoutResult).toBe(1);
    watch.results('A1');
    expect(watch.read(null).ordersWithoutResult).toBe(0);
  });

  test('a session without a frame', async () => {
    const port = await freePort();
    stage = await openStage({ analyzers: [{ id: 'xn-1', driver: 'sysmex/xn-1000', tcp: { listen: port } }] });
    const analyzer = await dial(port);
    analyzer.says('<ENQ>');
    await analyzer.hears('<ACK>');
    analyzer.says('<EOT>');
    await until('it is counted', () => stage?.lines.get('xn-1')?.watch.enqWithoutData === 1);
  });

  test('a line that misses its rhythm is silent, and is not before', () => {
    const minute = 60_000;
    const rhythm = createRhythm([0, 10, 20, 30, 40, 50].map((at) => at * minute));
    expect(rhythm.longestMs()).toBe(10 * minute);
    const traffic = {
      channels: 1,
      connectedAt: 0,
      lastBytesAt: 50 * minute,
      lastReceivedAt: 50 * minute,
      lastFailureAt: null,
      rhythmMs: rhythm.longestMs(),
    };
    expect(lineState(traffic, 75 * minute)).toBe('up');
    expect(lineState(traffic, 81 * minute)).toBe('silent');
    expect(lineState({ ...traffic, channels: 0 }, 81 * minute)).toBe('down');
  });
});
