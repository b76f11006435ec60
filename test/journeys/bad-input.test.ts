import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { readConfig } from '../../src/cli/config-file.ts';
import { main } from '../../src/cli/main.ts';
import { freePort, openSite } from './harness.ts';
import { type Ended, launch, run } from './product.ts';
import { until } from './until.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cuvette-bad-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

let files = 0;
async function labFile(text: string): Promise<string> {
  files += 1;
  const file = join(folder, `lab-${files}.yaml`);
  await writeFile(file, text);
  return file;
}

const oneLine = /^[^\n]+\n$/;

describe('a bad configuration names the key, its line, and what is allowed', () => {
  const line = 'driver: sysmex/xn-1000';
  test.each([
    ['a key that is not known', 'lab: { nmae: X }', 'lab.nmae', /not a key/],
    ['a port out of range', 'http: { port: 99999 }', 'http.port', /65535/],
    ['a value that is not one of a few', 'lab: { locale: fr }', 'lab.locale', /vi, en/],
    ['a time zone nobody knows', 'lab: { timeZone: Mars/Base }', 'lab.timeZone', /Asia\/Ho_Chi_Minh/],
    [
      'a driver that is no name',
      'analyzers: [{ id: a, driver: Acme, tcp: { listen: 0 } }]',
      'analyzers[0].driver',
      /vendor/,
    ],
    ['no way to the analyzer', `analyzers: [{ id: a, ${line} }]`, 'analyzers[0]', /tcp and serial/],
    [
      'a baud rate that is none',
      `analyzers: [{ id: a, ${line}, serial: { path: /dev/x, baudRate: fast } }]`,
      'analyzers[0].serial.baudRate',
      /number/,
    ],
    [
      'one id twice',
      `analyzers: [{ id: a, ${line}, tcp: { listen: 0 } }, { id: a, ${line}, tcp: { listen: 0 } }]`,
      'analyzers[1].id',
      /twice/,
    ],
    [
      'one port twice',
      `analyzers: [{ id: a, ${line}, tcp: { listen: 7001 } }, { id: b, ${line}, tcp: { listen: 7001 } }]`,
      'analyzers[1].tcp.listen',
      /7001 is used/,
    ],
    [
      'an address range that is none',
      `analyzers: [{ id: a, ${line}, tcp: { listen: 0, from: [10.0.0.0/99] } }]`,
      'analyzers[0].tcp.from[0]',
      /10\.0\.0\.0\/24/,
    ],
    ['text that is not YAML', 'lab: [', 'lab.yaml', /./],
  ])('%s', (_name, text, key, allowed) => {
    const { config, problems } = readConfig(`# a laboratory\n${text}\n`, folder);
    expect(config).toBeNull();
    expect(problems[0]).toMatchObject({ key, detail: expect.stringMatching(allowed), line: expect.any(Number) });
    expect(problems[0]?.line).toBeGreaterThan(1);
  });

  test('check tells every problem, serve the first', async () => {
    const file = await labFile('http: { port: 99999 }\nlab: { locale: fr }\n');
    const [checked, served] = await Promise.all([
      run(['check', file]),
      run(['serve', '--config', file, '--data', join(folder, 'bad')]),
    ]);
    expect(checked).toMatchObject({ code: 1, stdout: '' });
    expect(checked.stderr).toContain(`${file}:1: http.port: `);
    expect(checked.stderr).toContain(`${file}:2: lab.locale: must be one of vi, en\n`);
    expect(served).toMatchObject({ code: 1, stdout: '' });
    expect(served.stderr).toMatch(oneLine);
    expect(served.stderr).toMatch(/http\.port: .*\[CONFIG_INVALID\]\n$/);
  });

  test('a driver that is not there', async () => {
    const file = await labFile('analyzers:\n  - { id: a, driver: acme/none, tcp: { listen: 0 } }\n');
    const [checked, served] = await Promise.all([
      run(['check', file]),
      run(['serve', '--config', file, '--port', '0', '--data', join(folder, 'driver')]),
    ]);
    expect(checked).toMatchObject({ code: 1, stdout: '' });
    expect(checked.stderr).toContain(`${file}:2: analyzers[0].driver: acme/none is not in the catalogue`);
    expect(served).toMatchObject({ code: 1 });
    expect(served.stderr).toMatch(/acme\/none.*\[DRIVER_UNKNOWN\]\n$/);
  });

  test('a file that is not there', async () => {
    const absent = join(folder, 'absent.yaml');
    for (const ended of [await inProcess(['check', absent]), await run(['serve', '--config', absent])]) {
      expect(ended).toMatchObject({ code: 1, stdout: '' });
      expect(ended.stderr).toMatch(oneLine);
      expect(ended.stderr).toContain('[CONFIG_UNREADABLE]');
      expect(ended.stderr).toContain('absent.yaml');
    }
  });

  test('what is allowed but unwise is a warning, and a good file is fine', async () => {
    const file = await labFile(
      'analyzers: [{ id: a, driver: sysmex/xn-1000, tcp: { listen: 7001, host: 0.0.0.0 } }]\n',
    );
    const checked = await run(['check', file]);
    expect(checked).toMatchObject({ code: 0, stderr: '' });
    expect(checked.stdout).toMatch(/warning: .*7001/);
    expect(checked.stdout).toMatch(/fine, analyzers: 1\n$/);
  });
});

