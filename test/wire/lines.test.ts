import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { spell, unspell } from '../../protocols/control.ts';
import { openPtyPair } from '../../simulators/pty.ts';
import { previewReplay } from '../../src/pipeline/preview.ts';
import { freePort } from '../journeys/harness.ts';
import { until } from '../journeys/until.ts';
import { frame } from '../protocols/astm-play.ts';
import { dial, listen, openStage, type Stage } from './stage.ts';

let stage: Stage | null = null;
const undo: (() => unknown)[] = [];

afterEach(async () => {
  await stage?.close();
  stage = null;
  for (const step of undo.splice(0).reverse()) await step();
});

const state = (id: string): string | undefined => stage?.lines.get(id)?.state;

const xn = (accession: string, value = '7.10'): string =>
  frame(
    1,
    `H|\\^&|||    XN-1000^00-22^11001^^^^BA1||||||||E1394-97<CR>O|1||3^5^              ${accession}^B|^^^^WBC|||||||N||||||||||||||F<CR>R|1|^^^^WBC^1|${value}|10*3/uL||N||F||||20260312081530<CR>L|1|N<CR>`,
  );

const bc = (accession: string, controlId: string): string =>
  `<VT>MSH|^~\\&|Mindray|BC-5380|||20260312081500||ORU^R01|${controlId}|P|2.3.1||||||UNICODE<CR>PID|1||P1^^^^MR<CR>PV1|1<CR>OBR|1||${accession}|00001^Automated Count^99MRC||20260312081000|20260312081400<CR>OBX|1|NM|6690-2^WBC^LN||7.10|10*9/L|4.00-10.00|N|||F<CR><FS><CR>`;

describe('an ASTM line', () => {
  test('says ACK to the last frame only when the message is on disk', async () => {
    const port = await freePort();
    stage = await openStage({ analyzers: [{ id: 'xn-1', driver: 'sysmex/xn-1000', tcp: { listen: port } }] });
    await stage.register('A1001', ['WBC']);
    const analyzer = await dial(port);
    analyzer.says('<ENQ>');
    await analyzer.hears('<ACK>');
    stage.journal = 'wait';
    analyzer.says(xn('A1001'));
    await until('the journal is asked', () => stage?.asked() === 1);
    expect(await stage.lab.collections.messages.countDocuments({})).toBe(0);
    // An ACK would be here by now: another line's whole exchange takes less.
    analyzer.says('<NUL>');
    await new Promise((resolve) => setTimeout(resolve, 150));
    expect(analyzer.heard()).toBe('<ACK>');
    stage.journal = 'pass';
    expect(await analyzer.hears('<ACK>')).toBe('<ACK>');
    expect(await stage.lab.collections.messages.countDocuments({})).toBe(1);
    analyzer.says('<EOT>');
    await until('it is filed', async () => (await stage?.values('A1001'))?.WBC === '7.10');
  });

  test('says NAK while the store refuses, and takes the frame when it comes again', async () => {
    const port = await freePort();
    stage = await openStage({ analyzers: [{ id: 'xn-1', driver: 'sysmex/xn-1000', tcp: { listen: port } }] });
    await stage.register('A1001', ['WBC']);
    const analyzer = await dial(port);
    stage.journal = 'refuse';
    analyzer.says('<ENQ>');
    await analyzer.hears('<ACK>');
    analyzer.says(xn('A1001'));
    expect(await analyzer.hears('<NAK>')).toBe('<NAK>');
    expect(stage.lines.get('xn-1')?.counts.refused).toBe(1);
    await until('the line shows it', () => state('xn-1') === 'failing', 3_000);
    stage.journal = 'pass';
    analyzer.says(xn('A1001'));
    expect(await analyzer.hears('<ACK>')).toBe('<ACK>');
    analyzer.says('<EOT>');
    await until('it is filed', async () => (await stage?.values('A1001'))?.WBC === '7.10');
    await until('the line is well again', () => state('xn-1') === 'talking', 3_000);
  });
});

