import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { extname, join } from 'node:path';

/** A file of the built workbench, whole in memory: there are few, and they are the first thing everybody asks for. */
export interface WebFile {
  /** As a browser asks for it: `/assets/index-Bx1.js`. */
  readonly path: string;
  readonly type: string;
  /** The name changes with the content: a browser never has to ask again. */
  readonly immutable: boolean;
  readonly etag: string;
  readonly bytes: Buffer;
  /** The same, packed when it was built, by the name of the encoding. */
  readonly packed: Readonly<Partial<Record<Encoding, Buffer>>>;
}

type Encoding = 'br' | 'gzip';
/** The smallest first. */
const encodings: readonly (readonly [Encoding, ending: string])[] = [
  ['br', '.br'],
  ['gzip', '.gz'],
];

const types: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.woff2': 'font/woff2',
};

/** Reads the built workbench. Empty where the folder does not hold one. */
export function readWebFiles(folder: string): readonly WebFile[] {
  if (!existsSync(join(folder, 'index.html'))) return [];
  return readdirSync(folder, { recursive: true, encoding: 'utf8' }).flatMap((name): WebFile[] => {
    const file = join(folder, name);
    const type = types[extname(name)];
    if (type === undefined || !statSync(file).isFile()) return [];
    const bytes = readFileSync(file);
    const path = `/${name.replaceAll('\\', '/')}`;
    const packed = encodings.flatMap(([encoding, ending]) =>
      existsSync(file + ending) ? [[encoding, readFileSync(file + ending)] as const] : [],
    );
    return [
      {
        path,
        type,
        immutable: path.startsWith('/assets/'),
        etag: `"${createHash('sha256').update(bytes).digest('base64url').slice(0, 22)}"`,
        bytes,
        packed: Object.fromEntries(packed),
      },
    ];
  });
}

/** The form of a file to send to who accepts these encodings (`Accept-Encoding`). */
export function packedFor(file: WebFile, accepted: string): { readonly encoding?: Encoding; readonly bytes: Buffer } {
  const words = accepted.split(',').map((each) => each.trim().toLowerCase());
  for (const [encoding] of encodings) {
    const bytes = file.packed[encoding];
    const taken = words.some(
      (each) => each === encoding || (each.startsWith(`${encoding};`) && !/q=0(\.0*)?$/.test(each)),
    );
    if (bytes !== undefined && taken) return { encoding, bytes };
  }
  return { bytes: file.bytes };
}
