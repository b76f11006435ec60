import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { connect, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { driverById } from '../../drivers/catalogue.ts';
import { createSimulator } from '../../simulators/simulator.ts';
import { launch } from '../journeys/product.ts';
import { until } from '../journeys/until.ts';

const folder = mkdtempSync(join(tmpdir(), 'cuvette-record-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const xn = driverById('sysmex/xn-1000');
if (xn === undefined) throw new Error('no driver');
const driver = xn;

async function recorder(file: string, ...flags: string[]) {
  const running = launch(['record', join(folder, file), '--listen', '0', ...flags]);
  const [, port = ''] = await until('the recorder listens', () =>
    /waiting for the analyzer on \S+:(\d+)/.exec(running.stderr()),
  );
  return { running, port };
}

test('with --answer an analyzer that wants an ACK is recorded whole, and the capture decodes', async () => {
  const { running, port } = await recorder('answered.astm', '--answer');
  const analyzer = createSimulator({ driver, address: { tcp: `127.0.0.1:${port}` }, seed: 3 });
  await analyzer.results('2603129901');
  analyzer.close();
  running.signal('SIGTERM');
  expect((await running.ended).code).toBe(0);
  const [message] = driver.decode(readFileSync(join(folder, 'answered.astm'))).messages;
  expect(message?.accession).toBe('2603129901');
  const pieces: { from: string; bytes: number }[] = JSON.parse(
    readFileSync(join(folder, 'answered.astm.chunks.json'), 'utf8'),
  );
  expect(pieces.reduce((sum, piece) => sum + piece.bytes, 0)).toBe(readFileSync(join(folder, 'answered.astm')).length);
});

test('without persons no number of the specimen reaches the disk, and checksums are right', async () => {
  const { running, port } = await recorder('clean.astm', '--answer', '--de-identify');
  const analyzer = createSimulator({ driver, address: { tcp: `127.0.0.1:${port}` }, seed: 4 });
  await analyzer.results('2603129902');
  analyzer.close();
  running.signal('SIGTERM');
  await running.ended;
  const kept = readFileSync(join(folder, 'clean.astm'));
  expect(kept.toString('latin1')).not.toContain('2603129902');
  const decoded = driver.decode(kept);
  expect(decoded.faults).toEqual([]);
  expect(decoded.messages[0]?.observations.length).toBeGreaterThan(0);
});

test('as a tap both sides hear each other unchanged and both are kept', async () => {
  const host = createServer((socket) =>
    socket.on('data', (bytes) => socket.write(`host heard ${bytes.toString('latin1')}`)),
  );
  await new Promise<void>((resolve) => host.listen(0, '127.0.0.1', resolve));
  const address = host.address();
  const hostPort = typeof address === 'object' && address !== null ? address.port : 0;
  const { running, port } = await recorder('tapped.bin', '--forward', `127.0.0.1:${hostPort}`);
  const analyzer: Socket = connect(Number(port), '127.0.0.1');
  let heard = '';
  analyzer.on('data', (bytes) => {
    heard += bytes.toString('latin1');
  });
  analyzer.write('\u0005');
  await until('the analyzer hears its host', () => heard === 'host heard \u0005' || null);
  analyzer.destroy();
  running.signal('SIGTERM');
  await running.ended;
  host.close();
  expect(readFileSync(join(folder, 'tapped.bin'), 'latin1')).toBe('\u0005');
  expect(readFileSync(join(folder, 'tapped.bin.host'), 'latin1')).toBe('host heard \u0005');
});

test('says what is wrong with its flags', async () => {
  const ended = await launch(['record', join(folder, 'none'), '--answer']).ended;
  expect(ended.code).toBe(2);
  expect(ended.stderr).toContain('say one of --tcp, --listen and --serial');
});
