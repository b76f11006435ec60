import { columnsOf, columnsOfDay, dayDoc, type FigureRow } from '../../src/statistics/columns.ts';
import { figuresOf } from '../../src/statistics/figures.ts';

/**
 * Figures over a million released observations (365 days): what a request costs once the days are kept in columns, and
 * what making the columns costs. Prints milliseconds.
 */
const rows = 1_000_000;
const days = 365;
const perDay = Math.ceil(rows / days);
const start = Date.parse('2026-01-01T00:00:00Z');
const analytes = Array.from({ length: 60 }, (_, at) => `A${at}`);

function row(day: number, at: number): FigureRow {
  const released = start + day * 86_400_000 + (at / perDay) * 86_000_000;
  return {
    section: at % 3 === 0 ? 'hematology' : 'chemistry',
    analyte: analytes[at % analytes.length] ?? '',
    analyzer: `line-${at % 6}`,
    ward: `W${at % 25}`,
    requester: '',
    priority: at % 10 === 0 ? 'stat' : 'routine',
    accession: `${day}-${Math.floor(at / 12)}`,
    ordered: released - 7_200_000,
    collected: released - 5_400_000,
    received: released - 3_600_000 - (at % 97) * 10_000,
    analysed: released - 1_200_000,
    resulted: released - 1_100_000,
    verified: released - 8_000,
    released,
  };
}

function timed<T>(name: string, work: () => T): T {
  const begun = performance.now();
  const done = work();
  process.stdout.write(`${name.padEnd(48)} ${(performance.now() - begun).toFixed(0)} ms\n`);
  return done;
}

const docs = timed(`columns of ${rows} observations, made`, () =>
  Array.from({ length: days }, (_, day) =>
    dayDoc(String(day), columnsOf(Array.from({ length: perDay }, (_each, at) => row(day, at)))),
  ),
);
const read = timed('columns read', () => docs.flatMap((each) => columnsOfDay(each) ?? []));
const selection = { from: start, to: start + days * 86_400_000, where: {} };
const targets = { stat: 3_600, urgent: 7_200, routine: 14_400 };
timed('counts by analyte', () => figuresOf(read, { kind: 'counts', selection, by: 'analyte', shift: 0 }));
timed('turnaround by section', () =>
  figuresOf(read, { kind: 'tat', selection, by: 'section', start: 'received', end: 'released', targets }),
);
timed('the late ones', () =>
  figuresOf(read, { kind: 'breaches', selection, start: 'received', end: 'released', targets, limit: 100 }),
);
