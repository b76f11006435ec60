import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { extractMessages } from '../protocols/astm/extract.ts';
import { frameMessage } from '../protocols/astm/write.ts';
import { frameBlock as frameTextBlock } from '../protocols/blocks/block.ts';
import { extractBlocks as extractTextBlocks } from '../protocols/blocks/extract.ts';
import { concat } from '../protocols/bytes.ts';
import { spell } from '../protocols/control.ts';
import { extractBlocks } from '../protocols/hl7v2/extract.ts';
import { frameBlock } from '../protocols/hl7v2/write.ts';
import { startingCatalogue } from '../src/acts/starting-catalogue.ts';
import { conversion, sameUnit } from '../src/domain/units.ts';
import { catalogue, driverById } from './catalogue.ts';
import type { Decoded, DecodedObservation, Driver, OrderForAnalyzer } from './driver.ts';
import { bytesOf, readVectors, type Vector } from './vector.ts';

const here = fileURLToPath(new URL('.', import.meta.url));
const analytes = new Map(
  startingCatalogue().flatMap((entry) => (entry.kind === 'analyte' ? [[entry.code, entry] as const] : [])),
);
const withVectors = catalogue.map((driver) => ({ id: driver.id, driver, vectors: readVectors(driver.id) }));
const everyVector = withVectors.flatMap(({ driver, vectors }) =>
  [...vectors].map(([name, vector]) => ({ title: `${driver.id} ${name}`, driver, vector })),
);

describe.each(withVectors)('$id', ({ driver, vectors }) => {
  test('has an id equal to its folder, a README and vectors', () => {
    expect(driver.id).toMatch(/^[a-z0-9-]+\/[a-z0-9.-]+$/);
    expect(existsSync(`${here}${driver.id}/driver.ts`)).toBe(true);
    expect(existsSync(`${here}${driver.id}/README.md`)).toBe(true);
    expect(vectors.size).toBeGreaterThan(0);
  });

  test('names its sources', () => {
    expect(driver.sources.length).toBeGreaterThan(0);
    for (const source of driver.sources) expect(source.page ?? source.url, source.title).toBeDefined();
  });

  test('maps each host code once, with unit and place where it was seen', () => {
    const codes = driver.codes.map((code) => code.hostCode);
    expect(new Set(codes).size).toBe(codes.length);
    for (const code of driver.codes) {
      expect(code.unit, code.hostCode).toBeDefined();
      expect(code.cite, code.hostCode).toBeTruthy();
      expect(code.loinc, code.hostCode).toMatch(/^\d+-\d$/);
      const analyte = analytes.get(code.analyte);
      expect(analyte, `${code.hostCode} -> ${code.analyte}`).toBeDefined();
      if (analyte === undefined || analyte.valueKind === 'qualitative') continue;
      const [from, to] = [code.unit ?? '', analyte.unit ?? ''];
      expect(sameUnit(from, to) || conversion(from, to, analyte) !== null, `${code.hostCode}: ${from} to ${to}`).toBe(
        true,
      );
    }
  });

  test('exercises every quirk with a vector of its own', () => {
    for (const quirk of driver.quirks) expect([...vectors.keys()], quirk.name).toContain(quirk.vector);
    expect(new Set(driver.quirks.map((quirk) => quirk.name)).size).toBe(driver.quirks.length);
  });

  test('shows results and, where it can, QC and queries in vectors', () => {
    const kinds = new Set([...vectors.values()].flatMap((vector) => vector.expect.kinds));
    if (driver.capabilities.includes('results')) expect(kinds).toContain('results');
    if (driver.capabilities.includes('qc')) expect(kinds).toContain('qc');
    if (driver.capabilities.includes('queries')) expect(kinds).toContain('query');
  });

  test('is found by its id', () => expect(driverById(driver.id)).toBe(driver));
});

