import type { Observation } from '../../api/types.ts';
import { useSectionNames } from '../../app/section-names.ts';
import { useDecides } from '../../app/session.ts';
import { isPending } from './waiting.ts';

/**
 * Of these, what waits (for verification, unless said otherwise) for people of other sections: how many, and of which
 * sections in words; null where nothing does.
 */
export function useLeftFor(): (
  observations: readonly Observation[],
  waits?: (observation: Observation) => boolean,
) => { n: number; sections: string } | null {
  const decides = useDecides();
  const names = useSectionNames();
  return (observations, waits = isPending) => {
    const left = observations.filter((each) => waits(each) && !decides(each));
    if (left.length === 0) return null;
    return { n: left.length, sections: names([...new Set(left.map((each) => each.section))]) };
  };
}
