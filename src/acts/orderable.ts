import { isOfAge } from '../domain/age.ts';
import type { Priority, Sex } from '../domain/ids.ts';
import { LisError } from '../errors.ts';
import type { Laboratory } from '../laboratory/context.ts';
import type { OrderDoc } from '../store/documents.ts';

/** One order as it is asked for: panel or analyte. */
export interface OrderRequest {
  readonly code: string;
  /** ORC-2 as sent. */
  readonly placer?: string | undefined;
  readonly priority?: Priority | undefined;
}

/** What speaks against an order. `duplicate` is told, never refused: a second draw on one day may be meant. */
export interface OrderProblem {
  readonly code: string;
  readonly kind: 'unknown' | 'sex' | 'age' | 'duplicate';
  readonly detail: string;
  readonly accession?: string;
}

interface Person {
  readonly sex: Sex;
  readonly birthDate: string;
}

/** Codes the catalogue does not have, and analytes that are not for the patient's sex or age. */
export function orderProblems(
  lab: Laboratory,
  orders: readonly OrderRequest[],
  person: Person,
  collectedAt: string,
): OrderProblem[] {
  return orders.flatMap(({ code }): OrderProblem[] => {
    const analytes = lab.catalogue.expand(code);
    if (analytes === undefined) return [{ code, kind: 'unknown', detail: `${code} is not in the catalogue` }];
    return analytes.flatMap((each): OrderProblem[] => {
      const analyte = lab.catalogue.analyte(each);
      const known = person.sex === 'male' || person.sex === 'female';
      if (analyte?.sex !== undefined && known && analyte.sex !== person.sex)
        return [{ code, kind: 'sex', detail: `${each} is for ${analyte.sex} patients` }];
      const zone = lab.config.lab.timeZone;
      if (isOfAge(person.birthDate, collectedAt, zone, analyte?.ageFrom, analyte?.ageTo) === 'no')
        return [{ code, kind: 'age', detail: `${each} is not for this age` }];
      return [];
    });
  });
}

/** Throws CATALOGUE_CODE_UNKNOWN, ORDER_NOT_POSSIBLE. */
export function requireOrderable(
  lab: Laboratory,
  orders: readonly OrderRequest[],
  person: Person,
  collectedAt: string,
): void {
  const [problem] = orderProblems(lab, orders, person, collectedAt);
  if (problem === undefined) return;
  if (problem.kind === 'unknown') throw new LisError('CATALOGUE_CODE_UNKNOWN', { code: problem.code });
  throw new LisError('ORDER_NOT_POSSIBLE', { code: problem.code, detail: problem.detail });
}

/** Throws CATALOGUE_CODE_UNKNOWN: the one thing no reason gets over. */
export function requireKnown(lab: Laboratory, orders: readonly OrderRequest[]): void {
  const unknown = orders.find(({ code }) => lab.catalogue.expand(code) === undefined);
  if (unknown !== undefined) throw new LisError('CATALOGUE_CODE_UNKNOWN', { code: unknown.code });
}

/** Orders of one specimen, each code once, numbered from `taken` on. */
export function orderDocs(
  lab: Laboratory,
  place: {
    readonly accession: string;
    readonly patient: string;
    readonly at: string;
    readonly priority?: Priority | undefined;
    readonly requester?: string | undefined;
  } & Readonly<Record<string, unknown>>,
  orders: readonly OrderRequest[],
  taken: number,
): OrderDoc[] {
  const { accession, patient, at, requester } = place;
  const seen = new Set<string>();
  return orders
    .filter(({ code }) => !seen.has(code) && seen.add(code))
    .map(({ code, placer, priority }, position) => ({
      _id: `${accession}.${taken + position + 1}`,
      accession,
      patient,
      code,
      analytes: lab.catalogue.expand(code) ?? [],
      ...(placer === undefined ? {} : { placer }),
      priority: priority ?? place.priority ?? 'routine',
      state: 'ordered',
      orderedAt: at,
      ...(requester === undefined ? {} : { requester }),
      version: 1,
    }));
}

const urgency: readonly Priority[] = ['stat', 'urgent', 'routine'];

/** The most urgent of priorities; routine where there is none. */
export function mostUrgent(priorities: readonly Priority[]): Priority {
  return urgency.find((each) => priorities.includes(each)) ?? 'routine';
}
