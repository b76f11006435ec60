import type { Laboratory } from '../laboratory/context.ts';

/** Write down that who a specimen is from is pregnant, or is not; done again it changes nothing. */
export async function markPregnant(lab: Laboratory, accession: string, pregnant: boolean): Promise<void> {
  await lab.collections.specimens.updateOne(
    { _id: accession, pregnant: pregnant ? { $ne: true } : true },
    pregnant ? { $set: { pregnant: true }, $inc: { version: 1 } } : { $unset: { pregnant: '' }, $inc: { version: 1 } },
  );
}
