import type { z } from 'zod';
import type { HeldDoc } from '../store/documents.ts';
import type { heldItem } from './schemas/way.ts';

/** A held item as the API shows it. */
export function heldView(held: HeldDoc): z.infer<typeof heldItem> {
  return {
    id: held._id,
    reason: held.reason,
    detail: held.detail,
    analyzer: held.analyzer,
    message: held.message,
    ...(held.accession === undefined ? {} : { accession: held.accession }),
    ...(held.hostCode === undefined ? {} : { hostCode: held.hostCode }),
    at: held.at,
    state: held.state,
    ...(held.resolution === undefined ? {} : { resolution: held.resolution }),
  };
}
