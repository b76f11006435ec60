import type { X509Certificate } from 'node:crypto';
import { appendAudit } from '../../acts/audit.ts';
import { hash } from '../../acts/hash.ts';
import { isLisError, LisError } from '../../errors.ts';
import { isoNow, type Laboratory } from '../../laboratory/context.ts';
import { openWorkers, workerFile } from '../../laboratory/workers.ts';
import type { ExternalDoc } from '../../store/documents.ts';
import { readTrust } from '../signing/certificates.ts';
import type { IntakeAnswer, IntakeTask } from './intake-worker.ts';
import type { ReadBundle } from './read-bundle.ts';

/** Takes in what other laboratories sign. */
export interface Intake {
  /**
   * A referral package. Returns how many reports are new to us, or newer. Throws IMPORT_REFUSED unless every part is
   * intact and signed by someone an authority of `signing.trust` vouches for.
   */
  package(raw: Uint8Array, by: string): Promise<number>;
  /** One signed document Bundle. */
  bundle(raw: Uint8Array, by: string): Promise<number>;
  close(): Promise<void>;
}

export function openIntake(lab: Laboratory): Intake {
  const workers = openWorkers<IntakeTask, IntakeAnswer>(workerFile('./intake-worker', import.meta.url));

  async function take(kind: IntakeTask['kind'], raw: Uint8Array, by: string): Promise<number> {
    const trust = readTrust(lab.config.signing?.trust ?? []).map((each: X509Certificate) => each.toString());
    const { reports, refused } = await workers.run({ kind, raw, trust, now: lab.now() });
    if (refused !== null) {
      await appendAudit(lab, { actor: by, action: 'import-refused', subject: kind, reason: refused });
      throw new LisError('IMPORT_REFUSED', { detail: refused });
    }
    let taken = 0;
    for (const each of reports) if (await keep(lab, each, by)) taken += 1;
    return taken;
  }

  return {
    package: (raw, by) => take('package', raw, by),
    bundle: (raw, by) => take('bundle', raw, by),
    close: () => workers.close(),
  };
}

/** Keep the last version of a report; the same or an older one changes nothing. */
async function keep(
  lab: Laboratory,
  { read, signer, bundle }: IntakeAnswer['reports'][number],
  by: string,
): Promise<boolean> {
  const made = externalDoc(lab, read, { state: 'valid', ...signer }, bundle, by);
  const { external } = lab.collections;
  let changed: boolean;
  try {
    await external.insertOne(made);
    changed = true;
  } catch (thrown) {
    if (!isLisError(thrown, 'STORE_DUPLICATE_KEY')) throw thrown;
    const older = { _id: made._id, 'origin.version': { $lt: made.origin.version } };
    changed = (await external.replaceOne(older, made)).modifiedCount === 1;
  }
  if (changed) {
    await appendAudit(lab, {
      actor: by,
      action: 'import',
      subject: made.patient.id,
      after: { origin: made.origin, signer: made.signature.signer },
    });
  }
  return changed;
}

function externalDoc(
  lab: Laboratory,
  read: ReadBundle,
  signature: ExternalDoc['signature'],
  bundle: Uint8Array,
  by: string,
): ExternalDoc {
  return {
    _id: hash(`${read.origin.lab.id}\u001f${read.origin.accession}`),
    ...read,
    signature,
    receivedAt: isoNow(lab),
    receivedBy: by,
    bundle,
  };
}
