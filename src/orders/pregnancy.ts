import type { Hl7Message } from '../../protocols/hl7v2/message.ts';

/** LOINC codes that ask for it: Pregnancy status; Pregnancy status - Reported. */
const questions: readonly string[] = ['82810-3', '11449-6'];
/** Findings that say it by themselves: answers of LOINC, and SNOMED CT. */
const findings: ReadonlyMap<string, boolean> = new Map([
  ['LA15173-0', true],
  ['77386006', true],
  ['LA26683-5', false],
  ['60001007', false],
]);
/** HL7 table 0136, as an answer to the question. */
const yesOrNo: ReadonlyMap<string, boolean> = new Map([
  ['Y', true],
  ['N', false],
]);
const findingSystems: readonly string[] = ['LN', 'SCT'];
/** OBX-11: deleted, not to be had, wrong. */
const saysNothing: readonly string[] = ['D', 'X', 'W'];

/** Whether a LOINC code asks if the patient is pregnant. */
export const asksPregnancy = (loinc: string): boolean => questions.includes(loinc);

/** What a coded answer to it says; undefined for `unknown` and for what is not known here: that changes nothing. */
export const answeredPregnancy = (code: string): boolean | undefined => findings.get(code) ?? yesOrNo.get(code);

/** What several places say together: `both` where they contradict each other. */
export function together(said: readonly boolean[]): boolean | 'both' | undefined {
  const [first] = said;
  return said.every((each) => each === first) ? first : 'both';
}

/**
 * Whether an order says that the patient is pregnant: an OBX with the LOINC code 82810-3 or 11449-6 and a coded answer
 * (ask at order entry), or a coded finding in OBR-13 (relevant clinical information). Words alone are not read.
 */
export function readPregnancy({ segments }: Hl7Message): boolean | 'both' | undefined {
  const said = segments.flatMap((segment): (boolean | undefined)[] => {
    if (segment.name === 'OBR')
      return segment
        .field(13)
        .repeats.filter((each) => findingSystems.includes(each.component(3).text.trim()))
        .map((each) => findings.get(each.component(1).text.trim()));
    if (segment.name !== 'OBX' || saysNothing.includes(segment.field(11).text.trim())) return [];
    const question = segment.field(3);
    if (![1, 4].some((number) => asksPregnancy(question.component(number).text.trim()))) return [];
    return [1, 4].map((number) => answeredPregnancy(segment.field(5).component(number).text.trim()));
  });
  return together(said.filter((each) => each !== undefined));
}
