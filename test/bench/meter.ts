import { readFileSync } from 'node:fs';
import type { Figure } from './table.ts';

/** What a process took between `begin` and `end`. */
export interface Metered {
  /** What other work on the machine takes does not count. */
  readonly processorMs: number;
  /** The most it had: files that LMDB maps are the system's cache, not the process's. */
  readonly anonymousMb: number;
  readonly residentMb: number;
}

export interface Meter {
  begin(): void;
  end(): Metered;
}

/** Watch the processor time and memory of a process by what Linux tells of it. */
export function watchProcess(pid: number): Meter {
  let processor = 0;
  let anonymous = 0;
  let resident = 0;
  let timer: NodeJS.Timeout | undefined;
  const look = (): void => {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    anonymous = Math.max(anonymous, Number(/RssAnon:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1024);
    resident = Math.max(resident, Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1024);
  };
  const processorMs = (): number => {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
    // utime and stime, in hundredths of a second.
    return (Number(fields[11]) + Number(fields[12])) * 10;
  };
  return {
    begin() {
      processor = processorMs();
      anonymous = 0;
      resident = 0;
      look();
      timer = setInterval(look, 250);
    },
    end() {
      clearInterval(timer);
      look();
      return { processorMs: processorMs() - processor, anonymousMb: anonymous, residentMb: resident };
    },
  };
}

/** What the product held at its most. */
export const memoryFigure = ({ residentMb, anonymousMb }: Pick<Metered, 'residentMb' | 'anonymousMb'>): Figure => ({
  what: '  memory',
  figure: `${residentMb.toFixed(0)} MB resident, ${anonymousMb.toFixed(0)} MB anonymous`,
  target: '< 256 MB',
  reached: anonymousMb < 256,
});
