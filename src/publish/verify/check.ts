import type { Laboratory } from '../../laboratory/context.ts';
import { openWorkers, workerFile } from '../../laboratory/workers.ts';
import { readTrust } from '../signing/certificates.ts';
import type { Verdict } from './verdict.ts';
import type { VerifyTask } from './worker.ts';

/** Checks signed files against the authorities the laboratory trusts (`signing.trust`); without any, nobody is trusted. */
export interface Checker {
  /** Never refuses a file: what can't be read is not intact, with the reason. */
  check(raw: Uint8Array): Promise<Verdict>;
  close(): Promise<void>;
}

export function openChecker(lab: Laboratory): Checker {
  const workers = openWorkers<VerifyTask, Verdict>(workerFile('./worker', import.meta.url));
  return {
    check: (raw) =>
      workers.run({
        raw,
        trust: readTrust(lab.config.signing?.trust ?? []).map((each) => each.toString()),
        now: lab.now(),
      }),
    close: () => workers.close(),
  };
}
