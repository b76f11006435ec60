import { DateTime } from 'luxon';
import { amendObservation } from '../../acts/correct.ts';
import { recordCall } from '../../acts/criticals.ts';
import { moveSpecimen } from '../../acts/custody.ts';
import { issueDue } from '../../acts/issue.ts';
import { recollect } from '../../acts/recollect.ts';
import { registerSpecimen } from '../../acts/registration.ts';
import { verifyObservations } from '../../acts/verify.ts';
import { isWaiting } from '../../acts/work.ts';
import { decodeFor } from '../../connection/intake-path.ts';
import { openJournal } from '../../connection/journal.ts';
import { proposeMappings } from '../../connection/propose-mappings.ts';
import type { Actor } from '../../domain/ids.ts';
import type { Laboratory } from '../../laboratory/context.ts';
import { createEventHub } from '../../laboratory/events.ts';
import { createPipeline } from '../../pipeline/pipeline.ts';
import { writeFileRecipients } from '../../publish/recipients.ts';
import type { DemoAnalyzer, Script } from './analyzers.ts';
import { framed } from './messages.ts';
import { type DemoPerson, demoRegistration, regulars } from './patients.ts';

const receptionist: Actor = { username: 'demo', role: 'receptionist' };
const technician: Actor = { username: 'ktv', role: 'technician' };

/** Days before today that the demonstration tells of. */
const usualDaysBack = 9;
/** Each person comes every so many days. */
const everyDays = 3;
const minute = 60_000;

/** One specimen of an earlier day, with the laboratory as it was for it: the same store, a clock of its own that is set. */
interface Visit {
  readonly person: DemoPerson;
  readonly days: number;
  readonly analyzer: DemoAnalyzer;
  readonly script: Script;
  readonly lab: Laboratory;
  readonly clock: { at: number };
}

/**
 * Fill a demonstration that is new with the days before and the morning: specimens drawn, received, analyzed, verified and reported, as
 * the acts of people and the messages of analyzers; a tube rejected and drawn again, critical values called, a report
 * corrected. Resolves with the accessions it made; none where the laboratory has specimens already. Before any line opens.
 */
export async function playEarlierDays(
  lab: Laboratory,
  analyzers: readonly DemoAnalyzer[],
  daysBack = usualDaysBack,
): Promise<Set<string>> {
  const accessions = new Set<string>();
  if ((await lab.collections.specimens.countDocuments({})) > 0) return accessions;
  await proposeMappings(lab);
  // The hospital system had the reports of those days: it is sent them once the lines are open.
  await writeFileRecipients(lab);
  // Oldest first, so that each value has those before it to be compared with.
  for (let days = daysBack; days >= 0; days -= 1) {
    const visits = visitsOf(lab, analyzers, days);
    const drawn = await Promise.all(visits.map(draw));
    for (const [place, visit] of visits.entries()) await arrive(visit, drawn[place] ?? '');
    await Promise.all(visits.map((visit, place) => verify(visit, drawn[place] ?? '')));
    for (const accession of drawn) accessions.add(accession);
  }
  await correctOne(lab);
  return accessions;
}

/** The laboratory at an instant that is set, and nobody who listens. */
function asItWas(lab: Laboratory, at: number): Pick<Visit, 'lab' | 'clock'> {
  const clock = { at };
  return { lab: { ...lab, now: () => clock.at, events: createEventHub(() => undefined) }, clock };
}

function visitsOf(lab: Laboratory, analyzers: readonly DemoAnalyzer[], days: number): Visit[] {
  const visits: Visit[] = [];
  const today = DateTime.fromMillis(lab.now(), { zone: lab.config.lab.timeZone }).startOf('day');
  // Of today what is done already, whatever the hour at which the demonstration is looked at.
  let at = days === 0 ? lab.now() - 170 * minute : today.minus({ days }).plus({ hours: 7, minutes: 5 }).toMillis();
  for (const [place, person] of regulars.entries()) {
    if (!comesOn(place, days)) continue;
    for (const analyzer of analyzers) {
      const { script } = analyzer;
      // A blood count each time, chemistry for every second person.
      if (script === undefined || (script.every === 2 && place % 2 === 1)) continue;
      visits.push({ person, days, analyzer, script, ...asItWas(lab, at) });
    }
    at += 11 * minute;
  }
  return visits;
}

