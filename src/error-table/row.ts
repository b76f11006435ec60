/** Who has to act on an error. */
type Actor = 'linkMachine' | 'technician' | 'driverAuthor' | 'operator' | 'installer' | 'caller' | 'administrator';

/** What a caller may do after an error: try again as is, look first, or change something. */
type Retry = 'safe' | 'ambiguous' | 'never';

export interface ErrorRow {
  /** One sentence, `{name}` filled from the context. No period at the end. */
  readonly message: string;
  /** What to do about it. */
  readonly action: string;
  /** HTTP status when it reaches the API. */
  readonly status: number;
  readonly retry: Retry;
  readonly actor: Actor;
}

export const row = (message: string, action: string, status: number, retry: Retry, actor: Actor): ErrorRow => ({
  message,
  action,
  status,
  retry,
  actor,
});
