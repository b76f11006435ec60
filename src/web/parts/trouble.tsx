import { asApiError } from '../api/client.ts';
import { useWords } from '../i18n/i18n.ts';
import { problemsIn } from './problems.ts';

/** What the server refused, in a colleague's words, and where it is wrong. */
export function Trouble({ error }: { readonly error: unknown }) {
  const words = useWords();
  if (error === null || error === undefined) return null;
  const refusal = asApiError(error);
  const problems = withDetails.includes(refusal.code) ? problemsIn(refusal, words) : [];
  return (
    <div className="trouble" role="alert">
      {words.why(refusal)}
      {problems.length > 0 && (
        <ul>
          {problems.map((problem) => (
            <li key={problem}>{problem}</li>
          ))}
        </ul>
      )}
    </div>
  );
}

/** Refusals whose words alone do not say where to look. */
const withDetails: readonly string[] = ['REQUEST_INVALID', 'CATALOGUE_INVALID', 'OBSERVATION_VALUE_INVALID'];