/** Whether a regular is drawn on a day, `days` ago. */
const comesOn = (place: number, days: number): boolean => (place + days) % everyDays === 0;

/** Regulars whose tubes are still to come today. */
export const expectedToday: readonly DemoPerson[] = regulars.filter((_each, place) => !comesOn(place, 0));

/** The day on which the first tube had clotted. */
const clottedDays = 4;

/** Registered, brought and received; resolves with its number. */
async function draw({ lab, clock, person, analyzer, days }: Visit): Promise<string> {
  const place = regulars.indexOf(person);
  const drawn = await registerSpecimen(lab, receptionist, {
    ...demoRegistration(person, place, analyzer.orders),
    priority: 'routine',
    collectedAt: new Date(clock.at).toISOString(),
  });
  clock.at += (14 + ((days * 7 + place) % 9)) * minute;
  let accession = drawn._id;
  if (days === clottedDays && place < everyDays) {
    await moveSpecimen(lab, technician, accession, 'reject', { reason: 'clotted', told: 'ĐD. Hoa' });
    accession = await recollect(lab, receptionist, accession);
    clock.at += 25 * minute;
  }
  await moveSpecimen(lab, technician, accession, 'receive');
  clock.at += (12 + ((days * 5 + place * 3) % 17)) * minute;
  return accession;
}

/** The analyzer's message, by the way of every message. */
async function arrive({ lab, clock, analyzer, person, days, script }: Visit, accession: string): Promise<void> {
  const { config } = analyzer;
  const driver = lab.drivers.byId(config.driver);
  if (driver === undefined) return;
  const journal = await openJournal(lab, config);
  const pipeline = createPipeline(lab);
  try {
    const message = script.compose(accession, script.values(person, days), clock.at);
    const arrival = await journal.append({ direction: 'in', raw: framed(message) });
    await pipeline.accept(arrival, decodeFor(config, driver, arrival.raw));
  } finally {
    await pipeline.close();
  }
}

/** Looked at, a critical value called, verified and, once it can't be undone, reported. */
async function verify({ lab, clock, days }: Visit, accession: string): Promise<void> {
  clock.at += (4 + ((days * 3) % 11)) * minute;
  const all = await lab.collections.observations.find({ accession }).toArray();
  for (const { _id } of await lab.collections.criticals.find({ accession }).toArray()) {
    const value = all.find((each) => each._id === _id)?.value ?? true;
    await recordCall(lab, technician, _id, { to: 'BS. Nguyễn Văn An', readBack: value });
    clock.at += 2 * minute;
  }
  const waiting = all.filter((each) => isWaiting(each, all));
  if (waiting.length === 0) return;
  await verifyObservations(lab, technician, accession, {
    observations: waiting.map(({ _id, version, alerts }) => ({ id: _id, version, acknowledge: alerts })),
  });
  clock.at += lab.config.undoSeconds * 1_000 + 1_000;
  await issueDue(lab, accession);
}

/** Yesterday's last platelets had been counted in clumps. */
async function correctOne(lab: Laboratory): Promise<void> {
  const now = lab.now();
  const day = new Date(now - 36 * 60 * minute).toISOString();
  const released = await lab.collections.observations.find({ releasedAt: { $gte: day } }).toArray();
  const wrong = released.filter((each) => each.analyte === 'PLT' && each.current).at(-1);
  if (wrong === undefined) return;
  const at = Math.min(now, Date.parse(wrong.releasedAt ?? day) + 95 * minute);
  await amendObservation(asItWas(lab, at).lab, technician, wrong._id, {
    version: wrong.version,
    value: String(Math.round(Number(wrong.value) * 1.18)),
    reason: 'Tiểu cầu kết cụm, đếm lại trên lam',
    comparator: undefined,
  });
}
