import { DateTime, Duration } from 'luxon';

/** Yes, no, or not to be known from a partial or missing birth date. */
export type Certainty = 'yes' | 'no' | 'maybe';

/**
 * Whether a person is from `ageFrom` (inclusive) to `ageTo` (exclusive) old, both ISO 8601 durations, by calendar on the
 * day of collection in the laboratory's zone. `YYYY` or `YYYY-MM` stands for every day in it.
 */
export function isOfAge(
  birthDate: string,
  collectedAt: string,
  zone: string,
  ageFrom: string | undefined,
  ageTo: string | undefined,
): Certainty {
  if (ageFrom === undefined && ageTo === undefined) return 'yes';
  const asked = [birthDate, collectedAt, zone, ageFrom ?? '', ageTo ?? ''].join('|');
  const known = answered.get(asked);
  if (known !== undefined) return known;
  const answer = reckon(birthDate, collectedAt, zone, ageFrom, ageTo);
  if (answered.size >= mostAnswered) answered.clear();
  answered.set(asked, answer);
  return answer;
}

/** The same few limits are asked for each value of a specimen, and calendars are slow. */
const answered = new Map<string, Certainty>();
const mostAnswered = 500;

function reckon(
  birthDate: string,
  collectedAt: string,
  zone: string,
  ageFrom: string | undefined,
  ageTo: string | undefined,
): Certainty {
  const born = birthDays(birthDate);
  if (born === null) return 'maybe';
  const day = DateTime.fromISO(collectedAt, { zone: 'utc' })
    .setZone(zone)
    .startOf('day')
    .setZone('utc', { keepLocalTime: true });
  const answers = born.map((birth) => {
    const oldEnough = ageFrom === undefined || birth.plus(Duration.fromISO(ageFrom)) <= day;
    const youngEnough = ageTo === undefined || birth.plus(Duration.fromISO(ageTo)) > day;
    return oldEnough && youngEnough;
  });
  if (answers.every((each) => each)) return 'yes';
  // Between the first and the last possible day of birth the answer may still turn.
  return answers.some((each) => each) || spans(born, day, ageFrom, ageTo) ? 'maybe' : 'no';
}

/** Neither end fits, but days between them might: the interval lies wholly within the possible ages. */
function spans(
  born: readonly DateTime[],
  day: DateTime,
  ageFrom: string | undefined,
  ageTo: string | undefined,
): boolean {
  const [first, last] = born;
  if (first === undefined || last === undefined || first.equals(last) || ageFrom === undefined || ageTo === undefined)
    return false;
  const oldestTooOld = first.plus(Duration.fromISO(ageTo)) <= day;
  const youngestTooYoung = last.plus(Duration.fromISO(ageFrom)) > day;
  return oldestTooOld && youngestTooYoung;
}

/** Whole years of age on the day of collection; null when the birth date does not tell. */
export function yearsOfAge(birthDate: string, collectedAt: string, zone: string): number | null {
  const born = birthDays(birthDate);
  if (born === null) return null;
  const day = DateTime.fromISO(collectedAt, { zone: 'utc' })
    .setZone(zone)
    .startOf('day')
    .setZone('utc', { keepLocalTime: true });
  const years = born.map((birth) => Math.floor(day.diff(birth, 'years').years));
  return years.every((each) => each === years[0]) ? (years[0] ?? null) : null;
}

/** First and last day a birth date may mean, at midnight UTC. */
function birthDays(birthDate: string): [DateTime, DateTime] | null {
  const found = /^(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?$/.exec(birthDate);
  if (found === null) return null;
  const first = DateTime.fromISO(birthDate, { zone: 'utc' });
  if (!first.isValid) return null;
  if (found[3] !== undefined) return [first, first];
  return [first, first.endOf(found[2] === undefined ? 'year' : 'month').startOf('day')];
}
