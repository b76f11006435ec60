import type { CatalogueView } from '../laboratory/catalogue-view.ts';
import type { OrderDoc, ReportedObservation } from '../store/documents.ts';

/** What there will be no results of, said by one version. */
export interface Cancellation {
  readonly at: string;
  readonly orders: readonly string[];
  readonly reason: string;
}

/**
 * Values that will not come, one for each analyte of cancelled orders that the report does not show otherwise. What an
 * earlier version said stays as it said it: nothing that was seen disappears.
 */
export function cancelledValues(
  orders: readonly OrderDoc[],
  shown: readonly ReportedObservation[],
  before: readonly ReportedObservation[],
  cancels: Cancellation | undefined,
  catalogue: CatalogueView,
  measurable: (analyte: string) => boolean,
): ReportedObservation[] {
  const taken = new Set(shown.map((each) => each.analyte));
  const found: ReportedObservation[] = [];
  for (const order of orders) {
    // A panel names more than every analyzer measures; where nothing of it is measured here, all of it was asked for.
    const measured = order.analytes.filter(measurable);
    for (const analyte of measured.length === 0 ? order.analytes : measured) {
      if (taken.has(analyte)) continue;
      taken.add(analyte);
      const told = before.find((each) => each.analyte === analyte && each.status === 'cancelled');
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
    comments: [reason],
    verifiedBy: '',
    verifiedAt: '',
    ...(analyte?.loinc === undefined ? {} : { loinc: analyte.loinc }),
    ...(order.code === code ? {} : { panel: order.code }),
  };
}
