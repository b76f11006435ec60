import type { Parameter } from './parameters.ts';
import type { Resource } from './types.ts';

/** What goes into a searchset Bundle. */
export interface Searchset {
  readonly type: string;
  /** All that was asked, for the next link. */
  readonly parameters: readonly Parameter[];
  /** What was applied, for the self link: an unknown parameter that was ignored is not in it. */
  readonly applied: readonly Parameter[];
  readonly base: string;
  readonly matches: readonly Resource[];
  readonly included: readonly Resource[];
  /** Up to which all is seen; absent where nothing carries an instant. */
  readonly mark?: string | undefined;
  readonly total?: number | undefined;
  /** Cursor of the next page. */
  readonly next?: string | undefined;
}

/** A searchset Bundle with its links; every fullUrl ends in Type/id. */
export function searchset(set: Searchset): Record<string, unknown> {
  const entry = (mode: 'match' | 'include') => (resource: Resource) => ({
    fullUrl: `${set.base}/${resource.resourceType}/${resource.id}`,
    resource,
    search: { mode },
  });
  const entries = [...set.matches.map(entry('match')), ...set.included.map(entry('include'))];
  const others = set.applied.filter((each) => each.name !== '_cursor');
  return {
    resourceType: 'Bundle',
    ...(set.mark === undefined ? {} : { meta: { lastUpdated: set.mark } }),
    type: 'searchset',
    ...(set.total === undefined ? {} : { total: set.total }),
    link: [
      { relation: 'self', url: addressOf(set, set.applied) },
      ...(set.next === undefined
        ? []
        : [{ relation: 'next', url: addressOf(set, [...others, { name: '_cursor', values: [set.next] }]) }]),
    ],
    ...(entries.length === 0 ? {} : { entry: entries }),
  };
}

function addressOf({ base, type }: Searchset, parameters: readonly Parameter[]): string {
  const query = new URLSearchParams();
  for (const { name, modifier, values } of parameters) {
    query.append(
      modifier === undefined ? name : `${name}:${modifier}`,
      values.map((value) => value.replaceAll(',', '\\,')).join(','),
    );
  }
  const text = query.toString();
  return `${base}/${type}${text === '' ? '' : `?${text}`}`;
}
