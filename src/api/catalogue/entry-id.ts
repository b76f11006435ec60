/** The id of an entry without its kind, as addresses have it. */
export function entryId(id: string): string {
  return id.slice(id.indexOf('/') + 1);
}
