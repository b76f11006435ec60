import type { RecipientConfig } from '../laboratory/config.ts';
import type { Laboratory } from '../laboratory/context.ts';
import type { RecipientDoc } from '../store/documents.ts';

/**
 * The recipients of lab.yaml, written into the store at each start: the file is the authority for what it names, and what
 * it names no more gets nothing. Whether one is paused is a person's decision and stays.
 */
export async function writeFileRecipients(lab: Laboratory): Promise<void> {
  const named = lab.config.recipients.map((recipient) => recipient.id);
  await lab.collections.recipients.deleteMany({ source: 'file', _id: { $nin: named } });
  for (const recipient of lab.config.recipients) {
    const { id, name, hl7, fhir, webhook, referral, retrySeconds } = recipient;
    const settings = { name, hl7, fhir, webhook, referral };
    const absent = Object.entries(settings).filter(([, value]) => value === undefined);
    const present = Object.entries(settings).filter(([, value]) => value !== undefined);
    await lab.collections.recipients.updateOne(
      { _id: id },
      {
        $set: { ...Object.fromEntries(present), retrySeconds, source: 'file' },
        // What the file does not say any more is gone.
        ...(absent.length === 0 ? {} : { $unset: Object.fromEntries(absent.map(([key]) => [key, ''])) }),
        $setOnInsert: { paused: false },
        $inc: { version: 1 },
      },
      { upsert: true },
    );
  }
}

/** A recipient of lab.yaml as the store has it. */
export function recipientOf(config: RecipientConfig): RecipientDoc {
  const { id, name, hl7, fhir, webhook, referral, retrySeconds } = config;
  return {
    _id: id,
    ...(name === undefined ? {} : { name }),
    ...(hl7 === undefined ? {} : { hl7 }),
    ...(fhir === undefined ? {} : { fhir }),
    ...(webhook === undefined ? {} : { webhook }),
    ...(referral === undefined ? {} : { referral }),
    retrySeconds,
    paused: false,
    source: 'file',
    version: 1,
  };
}
