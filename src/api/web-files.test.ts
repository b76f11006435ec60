import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { packedFor, readWebFiles } from './web-files.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'cuvette-web-'));
  mkdirSync(join(folder, 'assets'));
  for (const [name, text] of [
    ['index.html', '<p>'],
    ['assets/a-1.js', 'plain'],
    ['assets/a-1.js.br', 'brotli'],
    ['assets/a-1.js.gz', 'gzip'],
    ['assets/secret.env', 'no'],
  ] as const) {
    writeFileSync(join(folder, name), text);
  }
});
afterAll(() => rmSync(folder, { recursive: true }));

describe('the files of the workbench', () => {
  it('are those of known types, each with its packed forms', () => {
    const files = readWebFiles(folder);
    expect(files.map(({ path }) => path).sort()).toEqual(['/assets/a-1.js', '/index.html']);
    expect(files.find(({ path }) => path === '/assets/a-1.js')).toMatchObject({ immutable: true });
    expect(files.find(({ path }) => path === '/index.html')).toMatchObject({ immutable: false });
  });

  it('are none where nothing was built', () => {
    expect(readWebFiles(join(folder, 'assets'))).toEqual([]);
    expect(readWebFiles(join(folder, 'gone'))).toEqual([]);
  });

  it('go out in the smallest form the browser takes', () => {
    const file = readWebFiles(folder).find(({ path }) => path === '/assets/a-1.js');
    if (file === undefined) throw new Error('the file is not there');
    const sent = (accepted: string): string => packedFor(file, accepted).bytes.toString();
    expect(sent('gzip, deflate, br, zstd')).toBe('brotli');
    expect(sent('gzip, deflate')).toBe('gzip');
    expect(sent('br;q=0, gzip;q=0.5')).toBe('gzip');
    expect(sent('br;q=1.0')).toBe('brotli');
    for (const none of ['', 'identity', 'brotli', 'gzip;q=0, br; q=0.0']) expect(sent(none)).toBe('plain');
  });
});
