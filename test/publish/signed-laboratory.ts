import { X509Certificate } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Authority, createAuthority, type IssueOptions } from '../../src/cli/demo/authority.ts';
import { writeKeyStore } from '../../src/cli/demo/key-store.ts';

/** An authority and key files in a folder, for a laboratory whose people sign. */
export interface KeyFolder {
  readonly folder: string;
  readonly root: Authority;
  readonly trustFile: string;
  readonly anchors: X509Certificate[];
  /** Write a key for a person, certified below the root. */
  person(user: string, name: string, options?: IssueOptions): Promise<KeyPlace>;
  close(): Promise<void>;
}
export interface KeyPlace {
  readonly user: string;
  readonly pkcs12: string;
  readonly passwordFile: string;
}

export async function openKeyFolder(rootName = 'CA gốc thử nghiệm'): Promise<KeyFolder> {
  const folder = await mkdtemp(join(tmpdir(), 'cuvette-keys-'));
  const root = createAuthority(rootName);
  const trustFile = join(folder, 'ca.pem');
  await writeFile(trustFile, root.pem);
  const below = root.below(`${rootName} cấp dưới`);
  return {
    folder,
    root,
    trustFile,
    anchors: [new X509Certificate(root.pem)],
    async person(user, name, options) {
      const identity = below.issue(name, options);
      const place = { user, pkcs12: join(folder, `${user}.p12`), passwordFile: join(folder, `${user}.txt`) };
      await writeFile(place.pkcs12, writeKeyStore(identity.key, [identity.raw, below.raw], `mật khẩu ${user}`));
      await writeFile(place.passwordFile, `mật khẩu ${user}\n`);
      return place;
    },
    close: () => rm(folder, { recursive: true, force: true }),
  };
}