/** The same command line without a process of its own, for what only prints. */
async function inProcess(args: readonly string[]): Promise<Ended> {
  const printed = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const) {
    vi.spyOn(process[name], 'write').mockImplementation((text) => {
      printed[name] += String(text);
      return true;
    });
  }
  process.exitCode = 0;
  await main(['node', 'cuvette', ...args]);
  const code = Number(process.exitCode);
  process.exitCode = 0;
  vi.restoreAllMocks();
  return { code, ...printed };
}

describe('every command helps, and misuse ends with 2 and one line', () => {
  test.each([
    'serve',
    'decode',
    'simulate',
    'analyzers',
    'check',
    'user',
    'user add',
    'user set',
    'user set-password',
    'user list',
    'token',
    'token add',
    'token list',
    'token revoke',
    'replay',
  ])('%s', async (command) => {
    const help = await inProcess([...command.split(' '), '--help']);
    expect(help).toMatchObject({ code: 0, stderr: '' });
    expect(help.stdout).toContain(`Usage: cuvette ${command} `);
    const misused = await inProcess([...command.split(' '), '--no-such-flag']);
    expect(misused).toMatchObject({ code: 2, stdout: '' });
    expect(misused.stderr).toMatch(oneLine);
    expect(misused.stderr).toMatch(/^cuvette: (unknown option '--no-such-flag'|required option|name a command)/);
  });

  test('a simulator says where it can not dial', async () => {
    for (const target of ['127.0.0.1:99999', '127.0.0.1', ':0']) {
      const ended = await inProcess(['simulate', 'sysmex/xn-1000', '--tcp', target]);
      expect(ended).toMatchObject({ code: 2, stdout: '' });
      expect(ended.stderr).toContain(`${target} is no host:port`);
    }
  });

  test('no command, and one that is not there', async () => {
    expect((await inProcess([])).code).toBe(2);
    const unknown = await inProcess(['sevre']);
    expect(unknown.code).toBe(2);
    expect(unknown.stderr).toMatch(oneLine);
    expect((await inProcess(['serve', '--port', 'many'])).code).toBe(2);
    const { version } = JSON.parse(await readFile(join(import.meta.dirname, '../../package.json'), 'utf8'));
    expect((await run(['--version'])).stdout).toBe(`${version}\n`);
  });

  test('decode of what is not there or not known', async () => {
    const absent = await inProcess(['decode', join(folder, 'absent.txt')]);
    expect(absent.code).toBe(1);
    expect(absent.stderr).toMatch(oneLine);
    await writeFile(join(folder, 'noise.bin'), Buffer.from([0, 1, 2, 255]));
    const noise = await inProcess(['decode', join(folder, 'noise.bin')]);
    expect(noise).toMatchObject({ code: 0, stderr: '' });
    expect(JSON.parse(noise.stdout)).toMatchObject({ driver: null, messages: [] });
    const driver = await inProcess(['decode', join(folder, 'noise.bin'), '--driver', 'acme/none']);
    expect(driver.code).toBe(1);
    expect(driver.stderr).toContain('acme/none');
  });
});

