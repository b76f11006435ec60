import type { Actor } from '../domain/ids.ts';
import { isLisError } from '../errors.ts';
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
 * Write what a registration says of a patient; what it does not say stays. A patient merged into another is registered
 * under the survivor. Returns the id to use.
 */
export async function savePatient(lab: Laboratory, actor: Actor, facts: PatientFacts): Promise<string> {
  const { patients } = lab.collections;
  for (;;) {
    const known = await patients.findOne({ _id: facts.id });
    if (known?.mergedInto !== undefined) return known.mergedInto;
    const fresh = patientDoc(lab, facts, known);
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

function patientDoc(lab: Laboratory, facts: PatientFacts, known: PatientDoc | null): PatientDoc {
  const name = facts.name.normalize('NFC').replaceAll(/\s+/g, ' ').trim();
  const said = {
    identifiers: facts.identifiers,
    phone: facts.phone,
    address: facts.address,
    insuranceNumber: facts.insuranceNumber,
  };
  const kept = Object.fromEntries(Object.entries(said).filter(([, value]) => value !== undefined));
  return {
    ...(known ?? {}),
    _id: facts.id,
    name,
    searchName: searchNameOf(name),
    sex: facts.sex,
    birthDate: facts.birthDate,
    ...kept,
    version: (known?.version ?? 0) + 1,
    updatedAt: isoNow(lab),
  };
}

function factsOf(patient: PatientDoc): Omit<PatientDoc, 'version' | 'updatedAt' | 'searchName'> {
  const { version: _version, updatedAt: _at, searchName: _search, ...facts } = patient;
  return facts;
}

function sameFacts(one: PatientDoc, other: PatientDoc): boolean {
  const sorted = (patient: PatientDoc): string =>
    JSON.stringify(Object.entries(factsOf(patient)).sort(([a], [b]) => (a < b ? -1 : 1)));
  return sorted(one) === sorted(other);
}