describe('a frame number that comes again', () => {
  const head = 'H|\\^&|||    XN-1000^00-22^11001^^^^BA1||||||||E1394-97<CR>';
  const order = 'O|1||3^5^              A1001^B|^^^^WBC|||||||N||||||||||||||F<CR>';
  const wbc = 'R|1|^^^^WBC^1|7.10|10*3/uL||N||F||||20260312081530<CR>';
  const rbc = 'R|2|^^^^RBC^1|4.50|10*6/uL||N||F||||20260312081530<CR>';

  async function session(...frames: readonly (readonly [string, string])[]): Promise<Stage> {
    const port = await freePort();
    const opened = await openStage({ analyzers: [{ id: 'xn-1', driver: 'sysmex/xn-1000', tcp: { listen: port } }] });
    stage = opened;
    await opened.register('A1001', ['WBC', 'RBC']);
    const analyzer = await dial(port);
    analyzer.says('<ENQ>');
    await analyzer.hears('<ACK>');
    for (const [said, answer] of frames) {
      analyzer.says(said);
      expect(await analyzer.hears('K>'), said).toBe(answer);
    }
    analyzer.says('<EOT>');
    return opened;
  }

  test('with the same text is answered ACK and filed once', async () => {
    const opened = await session(
      [frame(1, head + order, 'ETB'), '<ACK>'],
      [frame(2, wbc, 'ETB'), '<ACK>'],
      [frame(2, wbc, 'ETB'), '<ACK>'],
      [frame(3, 'L|1|N<CR>'), '<ACK>'],
      [frame(3, 'L|1|N<CR>'), '<ACK>'],
    );
    await until('it is filed', async () => (await opened.values('A1001')).WBC === '7.10');
    await opened.pipeline.idle();
    expect(await opened.lab.collections.observations.countDocuments({})).toBe(1);
    expect(await opened.lab.collections.messages.countDocuments({})).toBe(1);
    expect(opened.lines.get('xn-1')?.watch.lastFault).toBeNull();
  });

  test('with another text is answered NAK and told, and filed when it comes under its own number', async () => {
    const opened = await session(
      [frame(1, head + order, 'ETB'), '<ACK>'],
      [frame(2, wbc, 'ETB'), '<ACK>'],
      [frame(2, rbc, 'ETB'), '<NAK>'],
      [frame(3, rbc, 'ETB'), '<ACK>'],
      [frame(4, 'L|1|N<CR>'), '<ACK>'],
    );
    await until('both are filed', async () => Object.keys(await opened.values('A1001')).length === 2);
    expect(opened.lines.get('xn-1')?.watch.lastFault).toMatchObject({
      code: 'LINK_FRAME_OUT_OF_SEQUENCE',
      detail: 'number of the frame before, other text',
    });
  });

  test('with another text, and left out by an analyzer that goes on: nothing is filed, the whole is held and told', async () => {
    const opened = await session(
      [frame(1, head + order, 'ETB'), '<ACK>'],
      [frame(2, wbc, 'ETB'), '<ACK>'],
      [frame(2, rbc, 'ETB'), '<NAK>'],
      [frame(3, 'L|1|N<CR>'), '<ACK>'],
    );
    const held = await until('it is held', () => opened.lab.collections.held.findOne({ state: 'open' }));
    expect(held).toMatchObject({ reason: 'LINK_GAP', accession: 'A1001' });
    // The preview says of a replay what it does.
    const preview = await previewReplay(opened.lab, held.message, {});
    expect(preview).toMatchObject([{ hostCode: 'WBC', becomes: 'held', reason: 'LINK_GAP' }]);
    expect(await opened.values('A1001')).toEqual({});
  });

  test('with another text, then the specimen again and whole: it is filed, and what was held is superseded', async () => {
    const opened = await session(
      [frame(1, head + order, 'ETB'), '<ACK>'],
      [frame(2, wbc, 'ETB'), '<ACK>'],
      [frame(2, rbc, 'ETB'), '<NAK>'],
      [frame(3, 'L|1|N<CR>'), '<ACK>'],
      // another specimen in between settles nothing
      [frame(4, (head + order).replace('A1001', 'A1002') + wbc, 'ETB'), '<ACK>'],
      [frame(5, 'L|1|N<CR>'), '<ACK>'],
    );
    await until('the other waits for its registration', () =>
      opened.lab.collections.held.findOne({ accession: 'A1002', state: 'open' }),
    );
    expect(await opened.lab.collections.held.countDocuments({ accession: 'A1001', state: 'open' })).toBeGreaterThan(0);
    const again = await dial(Number(/\d+$/.exec(opened.lines.get('xn-1')?.address ?? '')?.[0]));
    again.says('<ENQ>');
    await again.hears('<ACK>');
    again.says(frame(1, `${head}${order}${wbc}${rbc}L|1|N<CR>`));
    await again.hears('<ACK>');
    await until('both are filed', async () => Object.keys(await opened.values('A1001')).length === 2);
    await until('nothing waits', async () => {
      return (await opened.lab.collections.held.countDocuments({ accession: 'A1001', state: 'open' })) === 0;
    });
  });

  test('with another text, from an analyzer that gives up: what came is shown, nothing is filed', async () => {
    const again = [frame(2, rbc, 'ETB'), '<NAK>'] as const;
    const opened = await session(
      [frame(1, head + order, 'ETB'), '<ACK>'],
      [frame(2, wbc, 'ETB'), '<ACK>'],
      ...[again, again, again, again, again, again],
    );
    const held = await until('it is held', () => opened.lab.collections.held.findOne({ state: 'open' }));
    expect(held).toMatchObject({ reason: 'LINK_UNFINISHED' });
    expect(await opened.values('A1001')).toEqual({});
    await until('the line shows it', () => state('xn-1') === 'failing', 3_000);
    expect(opened.lines.get('xn-1')?.detail).toMatch(/Frame number|ended inside/);
  });
});

