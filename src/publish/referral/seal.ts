import { createHash, type X509Certificate } from 'node:crypto';
import { readWritten } from '../signing/json.ts';
import { certificatesOf, signJws } from '../signing/jws.ts';
import type { SigningKey } from '../signing/port.ts';
import { Broken } from '../verify/cms.ts';
import { checkJws } from '../verify/jws.ts';
import { judgeSigner } from '../verify/signer.ts';
import type { FoundSignature } from '../verify/verdict.ts';

/** The forms of one report in a package, by the end of their names. */
export const partEndings = {
  document: '.json',
  vi: '.pdf',
  xml: '.KetQuaXetNghiem.xml',
  summary: '.TOMTAT_KQ.txt',
} as const;
export type PartKind = keyof typeof partEndings;
export const partKinds = ['document', 'vi', 'xml', 'summary'] as const satisfies readonly PartKind[];
export const sealEnding = '.seal.jws';

const digest = (content: Uint8Array): string => createHash('sha256').update(content).digest('hex');

/** Bind all forms of one report version together: a JWS over their hashes, by who released it. */
export async function makeSeal(
  key: SigningKey,
  report: string,
  parts: Readonly<Record<PartKind, Uint8Array>>,
  at: Date,
): Promise<Uint8Array> {
  const hashes = Object.fromEntries(partKinds.map((kind) => [kind, digest(parts[kind])]));
  const payload = Buffer.from(JSON.stringify({ report, sha256: hashes }), 'utf8');
  const header = { x5c: certificatesOf(key), sigT: at.toISOString().replace(/\.\d+Z$/, 'Z') };
  return Buffer.from(await signJws(key, header, payload, false), 'latin1');
}

/** Check that the parts are those that were sealed, all of them. Throws `Broken`. */
export function checkSeal(
  seal: Uint8Array,
  report: string,
  parts: Readonly<Record<PartKind, Uint8Array>>,
  anchors: readonly X509Certificate[],
  now: Date,
): { found: FoundSignature; trusted: boolean; reason?: string } {
  const { header, payload, certificate, others, signature } = checkJws(Buffer.from(seal).toString('latin1'), null);
  const stated = readWritten(payload);
  const hashes: unknown = stated.sha256;
  if (stated.report !== report || typeof hashes !== 'object' || hashes === null)
    throw new Broken('the seal is of another report');
  for (const kind of partKinds) {
    const hash = Object.entries(hashes).find(([name]) => name === kind)?.[1];
    if (hash !== digest(parts[kind])) throw new Broken(`${report}${partEndings[kind]} is not what was sealed`);
  }
  return judgeSigner(
    { certificate, others, claimedAt: new Date(String(header.sigT)), token: null, signature },
    anchors,
    now,
  );
}
