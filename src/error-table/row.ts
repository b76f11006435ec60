/** Who has to act on an error. */
type Actor = 'linkMachine' | 'technician' | 'driverAuthor' | 'operator' | 'installer' | 'caller' | 'administrator';

export interface ErrorRow {
  /** One sentence, `{name}` filled from the context. No period at the end. */
  readonly message: string;
  /** What to do about it. */
  readonly action: string;
  /** HTTP status when it reaches the API. */
  readonly status: number;
  readonly retry: 'safe' | 'ambiguous' | 'never';
  readonly actor: Actor;
}

export const row = (
  message: string,
  action: string,
  status: number,
  retry: ErrorRow['retry'],
  actor: Actor,
): ErrorRow => ({
  message,
  action,
  status,
  retry,
  actor,
});