describe('an HL7 line', () => {
  test('says nothing before the block is on disk, then AA; AE while the store refuses', async () => {
    const port = await freePort();
    stage = await openStage({ analyzers: [{ id: 'bc-1', driver: 'mindray/bc-5380', tcp: { listen: port } }] });
    await stage.register('A2001', ['WBC']);
    const analyzer = await dial(port);
    stage.journal = 'refuse';
    analyzer.says(bc('A2001', '11'));
    expect(await analyzer.hears('<FS><CR>')).toContain('MSA|AE|11');
    stage.journal = 'wait';
    analyzer.says(bc('A2001', '12'));
    await until('the journal is asked', () => stage?.asked() === 2);
    await new Promise((resolve) => setTimeout(resolve, 150));
    expect(analyzer.heard()).not.toContain('|12|');
    stage.journal = 'pass';
    expect(await analyzer.hears('<FS><CR>')).toContain('MSA|AA|12');
    await until('it is filed', async () => (await stage?.values('A2001'))?.WBC === '7.10');
  });

  test('refuses a block without MSH and keeps it for a person; a value in a message of a strange type waits too', async () => {
    const port = await freePort();
    const opened = await openStage({ analyzers: [{ id: 'bc-1', driver: 'mindray/bc-5380', tcp: { listen: port } }] });
    stage = opened;
    await opened.register('A2001', ['WBC']);
    const analyzer = await dial(port);
    analyzer.says('<VT>OBR|1||A2001<CR>OBX|1|NM|6690-2^WBC^LN||7.10|10*9/L<CR><FS><CR>');
    expect(await analyzer.hears('<FS><CR>')).toContain('MSA|AR');
    analyzer.says(bc('A2001', '31').replace('ORU^R01', 'OXX^R99'));
    expect(await analyzer.hears('<FS><CR>')).toContain('|31');
    await until(
      'both are held',
      async () => (await opened.lab.collections.held.countDocuments({ state: 'open' })) === 2,
    );
    const reasons = (await opened.lab.collections.held.find({}).toArray()).map((item) => item.reason).sort();
    expect(reasons).toEqual(['MESSAGE_STRUCTURE_BROKEN', 'MESSAGE_TYPE_UNSUPPORTED']);
    expect(await opened.values('A2001')).toEqual({});
  });

  test('gives no answer to a sender that asks for none', async () => {
    const port = await freePort();
    stage = await openStage({ analyzers: [{ id: 'bc-1', driver: 'mindray/bc-5380', tcp: { listen: port } }] });
    const analyzer = await dial(port);
    analyzer.says(bc('A2002', '13').replace('|2.3.1||||||', '|2.3.1|||NE|NE||'));
    analyzer.says(bc('A2002', '14'));
    const heard = await analyzer.hears('MSA|AA|14');
    expect(heard).not.toContain('MSA|AA|13');
    expect(await stage.lab.collections.messages.countDocuments({})).toBe(2);
  });
});

