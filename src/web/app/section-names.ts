import { useRef } from 'react';
import { useWordsOf } from '../api/queries.ts';
import { useWords } from '../i18n/i18n.ts';

/**
 * Names sections of the laboratory, one after the other, in the language shown; a code that is gone stands for itself.
 * The function names from what is known when it is called, not when it was made: an act asks after its answer.
 */
export function useSectionNames(): (codes: readonly string[]) => string {
  const { nameOf } = useWords();
  const { data: known = [] } = useWordsOf('sections');
  const newest = useRef(known);
  newest.current = known;
  return (codes) =>
    codes.map((code) => nameOf(newest.current.find((each) => each.code === code)?.name, code)).join(', ');
}
