import type { CatalogueView } from '../laboratory/catalogue-view.ts';
import type { OrderDoc, ReportedObservation } from '../store/documents.ts';

/** What there will be no results of, said by one version. */
export interface Cancellation {
  readonly at: string;
  readonly orders: readonly string[];
  /** Of those that say none themselves; absent: each order has its own. */
  readonly reason?: string;
}

/** Why an order was cancelled, in the language of reports, as the clinic reads it. */
export const cancelWords = (reason: string | undefined): string =>
  reason === undefined || reason === '' ? 'Hủy chỉ định' : `Hủy chỉ định: ${reason}`;

/**
 * Values that will not come, one for each analyte of cancelled orders that the report does not show otherwise and that no
 * other order asks for (`awaited`). What an earlier version said stays as it said it: nothing that was seen disappears.
 */
export function cancelledValues(
  orders: readonly OrderDoc[],
  shown: readonly ReportedObservation[],
  before: readonly ReportedObservation[],
  cancels: Cancellation | undefined,
  catalogue: CatalogueView,
  measurable: (analyte: string) => boolean,
  awaited: ReadonlySet<string>,
): ReportedObservation[] {
  const taken = new Set(shown.map((each) => each.analyte));
  const found: ReportedObservation[] = [];
  for (const order of orders) {
    // A panel names more than every analyzer measures; where nothing of it is measured here, all of it was asked for.
    const measured = order.analytes.filter(measurable);
    for (const analyte of measured.length === 0 ? order.analytes : measured) {
      const told = before.find((each) => each.analyte === analyte && each.status === 'cancelled');
      const isNew = told === undefined && cancels?.orders.includes(order._id) === true && !awaited.has(analyte);
      if (taken.has(analyte) || (told === undefined && !isNew)) continue;
      taken.add(analyte);
      if (told !== undefined) found.push(told);
      else if (cancels !== undefined) found.push(cancelledValue(order, analyte, cancels, catalogue));
    }
  }
  return found;
}

function cancelledValue(
  order: OrderDoc,
  code: string,
  { at, reason }: Cancellation,
  catalogue: CatalogueView,
): ReportedObservation {
  const analyte = catalogue.analyte(code);
  const own = order.cancelled?.reason;
  return {
    id: `${order._id}/${code}`,
    analyte: code,
    name: analyte?.name ?? { vi: code, en: code },
    section: analyte?.section ?? '',
    kind: analyte?.valueKind ?? 'qualitative',
    value: '',
    unit: '',
    flags: [],
    status: 'cancelled',
    observedAt: at,
    analyzer: '',
    comments: [own === undefined && reason !== undefined ? reason : cancelWords(own)],
    verifiedBy: '',
    verifiedAt: '',
    ...(analyte?.loinc === undefined ? {} : { loinc: analyte.loinc }),
    ...(order.code === code ? {} : { panel: order.code }),
  };
}
