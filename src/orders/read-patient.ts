import type { Hl7Message } from '../../protocols/hl7v2/message.ts';
import type { Hl7Field, Hl7Segment } from '../../protocols/hl7v2/parts.ts';
import type { Sex } from '../domain/ids.ts';
import { dateOf } from './times.ts';

/** What PID says of a patient: a field that was not sent is absent, one sent as `""` is empty. */
export interface SentPatient {
  readonly id: string;
  readonly identifiers?: readonly { readonly system: string; readonly value: string }[];
  readonly name?: string;
  readonly sex?: Sex;
  readonly birthDate?: string;
  readonly phone?: string;
  readonly address?: string;
}

/** Where the patient is, and on which visit. */
export interface SentVisit {
  readonly ward?: string;
  readonly encounter?: string;
}

/** Kinds of PID-3 that name a patient of the hospital, not a person of the state (HL7 table 0203). */
const ownKinds: readonly string[] = ['MR', 'PI', 'PT'];
const longestId = 100;

/** Null where PID-3 names nobody. */
export function readPatient(message: Hl7Message): SentPatient | null {
  const pid = message.segment('PID');
  const ids = (pid?.field(3).repeats ?? []).flatMap((repeat) => {
    const value = repeat.component(1).text.trim();
    const kind = repeat.component(5).text.trim();
    const system = repeat.component(4).subcomponent(1).text.trim() || kind;
    return value === '' || repeat.isNull ? [] : [{ value, kind, system }];
  });
  const own = ids.find((each) => ownKinds.includes(each.kind)) ?? ids[0];
  if (pid === undefined || own === undefined || !isUsable(own.value)) return null;
  const others = ids
    .filter((each) => each !== own)
    .map(({ system, value }) => ({ system: system || 'unknown', value }));
  return {
    id: own.value,
    ...(others.length === 0 ? {} : { identifiers: others }),
    ...given('name', pid.field(5), nameOf),
    ...given('birthDate', pid.field(7), (field) => dateOf(field.component(1).text)),
    ...given('sex', pid.field(8), (field) => sexOf(field.component(1).text)),
    ...given('address', pid.field(11), addressOf),
    ...given('phone', pid.field(13), (field) => field.component(1).text.trim() || field.component(12).text.trim()),
  };
}

/** Who MRG names: PID-3 of the patient that goes. */
export function readMerged(message: Hl7Message): string | null {
  const id = message.segment('MRG')?.field(1).component(1).text.trim() ?? '';
  return isUsable(id) ? id : null;
}

export function readVisit(message: Hl7Message): SentVisit {
  const pv1 = message.segment('PV1');
  const ward = placeOf(pv1);
  const encounter = pv1?.field(19).component(1).text.trim() ?? '';
  return { ...(ward === '' ? {} : { ward }), ...(encounter === '' ? {} : { encounter }) };
}

/** PV1-3: point of care, else the facility. */
function placeOf(pv1: Hl7Segment | undefined): string {
  const field = pv1?.field(3);
  if (field === undefined || field.isNull) return '';
  return field.component(1).text.trim() || field.component(4).text.trim();
}

function isUsable(id: string): boolean {
  return id !== '' && id !== '""' && id.length <= longestId && !/\p{Cc}/u.test(id);
}

/** Family, middle, given: the Vietnamese order, whichever of them the sender splits off. */
function nameOf(field: Hl7Field): string {
  return [1, 3, 2]
    .map((number) => field.component(number).subcomponent(1).text.trim())
    .filter((part) => part !== '' && part !== '""')
    .join(' ');
}

function addressOf(field: Hl7Field): string {
  return [1, 2, 3, 4]
    .map((number) => field.component(number).subcomponent(1).text.trim())
    .filter((part) => part !== '')
    .join(', ');
}

function sexOf(text: string): Sex {
  const letter = text.trim().toUpperCase();
  if (letter === 'M') return 'male';
  if (letter === 'F') return 'female';
  return letter === 'O' || letter === 'A' ? 'other' : 'unknown';
}

function given<K extends string, T>(name: K, field: Hl7Field, read: (field: Hl7Field) => T | ''): { [P in K]?: T } {
  if (field.raw === '') return {};
  const value = field.isNull ? '' : read(field);
  const member: { [P in K]?: T } = {};
  member[name] = value as T;
  return member;
}