describe('a line without handshake', () => {
  const report = (run: string): string =>
    `--- Siemens Diagnostics  348 ---<CR><LF>Blood Gas Report<CR><LF>348-D101  09:41    12 Mar 2026<CR><LF>Sample No.   ${run}      Syringe<CR><LF>Patient  ID    A3001<CR><LF>Measured      37 'C<CR><LF>  pH          7.312v     <CR><LF><CR><LF>--------------------------------<CR><LF>`;

  test('spools what the store refuses, and files it when the store is back', async () => {
    const port = await freePort();
    stage = await openStage({ analyzers: [{ id: 'rl-1', driver: 'siemens/rapidlab-348', tcp: { listen: port } }] });
    await stage.register('A3001', ['BG']);
    const analyzer = await dial(port);
    stage.journal = 'refuse';
    analyzer.says(report('2044'));
    await until('the journal was asked', () => (stage?.asked() ?? 0) >= 1);
    await until('the refusal is counted', () => stage?.lines.get('rl-1')?.counts.refused === 1);
    expect(await stage.lab.collections.messages.countDocuments({})).toBe(0);
    stage.journal = 'pass';
    await until('it is filed', async () => (await stage?.values('A3001'))?.PH === '7.312');
    expect(await stage.lab.collections.messages.countDocuments({})).toBe(1);
  });

  test('shows a gap where even the spool could not take it', async () => {
    const port = await freePort();
    const folder = await mkdtemp(join(tmpdir(), 'cuvette-spool-'));
    undo.push(() => rm(folder, { recursive: true, force: true }));
    const file = join(folder, 'no-folder');
    await writeFile(file, '');
    stage = await openStage(
      { analyzers: [{ id: 'rl-1', driver: 'siemens/rapidlab-348', tcp: { listen: port } }] },
      join(file, 'spool'),
    );
    await stage.register('A3001', ['BG']);
    const analyzer = await dial(port);
    stage.journal = 'refuse';
    analyzer.says(report('2044'));
    await until('it is counted as lost', () => stage?.lines.get('rl-1')?.counts.lost === 1);
    stage.journal = 'pass';
    analyzer.says(report('2045'));
    const gap = await until('the gap is held', () => stage?.lab.collections.held.findOne({ reason: 'LINK_GAP' }));
    expect(gap).toMatchObject({ analyzer: 'rl-1', state: 'open' });
    expect(gap?.detail).toContain('1 report');
    await until('the next is filed', async () => (await stage?.values('A3001'))?.PH === '7.312');
  });

  test('noise without a line end does not swallow the report behind it', async () => {
    const port = await freePort();
    stage = await openStage({ analyzers: [{ id: 'rl-1', driver: 'siemens/rapidlab-348', tcp: { listen: port } }] });
    await stage.register('A3001', ['BG']);
    const analyzer = await dial(port);
    analyzer.says('@@~~#');
    await until('the noise is told', () => (stage?.lines.get('rl-1')?.counts.faults ?? 0) > 0, 10_000);
    analyzer.says(report('2046'));
    await until('it is filed', async () => (await stage?.values('A3001'))?.PH === '7.312');
  });
});

