import { LisError } from '../../errors.ts';
import { isoNow, type Laboratory } from '../../laboratory/context.ts';
import type { OutboxDoc } from '../../store/documents.ts';

/**
 * A person wants a delivery sent again. Of an overtaken version nothing is sent: it becomes superseded, the newer one is
 * what the recipient must have. Throws NOT_FOUND.
 */
export async function redrive(lab: Laboratory, id: string): Promise<OutboxDoc> {
  const delivery = await lab.collections.outbox.findOne({ _id: id });
  if (delivery === null) throw new LisError('NOT_FOUND', { what: `Delivery ${id}` });
  const [latest] = await lab.collections.reports
    .find({ accession: delivery.accession }, { sort: { version: -1 }, limit: 1 })
    .toArray();
  const overtaken = latest !== undefined && latest.version > delivery.version;
  const updated = await lab.collections.outbox.findOneAndUpdate(
    { _id: id, state: { $in: ['queued', 'parked', 'delivered', 'superseded'] } },
    overtaken
      ? { $set: { state: 'superseded', reason: `version ${latest.version} is newer` } }
      : { $set: { state: 'queued', nextAt: isoNow(lab) }, $unset: { reason: '' } },
    { returnDocument: 'after' },
  );
  lab.events.emit({ type: 'deliveries', delivery: id, recipient: delivery.recipient });
  return updated ?? delivery;
}