describe('what is taken, absent or closed to us', () => {
  test('the HTTP port is busy', async () => {
    const holder: Server = createServer();
    const port = await new Promise<number>((resolve) => {
      holder.listen(0, '127.0.0.1', () => {
        const address = holder.address();
        resolve(typeof address === 'object' && address !== null ? address.port : 0);
      });
    });
    const ended = await run(['serve', '--data', join(folder, 'busy'), '--port', String(port)]);
    holder.close();
    expect(ended.code).toBe(1);
    expect(ended.stderr).toMatch(oneLine);
    expect(ended.stderr).toContain(String(port));
    expect(ended.stderr).toContain('[CONFIG_PORT_BUSY]');
  });

  test('a data folder that can not be written, and one that is a file', async () => {
    const file = join(folder, 'a-file');
    await writeFile(file, '');
    const ended = await run(['serve', '--data', join(file, 'data'), '--port', '0']);
    expect(ended.code).toBe(1);
    expect(ended.stderr).toMatch(oneLine);
    expect(ended.stderr).toContain('[STORE_UNWRITABLE]');
    if (process.getuid?.() === 0) return;
    const closed = join(folder, 'closed');
    await mkdir(closed, { mode: 0o500 });
    expect((await run(['serve', '--data', closed, '--port', '0'])).stderr).toContain('[STORE_UNWRITABLE]');
  });

  test('a second serve on the store is refused and names the first; commands work beside it; busy and absent lines are down', async () => {
    const busy = createServer();
    const port = await new Promise<number>((resolve) => {
      busy.listen(0, '127.0.0.1', () => {
        const address = busy.address();
        resolve(typeof address === 'object' && address !== null ? address.port : 0);
      });
    });
    const site = await openSite({
      lab: `
analyzers:
  - { id: busy, driver: sysmex/xn-1000, tcp: { listen: ${port} } }
  - { id: absent, driver: roche/cobas-c311, serial: { path: ./no-such-port } }
  - { id: far, driver: mindray/bc-5380, tcp: { connect: "127.0.0.1:${await freePort()}" } }`,
    });
    try {
      const product = await site.start();
      const second = await site.cuvette(['serve']);
      expect(second.code).toBe(1);
      expect(second.stderr).toMatch(oneLine);
      expect(second.stderr).toContain('[STORE_LOCKED]');
      expect(second.stderr).toContain(String(product.pid));

      const added = await site.cuvette(
        ['user', 'add', 'lan', '--role', 'technician', '--password-stdin'],
        'Dong-Ho-Nuoc-Chay-9\n',
      );
      expect(added).toMatchObject({ code: 0, stderr: '' });
      const session = { username: 'lan', password: 'Dong-Ho-Nuoc-Chay-9' };
      expect((await product.stranger.post('/api/session', session)).status).toBe(200);
      expect((await site.cuvette(['user', 'list'])).stdout).toContain('lan\ttechnician');
      const kept = await site.cuvette(['user', 'set', 'lan', '--sections', 'hematology,urine']);
      expect(kept).toMatchObject({ code: 0, stdout: 'lan: hematology, urine\n', stderr: '' });
      expect((await product.stranger.post('/api/session', session)).body.sections).toEqual(['hematology', 'urine']);
      const nowhere = await site.cuvette(['user', 'set', 'lan', '--sections', 'astrology']);
      expect(nowhere.code).toBe(1);
      expect(nowhere.stderr).toContain('[CATALOGUE_CODE_UNKNOWN]');
      expect((await site.cuvette(['user', 'set', 'lan', '--sections', 'all'])).stdout).toBe('lan: all sections\n');
      const twice = await site.cuvette(['user', 'add', 'lan', '--role', 'technician']);
      expect(twice.code).toBe(1);
      expect(twice.stderr).toContain('[USER_EXISTS]');
      expect((await site.cuvette(['user', 'add', 'x', '--role', 'king'])).code).toBe(2);
      const weak = await site.cuvette(['user', 'set-password', 'lan', '--password-stdin'], 'short\n');
      expect(weak.code).toBe(1);
      expect((await site.cuvette(['user', 'set-password', 'lan'])).code).toBe(0);
      expect((await product.stranger.post('/api/session', session)).status).toBe(401);
      expect((await site.cuvette(['token', 'add', 'x', '--scope', 'everything'])).code).toBe(1);

      const { body } = await product.admin.get('/api/analyzers');
      expect(body.items.map((each: { state: string }) => each.state)).toEqual(['down', 'down', 'down']);
      expect((await product.stranger.get('/readyz')).status).toBe(200);
      // The line is taken into service as soon as its port is free.
      await new Promise((resolve) => busy.close(resolve));
      const analyzer = site.simulator('sysmex/xn-1000', { tcp: `127.0.0.1:${port}` });
      await analyzer.results('404404');
      await until('the line is up', async () => {
        const { body: now } = await product.admin.get('/api/analyzers');
        return now.items.some((each: { id: string; state: string }) => each.id === 'busy' && each.state !== 'down');
      });
      const ended = await product.stop();
      expect(ended).toMatchObject({ code: 0, stderr: '' });
    } finally {
      busy.close();
      await site.close();
    }
    // A dozen commands one after the other.
  }, 150_000);

  test('a generated first password is printed once, and works', async () => {
    const data = join(folder, 'first');
    const serve = launch(['serve', '--data', data, '--port', '0'], {}, folder);
    const password = (await serve.says(/password (\S+)/))[1] ?? '';
    const url = (await serve.says(/Cuvette is at (\S+)/))[1] ?? '';
    const answer = await fetch(`${url}/api/session`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ username: 'admin', password }),
    });
    expect(answer.status).toBe(200);
    serve.signal('SIGINT');
    expect((await serve.ended).code).toBe(0);
    const again = launch(['serve', '--data', data, '--port', '0'], {}, folder);
    await again.says(/Cuvette is at/);
    expect(again.stdout()).not.toContain('password');
    await again.kill();
  });
});