describe('TCP', () => {
  test('turns away who is not in `from`, and says so', async () => {
    const [closed, open] = [await freePort(), await freePort()];
    stage = await openStage({
      analyzers: [
        { id: 'far', driver: 'sysmex/xn-1000', tcp: { listen: closed, from: ['10.9.0.0/16'] } },
        { id: 'near', driver: 'sysmex/xn-1000', tcp: { listen: open, from: ['127.0.0.0/8'] } },
      ],
    });
    const stranger = await dial(closed);
    await until('it is hung up', () => stranger.closed());
    expect(stage.lines.get('far')).toMatchObject({ state: 'down' });
    expect(stage.lines.get('far')?.detail).toContain('not in `from`');
    const analyzer = await dial(open);
    analyzer.says('<ENQ>');
    await analyzer.hears('<ACK>');
  });

  test('dials, shows the line down within 3 s when it is gone, and dials again', async () => {
    const far = await listen();
    stage = await openStage({
      analyzers: [{ id: 'bc-1', driver: 'mindray/bc-5380', tcp: { connect: `127.0.0.1:${far.port}` } }],
    });
    await stage.register('A2001', ['WBC']);
    const first = await far.next();
    await until('it is up', () => state('bc-1') === 'up', 3_000);
    first.hangUp();
    await until('it is down', () => state('bc-1') === 'down', 3_000);
    const second = await far.next();
    second.says(bc('A2001', '21'));
    expect(await second.hears('<FS><CR>')).toContain('MSA|AA|21');
    expect(state('bc-1')).toBe('talking');
    far.close();
    await until('it is down again', () => state('bc-1') === 'down', 3_000);
    await until('it says why', () => stage?.lines.get('bc-1')?.detail !== undefined, 6_000);
    const again = await listen(far.port);
    undo.push(() => again.close());
    const third = await again.next();
    third.says(bc('A2001', '22'));
    await third.hears('MSA|AA|22');
  });

  test('a port that is busy is trouble of its line alone, and is taken when it is free', async () => {
    const [busy, free] = [await freePort(), await freePort()];
    const holder = createServer();
    await new Promise<void>((resolve) => holder.listen(busy, '127.0.0.1', resolve));
    stage = await openStage({
      analyzers: [
        { id: 'busy', driver: 'sysmex/xn-1000', tcp: { listen: busy } },
        { id: 'free', driver: 'sysmex/xn-1000', tcp: { listen: free } },
      ],
    });
    const analyzer = await dial(free);
    analyzer.says('<ENQ>');
    await analyzer.hears('<ACK>');
    await until('it says so', () => (stage?.lines.get('busy')?.detail ?? '').includes('EADDRINUSE'));
    expect(state('busy')).toBe('down');
    await new Promise<void>((resolve) => holder.close(() => resolve()));
    const late = await until('the port is taken', () => dial(busy).catch(() => null), 8_000);
    late.says('<ENQ>');
    await late.hears('<ACK>');
  });

  test('a power cut of the analyzer: its new connection is served while the old one still hangs', async () => {
    const port = await freePort();
    stage = await openStage({ analyzers: [{ id: 'xn-1', driver: 'sysmex/xn-1000', tcp: { listen: port } }] });
    await stage.register('A1001', ['WBC']);
    const dead = await dial(port);
    dead.says('<ENQ>');
    await dead.hears('<ACK>');
    dead.says(xn('A1001').slice(0, 60));
    const alive = await dial(port);
    alive.says('<ENQ>');
    await alive.hears('<ACK>');
    alive.says(xn('A1001'));
    await alive.hears('<ACK>');
    await until('it is filed', async () => (await stage?.values('A1001'))?.WBC === '7.10');
  });

  test('a line that floods, and one whose far end does not read, leave another line alone', async () => {
    const [flood, deaf, good] = [await freePort(), await freePort(), await freePort()];
    stage = await openStage({
      analyzers: [
        { id: 'flood', driver: 'sysmex/xn-1000', tcp: { listen: flood } },
        { id: 'deaf', driver: 'mindray/bc-5380', tcp: { listen: deaf } },
        { id: 'good', driver: 'sysmex/xn-1000', tcp: { listen: good } },
      ],
    });
    await stage.register('A1001', ['WBC']);
    const flooding = await dial(flood);
    const noise = Buffer.from(`\u0005\u00021${'x'.repeat(65_000)}`);
    const flooder = setInterval(() => {
      if (flooding.socket.writableLength < 4_000_000) for (let count = 0; count < 4; count += 1) flooding.writes(noise);
    }, 5);
    undo.push(() => clearInterval(flooder));
    const silent = await dial(deaf);
    silent.socket.pause();
    for (let count = 0; count < 200; count += 1) silent.says(bc('A9', String(count)));
    const analyzer = await dial(good);
    for (let round = 0; round < 10; round += 1) {
      const begun = Date.now();
      analyzer.says('<ENQ>');
      await analyzer.hears('<ACK>', 3_000);
      analyzer.says(xn('A1001', `7.${String(round).padStart(2, '0')}`));
      await analyzer.hears('<ACK>', 3_000);
      analyzer.says('<EOT>');
      expect(Date.now() - begun).toBeLessThan(2_000);
    }
    expect(stage.lines.get('good')?.counts.received).toBe(10);
    const { received, unfinished } = stage.lines.get('flood')?.counts ?? {};
    expect(received).toBe(unfinished);
    clearInterval(flooder);
    flooding.hangUp();
    silent.hangUp();
  });
});

