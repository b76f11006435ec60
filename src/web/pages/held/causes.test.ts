import { expect, test } from 'vitest';
import type { Held } from '../../api/types.ts';
import { causesOf, messagesOf } from './causes.ts';
import { sayDetail } from './say-detail.ts';

let count = 0;
const item = (part: Partial<Held>): Held => {
  count += 1;
  return {
    id: `h${count}`,
    reason: 'DRIVER_HOST_CODE_UNMAPPED',
    detail: '',
    analyzer: 'xn-1',
    message: `m${count}`,
    at: `2026-11-24T02:00:0${count % 10}.000Z`,
    ...part,
  };
};

test('the same code of a line is one cause, of another line another', () => {
  const causes = causesOf([
    item({ hostCode: 'PDW' }),
    item({ hostCode: 'PDW' }),
    item({ hostCode: 'PDW', analyzer: 'xn-2' }),
    item({ hostCode: 'PCT' }),
  ]);
  expect(causes.map((cause) => [cause.analyzer, cause.hostCode, cause.items.length]).sort()).toEqual([
    ['xn-1', 'PCT', 1],
    ['xn-1', 'PDW', 2],
    ['xn-2', 'PDW', 1],
  ]);
});

test('an unregistered accession is one cause over all lines; values without accession are each their own', () => {
  const unknown = { reason: 'SPECIMEN_ACCESSION_UNKNOWN', accession: '2411230001' };
  const missing = { reason: 'SPECIMEN_ACCESSION_MISSING' };
  expect(
    causesOf([item(unknown), item({ ...unknown, analyzer: 'c311-1' }), item(missing), item(missing)]),
  ).toHaveLength(3);
});

test('the newest cause comes first, its oldest item says how long it waits, and a message is replayed once', () => {
  const old = item({ hostCode: 'A', at: '2026-11-24T01:00:00.000Z', message: 'm' });
  const young = item({ hostCode: 'A', at: '2026-11-24T03:00:00.000Z', message: 'm' });
  const other = item({ hostCode: 'B', at: '2026-11-24T02:00:00.000Z' });
  const [first] = causesOf([old, other, young]);
  expect(first).toMatchObject({ hostCode: 'A', oldest: old.at });
  expect(messagesOf(first?.items ?? [])).toEqual(['m']);
});

test('a detail of known shape is said in the language of the page, any other as it was written', () => {
  const t = (key: string, words?: Readonly<Record<string, string | number>>): string =>
    `${key} ${JSON.stringify(words)}`;
  expect(sayDetail({ detail: 'Code PDW (Platelet width) has no mapping' }, t)).toContain(
    'unmappedNamed {"code":"PDW","name":"Platelet width"}',
  );
  expect(sayDetail({ detail: 'GLU: unit furlong does not convert to mmol/L' }, t)).toContain('"unit":"furlong"');
  expect(sayDetail({ detail: 'something new' }, t)).toBe('something new');
});