test('ids are unique, vendors are written one way', () => {
  expect(new Set(catalogue.map((driver) => driver.id)).size).toBe(catalogue.length);
  const spelled = new Map<string, string>();
  for (const { vendor } of catalogue) {
    const before = spelled.get(vendor.toLowerCase()) ?? vendor;
    expect(before).toBe(vendor);
    spelled.set(vendor.toLowerCase(), vendor);
  }
});

test.each(everyVector)('$title is recognised by its own driver and by no other', ({ driver, vector }) => {
  const raw = bytesOf(vector, 'analyzer');
  const scores = catalogue
    .map((each) => ({ id: each.id, score: each.recognise(raw) }))
    .filter((each) => each.score > 0);
  const best = Math.max(...scores.map((each) => each.score), 0);
  expect(scores.filter((each) => each.score === best).map((each) => each.id)).toEqual([driver.id]);
});

test.each(everyVector)('$title decodes as it says', ({ driver, vector }) => {
  const decoded = driver.decode(bytesOf(vector, 'analyzer'));
  const { expect: expected } = vector;
  expect(decoded.messages.map((message) => message.kind)).toEqual(expected.kinds);
  expect(decoded.messages).toHaveLength(expected.messages);
  const found = decoded.messages.flatMap((message) => message.observations.map(withoutSpan));
  expect(found).toEqual(expected.observations.map(withoutNull));
  if (expected.accessions !== undefined) {
    expect(decoded.messages.map((message) => message.accession).filter((each) => each !== undefined)).toEqual(
      expected.accessions,
    );
  }
  if (expected.patient !== undefined) expect(decoded.messages[0]?.patient).toEqual(expected.patient);
  if (expected.control !== undefined) expect(decoded.messages[0]?.control).toEqual(expected.control);
  if (expected.queries !== undefined) {
    const queries = decoded.messages.flatMap((message) => message.queries ?? []);
    expect(queries).toMatchObject(expected.queries);
    expect(queries).toHaveLength(expected.queries.length);
  }
  if (expected.attachments !== undefined) {
    expect(decoded.messages.flatMap((message) => message.attachments ?? []).map((each) => each.name)).toEqual(
      expected.attachments,
    );
  }
  if (expected.comments !== undefined)
    expect(decoded.messages.flatMap((message) => message.comments ?? [])).toEqual(expected.comments);
  const held = decoded.messages.flatMap((message) => message.held.map((each) => each.reason));
  if (expected.held === null) expect(held.length).toBeGreaterThan(0);
  else expect(held).toEqual(expected.held);
  if (expected.faults !== null) expect(decoded.faults.map((fault) => fault.code)).toEqual(expected.faults);
});

test.each(everyVector)('$title has spans that hold the values', ({ driver, vector }) => {
  const raw = bytesOf(vector, 'analyzer');
  for (const observation of driver.decode(raw).messages.flatMap((message) => message.observations)) {
    const [start, end] = observation.span;
    const text = Buffer.from(raw.subarray(start, end))
      .toString('utf8')
      .replaceAll(/[^\x20-\x7e]|\x03?\x17?/g, '');
    expect(start).toBeLessThan(end);
    const lastDigits = observation.value.replace('.', '').slice(-1);
    expect(text).toContain(lastDigits);
  }
});

const twoWay = everyVector.filter(({ vector }) => vector.orders !== undefined);

test.each(twoWay)('$title: the answer is the literal one', ({ driver, vector }) => {
  const raw = bytesOf(vector, 'analyzer');
  const query = driver.decode(raw).messages.find((message) => message.kind === 'query');
  expect(query).toBeDefined();
  if (query === undefined) return;
  let number = 0;
  const context = {
    now: '20260312120000',
    hostName: driver.protocol === 'astm' ? 'host' : 'LIS',
    nextControlId: () => {
      number += 1;
      return `H${number}`;
    },
  };
  const orders = (vector.orders ?? []) as readonly OrderForAnalyzer[];
  const answer = driver.answer?.(query, orders, vector.unknown ?? [], raw, context) ?? [];
  const size = driver.link?.sendFrame ?? 240;
  const simplified = driver.link?.framing === 'simplified';
  const { blocks } = driver;
  const sent = blocks
    ? concat(answer.map((text) => frameTextBlock(text, blocks.check)))
    : driver.protocol === 'astm'
      ? concat(simplified ? answer.map(withoutFrames) : framed(answer, size))
      : concat(answer.map(frameBlock));
  expect(spell(sent)).toBe(hostMessages(vector, driver));
});

