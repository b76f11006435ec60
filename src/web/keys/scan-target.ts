import { useLayoutEffect, useRef } from 'react';

/** A page that works through tubes takes the scans while it is shown; elsewhere a scan opens the tube. */
type ScanTarget = (text: string) => void;

const targets: { readonly scan: ScanTarget }[] = [];

export function useScanTarget(onScan: ScanTarget): void {
  const newest = useRef(onScan);
  newest.current = onScan;
  useLayoutEffect(() => {
    const target = { scan: (text: string) => newest.current(text) };
    targets.push(target);
    return () => {
      targets.splice(targets.indexOf(target), 1);
    };
  }, []);
}

/** Gives a scan to the page that wants it. False when none does. */
export function offerScan(text: string): boolean {
  const target = targets.at(-1);
  target?.scan(text);
  return target !== undefined;
}