describe('a serial line (a real pty)', () => {
  const pair = openPtyPair();
  pair?.close();

  test.skipIf(pair === null)(
    'takes a session, is down when the adapter is pulled out, and up when it is back',
    async () => {
      const first = openPtyPair();
      if (first === null) return;
      const folder = await mkdtemp(join(tmpdir(), 'cuvette-tty-'));
      undo.push(() => rm(folder, { recursive: true, force: true }));
      const path = join(folder, 'ttyUSB0');
      const { symlink, unlink } = await import('node:fs/promises');
      await symlink(first.path, path);
      stage = await openStage({
        analyzers: [{ id: 'xn-1', driver: 'sysmex/xn-1000', serial: { path, baudRate: 9600 } }],
      });
      await stage.register('A1001', ['WBC']);
      await until('it is up', () => state('xn-1') === 'up', 3_000);
      first.opened();
      let heard = '';
      first.onBytes((bytes) => {
        heard += spell(bytes);
      });
      first.write(unspell('<ENQ>'));
      await until('ACK', () => heard === '<ACK>');
      first.write(unspell(xn('A1001')));
      await until('ACK', () => heard === '<ACK><ACK>');
      await until('it is filed', async () => (await stage?.values('A1001'))?.WBC === '7.10');
      first.close();
      await until('it is down', () => state('xn-1') === 'down', 3_000);
      await unlink(path);
      const second = openPtyPair();
      if (second === null) return;
      undo.push(() => second.close());
      await symlink(second.path, path);
      await until('it is up again', () => state('xn-1') === 'up', 8_000);
      second.opened();
      second.write(unspell('<ENQ>'));
      let again = '';
      second.onBytes((bytes) => {
        again += spell(bytes);
      });
      await until('ACK on the new one', () => again === '<ACK>');
    },
  );
});
