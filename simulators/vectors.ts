import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { concat } from '../protocols/bytes.ts';
import { unspell } from '../protocols/control.ts';

/** One literal exchange of a driver's `vectors/` folder, control characters spelled. */
export interface Vector {
  readonly file: string;
  readonly description: string;
  readonly exchange: readonly { readonly analyzer?: string; readonly host?: string }[];
}

/** The checkout: the folder of package.json, from sources and from the build alike. */
export function checkoutRoot(): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(folder, 'package.json'))) folder = dirname(folder);
  return folder;
}

/** Vectors of a driver `vendor/model`, by file name; none when the folder is not there. `home`: of one that lives elsewhere. */
export function loadVectors(driver: string, home = join(checkoutRoot(), 'drivers', driver)): Vector[] {
  const folder = join(home, 'vectors');
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((file) => file.endsWith('.json'))
    .sort()
    .map((file) => ({ file, ...(JSON.parse(readFileSync(join(folder, file), 'utf8')) as Omit<Vector, 'file'>) }));
}

/** What the analyzer sends in a vector, as bytes. */
export function analyzerBytes(vector: Vector): Uint8Array {
  return concat(vector.exchange.flatMap((each) => (each.analyzer === undefined ? [] : [unspell(each.analyzer)])));
}
