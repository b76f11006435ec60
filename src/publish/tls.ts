import { readFileSync } from 'node:fs';
import { LisError } from '../errors.ts';
import type { DestinationTls } from '../laboratory/recipient-config.ts';

/** PEM texts of a recipient's TLS files. Throws CONFIG_UNREADABLE naming the file. */
export function readTls(files: Pick<DestinationTls, 'ca' | 'cert' | 'key'>): {
  ca?: string;
  cert?: string;
  key?: string;
} {
  return { ...pem('ca', files.ca), ...pem('cert', files.cert), ...pem('key', files.key) };
}

function pem(name: 'ca' | 'cert' | 'key', file: string | undefined): Partial<Record<typeof name, string>> {
  if (file === undefined) return {};
  try {
    return { [name]: readFileSync(file, 'utf8') };
  } catch (thrown) {
    throw new LisError('CONFIG_UNREADABLE', { file, detail: thrown instanceof Error ? thrown.message : '' }, thrown);
  }
}
