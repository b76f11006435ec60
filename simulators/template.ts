import type { DecodedMessage, Driver, MessageKind } from '../drivers/driver.ts';
import { wholeTexts } from './texts.ts';
import { analyzerBytes, loadVectors } from './vectors.ts';

/** A message of the driver's own vectors, without framing, to be filled with other facts. */
export interface Template {
  /** File of the vector it is from. */
  readonly file: string;
  readonly kind: MessageKind;
  readonly text: string;
  readonly decoded: readonly DecodedMessage[];
}

export interface Facts {
  readonly accession: string;
  /** Local wall clock. */
  readonly at: Date;
  /** 0 to 1; the same gives the same values. */
  readonly random: () => number;
  readonly controlId: string;
}

const latin1 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('latin1');

/** Templates of a driver, sound ones only: what a vector sends damaged is no template. */
export function templatesOf(driver: Driver, home?: string): Template[] {
  return loadVectors(driver.id, home).flatMap((vector) => {
    const bytes = analyzerBytes(vector);
    return wholeTexts(driver, bytes).flatMap((bare): Template[] => {
      const text = latin1(bare);
      const { messages, faults } = driver.decode(Buffer.from(text, 'latin1'));
      const first = messages[0];
      if (first === undefined || faults.length > 0 || messages.some((each) => each.held.length > 0)) return [];
      return [{ file: vector.file, kind: first.kind, text, decoded: messages }];
    });
  });
}

/**
 * Results of one specimen under its own number, of the usual material: what a scenario may put any number into. A number
 * that is escaped in the text is none.
 */
export function isPlain(template: Template): boolean {
  const [number, ...others] = new Set(template.decoded.map((message) => message.accession));
  return (
    number !== undefined &&
    others.length === 0 &&
    template.text.includes(number) &&
    !template.decoded.some((message) => message.observations.some((each) => each.specimen === 'urine'))
  );
}

/** Something a technician must look at: an alarm, a value out of range or masked, a remark of the analyzer. */
export function isFlagged(template: Template): boolean {
  return template.decoded.some(
    (message) =>
      (message.comments ?? []).length > 0 ||
      message.observations.some(
        (each) =>
          each.value === '' || each.comparator !== undefined || each.flags.some((flag) => !/^(N|NONE|F)?$/.test(flag)),
      ),
  );
}

/** The runs of a specimen that was measured again, first run first: the messages of the vector that shows a rerun. */
export function isRerun(template: Template): boolean {
  return /^(rerun|replicates|over-range-and-dilution)/.test(template.file);
}

/** The template with another accession, time and values: the form of every field stays the analyzer's. */
export function fill(template: Template, driver: Driver, facts: Facts): Uint8Array {
  const varied = varyValues(template, facts.random);
  const accession = template.decoded.find((each) => each.accession !== undefined)?.accession ?? askedFor(template);
  const named =
    accession === undefined
      ? varied
      : replaceAccession(varied, accession, facts.accession, driver.blocks !== undefined);
  const timed = named.replaceAll(/(?<!\d)20\d{12}(?!\d)/g, stamp(facts.at));
  const numbered = driver.protocol === 'hl7v2' ? replaceControlId(timed, facts.controlId) : timed;
  const bytes = Buffer.from(numbered, 'latin1');
  return driver.report?.talk?.seal(bytes) ?? bytes;
}

function askedFor(template: Template): string | undefined {
  return template.decoded.flatMap((each) => each.queries ?? []).find((query) => query.accession !== undefined)
    ?.accession;
}

/** Values change within a tenth, decimals stay as many as the analyzer prints. */
function varyValues(template: Template, random: () => number): string {
  const spans = template.decoded
    .flatMap((message) => message.observations)
    .filter((each) => /^\d+(\.\d+)?$/.test(each.value) && each.comparator === undefined)
    .sort((one, other) => other.span[0] - one.span[0]);
  let text = template.text;
  for (const { span, value } of spans) {
    const sent = text.slice(span[0], span[1]);
    const decimals = value.split('.')[1]?.length ?? 0;
    const varied = (Number(value) * (0.9 + random() * 0.2)).toFixed(decimals);
    const padded = varied.padStart(value.length, value.startsWith('0') && decimals === 0 ? '0' : '');
    text = text.slice(0, span[0]) + putIn(sent, value, padded) + text.slice(span[1]);
  }
  return text;
}

/** A field of a fixed width (the value stands in blanks, or as digits without its point) stays as wide as it is. */
function putIn(sent: string, value: string, varied: string): string {
  if (sent === value) return varied;
  if (sent.includes(value)) {
    const wider = sent.replace(value, varied).padStart(sent.length);
    const fitted = wider.replace(new RegExp(`^ {0,${Math.max(0, wider.length - sent.length)}}`), '');
    return fitted.length > sent.length ? sent : fitted;
  }
  const digits = varied.replace('.', '').padStart(sent.length, '0');
  return /^\d+$/.test(sent) && digits.length === sent.length ? digits : sent;
}

/** Right-aligned fields stay as wide as they are; in blocks of fixed places every field does. */
function replaceAccession(text: string, from: string, to: string, fixed: boolean): string {
  const padded = from.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');
  const pattern = new RegExp(`(${fixed ? ' *|0*' : ' *'})${padded}`, 'g');
  return text.replaceAll(pattern, (_whole, padding: string) =>
    padding === '' && !fixed ? to : to.padStart(padding.length + from.length, padding[0] ?? ' '),
  );
}

function replaceControlId(text: string, controlId: string): string {
  const end = text.indexOf('\r');
  const fields = text.slice(0, end).split(text[3] ?? '|');
  fields[9] = controlId;
  return fields.join(text[3] ?? '|') + text.slice(end);
}

function stamp(at: Date): string {
  const two = (number: number): string => String(number).padStart(2, '0');
  return `${at.getFullYear()}${two(at.getMonth() + 1)}${two(at.getDate())}${two(at.getHours())}${two(at.getMinutes())}${two(at.getSeconds())}`;
}

/** A small seeded generator (mulberry32): scenarios can be run again with the same values. */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