/** Simplified framing: the whole message between STX and ETX. */
function withoutFrames(message: Uint8Array): Uint8Array {
  return concat([Uint8Array.of(0x02), message, Uint8Array.of(0x03)]);
}

/** Frame numbers go on over the messages of one session. */
function framed(answer: readonly Uint8Array[], size: number): Uint8Array[] {
  const frames: Uint8Array[] = [];
  for (const message of answer) frames.push(...frameMessage(message, { first: (frames.length + 1) % 8, size }));
  return frames;
}

/** What the host sends of its own accord: frames or blocks, without the handshake. */
function hostMessages(vector: Vector, driver: Driver): string {
  const lines = vector.exchange.flatMap((each) => ('host' in each ? [each.host] : []));
  return lines.filter((line) => line.startsWith(driver.protocol === 'hl7v2' ? '<VT>' : '<STX>')).join('');
}

test.each(everyVector)(
  '$title: cut at any prefix gives no observation of an unfinished message',
  ({ driver, vector }) => {
    const raw = bytesOf(vector, 'analyzer');
    const ends = completeEnds(driver, raw);
    const whole = flat(driver.decode(raw));
    for (const length of cuts(raw, ends)) {
      const decoded = driver.decode(raw.subarray(0, length));
      const due = ends.filter((end) => end <= length).length;
      const observations = flat(decoded);
      if (due === 0 && ends.length > 0) expect(observations, `cut at ${length}`).toEqual([]);
      expect(whole).toEqual(expect.arrayContaining(observations));
    }
  },
);

/** Some hundred lengths over the whole, every length around the end of a message, and every one of the last bytes. */
function cuts(raw: Uint8Array, ends: readonly number[]): Set<number> {
  const step = Math.max(1, Math.floor(raw.length / 97));
  const lengths = Array.from({ length: Math.ceil(raw.length / step) }, (_each, index) => index * step);
  const near = [...ends, raw.length].flatMap((end) => Array.from({ length: 12 }, (_each, index) => end - 9 + index));
  return new Set([...lengths, ...near].filter((length) => length >= 0 && length < raw.length));
}

/** Where each message has its last frame with a good checksum: captures come with the CR LF behind it trimmed off. */
function completeEnds(driver: Driver, raw: Uint8Array): number[] {
  if (driver.protocol === 'hl7v2')
    return extractBlocks(raw)
      .messages.filter((each) => each.complete)
      .map((each) => each.span[1] - 1);
  if (driver.blocks !== undefined)
    return (
      extractTextBlocks(raw, driver.blocks.check, raw.length)
        .messages.filter((each) => each.complete)
        // what stands behind the two digits of a marked sum proves nothing more
        .map(({ span: [, end] }) => (driver.blocks?.check === 'sumMarked' ? raw.lastIndexOf(0x1d, end) + 3 : end))
    );
  if (driver.link?.framing === 'none') {
    // bare records: the terminator is there with its letter
    return [
      ...Buffer.from(raw)
        .toString('latin1')
        .matchAll(/[\r\n]L/g),
    ].map((match) => match.index + 2);
  }
  if (driver.protocol === 'astm') {
    return extractMessages(raw)
      .messages.filter((each) => each.complete)
      .map(({ span: [, end] }) => (raw[end - 2] === 0x0d ? end - 2 : end));
  }
  return [];
}

function flat(decoded: Decoded): DecodedObservation[] {
  return decoded.messages.flatMap((message) => message.observations);
}

function withoutSpan(observation: DecodedObservation): Record<string, unknown> {
  const { span: _span, ...rest } = observation;
  return rest;
}

function withoutNull(expected: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(expected).filter(([, value]) => value !== null));
}
