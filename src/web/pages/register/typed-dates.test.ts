import { describe, expect, test } from 'vitest';
import { readBirthDate, readCollected } from './typed-dates.ts';

const now = new Date('2026-11-24T03:30:00Z');

describe('a birth date as typed', () => {
  test.each([
    ['14/05/1992', '1992-05-14'],
    ['14.5.1992', '1992-05-14'],
    ['14051992', '1992-05-14'],
    ['1992-05-14', '1992-05-14'],
    ['5/1992', '1992-05'],
    ['1992', '1992'],
    [' 29/02/2024 ', '2024-02-29'],
    ['', ''],
  ])('%s is %s', (typed, meant) => expect(readBirthDate(typed, now)).toBe(meant));

  test.each(['29/02/2023', '31/04/1990', '13/1990', '14/5/92', '92', '2027', '25/12/2026', '1700', 'x'])(
    '%s is not guessed',
    (typed) => expect(readBirthDate(typed, now)).toBeUndefined(),
  );
});

describe('a collection time as typed, in the zone of the laboratory (10:30 there)', () => {
  const zone = 'Asia/Ho_Chi_Minh';
  test.each([
    ['9:02', '2026-11-24T02:02:00.000Z'],
    ['0902', '2026-11-24T02:02:00.000Z'],
    ['9h02', '2026-11-24T02:02:00.000Z'],
    ['23:50', '2026-11-23T16:50:00.000Z'],
    ['23/11 9:02', '2026-11-23T02:02:00.000Z'],
    ['30/12 8:00', '2025-12-30T01:00:00.000Z'],
    ['01/02/2026 8:00', '2026-02-01T01:00:00.000Z'],
    ['', ''],
  ])('%s is %s', (typed, meant) => expect(readCollected(typed, zone, now)).toBe(meant));

  test.each(['24:00', '9:60', '31/02/2026 8:00', '25/11/2026 8:00', 'nine'])('%s is refused', (typed) =>
    expect(readCollected(typed, zone, now)).toBeUndefined(),
  );

  test('an hour that the clocks leave out is refused', () =>
    expect(readCollected('29/03/2026 2:30', 'Europe/Berlin', new Date('2026-04-01T10:00:00Z'))).toBeUndefined());
});
