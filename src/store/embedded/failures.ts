import { LisError } from '../../errors.ts';

/** What the disk or LMDB said, as the one error callers know; an error of ours stays as it is. */
export function storeFailure(thrown: unknown): LisError {
  if (thrown instanceof LisError) return thrown;
  // lmdb rejects every write of a failed batch with one error whose `commitError` says why.
  const cause = thrown instanceof Error && 'commitError' in thrown ? thrown.commitError : thrown;
  return new LisError('STORE_UNAVAILABLE', {}, cause);
}
