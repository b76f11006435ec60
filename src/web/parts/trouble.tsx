import { asApiError } from '../api/client.ts';
import { useWords } from '../i18n/i18n.ts';

/** What the server refused, in a colleague's words. */
export function Trouble({ error }: { readonly error: unknown }) {
  const { why } = useWords();
  if (error === null || error === undefined) return null;
  return (
    <p className="trouble" role="alert">
      {why(asApiError(error))}
    </p>
  );
}
