import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';

const lookEveryMs = 50;
/** Whatever the page still waits for: then the frame around it asks as well. */
const latestMs = 2000;

/**
 * Whether the page that was opened first has what it asked for (`drawn`: its file is there). Until then the frame around it
 * asks for nothing: who opens a page waits for the page, not for the counts below it.
 */
export function useCalm(drawn: boolean): boolean {
  const queries = useQueryClient();
  const [calm, setCalm] = useState(false);
  useEffect(() => {
    if (calm) return;
    const begun = performance.now();
    const timer = setInterval(() => {
      if (performance.now() - begun > latestMs || (drawn && queries.isFetching() === 0)) setCalm(true);
    }, lookEveryMs);
    return () => clearInterval(timer);
  }, [calm, drawn, queries]);
  return calm;
}
