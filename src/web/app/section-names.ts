import { useWordsOf } from '../api/queries.ts';
import { useWords } from '../i18n/i18n.ts';

/** Names sections of the laboratory, one after the other, in the language shown; a code that is gone stands for itself. */
export function useSectionNames(): (codes: readonly string[]) => string {
  const { nameOf } = useWords();
  const { data: known = [] } = useWordsOf('sections');
  return (codes) => codes.map((code) => nameOf(known.find((each) => each.code === code)?.name, code)).join(', ');
}
