import type { Actor } from '../domain/ids.ts';
import { isLisError, LisError } from '../errors.ts';
import { isoNow, type Laboratory } from '../laboratory/context.ts';
import type { PatientDoc } from '../store/documents.ts';
import { appendAudit } from './audit.ts';
import type { PatientFacts } from './registration.ts';

/** Name without diacritics and case, for search: `Nguyễn Thị Đào` is found by `nguyen thi dao`. */
export function searchNameOf(name: string): string {
  return name
    .normalize('NFD')
    .replaceAll(/\p{M}/gu, '')
    .replaceAll(/[đĐ]/g, 'd')
    .toLowerCase()
    .replaceAll(/\s+/g, ' ')
    .trim();
}

/**
 * Write what a registration says of a patient; what it does not say stays. What was known of name, sex and birth date and
 * is replaced stays with the record, and in the audit trail. A patient merged into another is registered under the
 * survivor. Returns the id to use.
 */
export async function savePatient(lab: Laboratory, actor: Actor, facts: PatientFacts): Promise<string> {
  const { patients } = lab.collections;
  for (;;) {
    const known = await patients.findOne({ _id: facts.id });
    if (known?.mergedInto !== undefined) return known.mergedInto;
    const fresh = patientDoc(lab, actor, facts, known);
    if (known !== null && sameFacts(known, fresh)) return facts.id;
    try {
      if (known === null) await patients.insertOne(fresh);
      else {
        const done = await patients.replaceOne({ _id: facts.id, version: known.version }, fresh);
        if (done.matchedCount === 0) continue;
        await appendAudit(lab, {
          actor: actor.username,
          action: 'patient',
          subject: facts.id,
          before: factsOf(known),
          after: factsOf(fresh),
        });
      }
      return facts.id;
    } catch (thrown) {
      if (!isLisError(thrown, 'STORE_DUPLICATE_KEY')) throw thrown;
    }
  }
}

function patientDoc(lab: Laboratory, actor: Actor, facts: PatientFacts, known: PatientDoc | null): PatientDoc {
  const name = facts.name.normalize('NFC').replaceAll(/\s+/g, ' ').trim();
  const said = {
    identifiers: facts.identifiers,
    phone: facts.phone,
    address: facts.address,
    insuranceNumber: facts.insuranceNumber,
  };
  const kept = Object.fromEntries(Object.entries(said).filter(([, value]) => value !== undefined));
  const until = isoNow(lab);
  const replaced = known !== null && differences(known, { ...facts, name }).length > 0;
  const earlier = replaced
    ? [earlierOf(known, until, actor), ...(known.earlier ?? [])].slice(0, mostEarlier)
    : undefined;
  return {
    ...(known ?? {}),
    _id: facts.id,
    name,
    searchName: searchNameOf(name),
    sex: facts.sex,
    birthDate: facts.birthDate,
    ...kept,
    ...(earlier === undefined ? {} : { earlier }),
    version: (known?.version ?? 0) + 1,
    updatedAt: until,
  };
}

/** Replaced facts kept with a record; all of them are in the audit trail. */
const mostEarlier = 5;

type Who = Pick<PatientFacts, 'name' | 'sex' | 'birthDate'>;

function earlierOf({ name, sex, birthDate }: Who, until: string, actor: Actor) {
  return { name, sex, birthDate, until, by: actor.username };
}

/** Which of name, sex and birth date say another person: another spelling, or more of a date, does not. */
function differences(known: Who, said: Who): ('name' | 'sex' | 'birthDate')[] {
  const other = (one: string, two: string): boolean => one !== '' && two !== '' && one !== two;
  const sexOf = ({ sex }: Who): string => (sex === 'unknown' ? '' : sex);
  const shorter = Math.min(known.birthDate.length, said.birthDate.length);
  return [
    ...(other(searchNameOf(known.name), searchNameOf(said.name)) ? (['name'] as const) : []),
    ...(other(sexOf(known), sexOf(said)) ? (['sex'] as const) : []),
    ...(other(known.birthDate.slice(0, shorter), said.birthDate.slice(0, shorter)) ? (['birthDate'] as const) : []),
  ];
}

/**
 * Throws PATIENT_DIFFERS where the id is registered already with another name, sex or birth date; of an id that was merged
 * into another it is the survivor who must be the same: the specimen would be hers.
 */
export async function requireSamePatient(lab: Laboratory, facts: PatientFacts): Promise<void> {
  const { patients } = lab.collections;
  const said = await patients.findOne({ _id: facts.id });
  const known = said?.mergedInto === undefined ? said : await patients.findOne({ _id: said.mergedInto });
  if (known === null) return;
  const fields = differences(known, facts);
  if (fields.length === 0) return;
  const { name, sex, birthDate } = known;
  throw new LisError('PATIENT_DIFFERS', {
    patient: known._id,
    fields: fields.join(', '),
    known: { name, sex, birthDate },
  });
}

function factsOf(patient: PatientDoc): Omit<PatientDoc, 'version' | 'updatedAt' | 'searchName' | 'earlier'> {
  const { version: _version, updatedAt: _at, searchName: _search, earlier: _earlier, ...facts } = patient;
  return facts;
}

function sameFacts(one: PatientDoc, other: PatientDoc): boolean {
  const sorted = (patient: PatientDoc): string =>
    JSON.stringify(Object.entries(factsOf(patient)).sort(([a], [b]) => (a < b ? -1 : 1)));
  return sorted(one) === sorted(other);
}
