import type { Laboratory } from '../laboratory/context.ts';

/**
 * The recipients of lab.yaml, written into the store at each start: the file is the authority for what it names. Whether
 * one is paused is a person's decision and stays.
 */
export async function writeFileRecipients(lab: Laboratory): Promise<void> {
  for (const recipient of lab.config.recipients) {
    const { id, name, hl7, fhir, referral, retrySeconds } = recipient;
    await lab.collections.recipients.updateOne(
      { _id: id },
      {
        $set: {
          ...(name === undefined ? {} : { name }),
          ...(hl7 === undefined ? {} : { hl7 }),
          ...(fhir === undefined ? {} : { fhir }),
          ...(referral === undefined ? {} : { referral }),
          retrySeconds,
          source: 'file',
        },
        $setOnInsert: { paused: false },
        $inc: { version: 1 },
      },
      { upsert: true },
    );
  }
}
