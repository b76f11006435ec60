/** Reasons the product itself gives, by how they are spelled -> key of words. What a recipient said stays its own. */
const patterns: readonly (readonly [RegExp, string])[] = [
  [/ECONNREFUSED/, 'refused'],
  [/ENOTFOUND|EAI_AGAIN/, 'noName'],
  [/EHOSTUNREACH|ENETUNREACH|ETIMEDOUT|no connection in time/, 'noWay'],
  [/no (answer|acknowledgement) in time|no answer within/, 'tooLate'],
  [/connection was closed|answer was cut|ECONNRESET|EPIPE|socket hang up/, 'cut'],
  [/with no FHIR answer/, 'notFhir'],
  [/^answered (401|403)\b|no access token/, 'signIn'],
  [/^answered (429|5\d\d)\b/, 'busy'],
  [/^version \d+ (is newer|was delivered)$/, 'overtaken'],
];

export interface ReasonWords {
  /** Key below `recipients.why`. */
  readonly key: string;
  /** The version named, where one is. */
  readonly version: string;
}

/** What a reason means to a person; null for one that is not ours to translate. */
export function reasonWords(reason: string): ReasonWords | null {
  const key = patterns.find(([pattern]) => pattern.test(reason))?.[1];
  return key === undefined ? null : { key, version: /^version (\d+)/.exec(reason)?.[1] ?? '' };
}
