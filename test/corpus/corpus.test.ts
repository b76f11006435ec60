import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { decodeCapture } from '../../src/cli/decode.ts';
import { countValueRecords } from './count-records.ts';
import { otherCounts, unclaimed } from './exceptions.ts';

/** Real traffic beside the checkout (its README says why none is copied into the project). */
const corpus = fileURLToPath(new URL('../../../shared/corpus', import.meta.url));
const there = existsSync(corpus);

const printed = z.looseObject({
  driver: z.string().nullable(),
  protocol: z.string().nullable(),
  messages: z.array(
    z.looseObject({
      observations: z.array(
        z.looseObject({
          hostCode: z.string().min(1),
          value: z.string(),
          flags: z.array(z.string()),
          span: z.tuple([z.int(), z.int()]),
        }),
      ),
      attachments: z.array(z.unknown()).optional(),
      held: z.array(z.looseObject({ reason: z.string().min(1), detail: z.string().min(1) })),
    }),
  ),
  faults: z.array(z.looseObject({ code: z.string(), at: z.int() })),
});

/** Every file, whatever it is; `sealed.bin` is kept for acceptance and never read. */
const files = there
  ? readdirSync(corpus, { recursive: true, encoding: 'utf8' })
      .filter((file) => file !== 'sealed.bin' && statSync(join(corpus, file)).isFile())
      .sort()
  : [];
const read = (file: string): Uint8Array => readFileSync(join(corpus, file));
const results = new Map(files.map((file) => [file, printed.parse(decodeCapture(read(file)))]));
/** Traffic of analyzers: `emr` is the publishing side. */
const captures = files.filter(
  (file) => /\.(astm|hl7|txt|bci|bin)$/.test(file) && !file.startsWith('emr/') && file.includes('/'),
);
const claimed = captures.filter((file) => results.get(file)?.driver !== null);

describe.skipIf(!there)('the corpus', () => {
  test('is decoded without a crash, file by file, into what the contract says', () => {
    expect(files.length).toBeGreaterThan(500);
    expect(results.size).toBe(files.length);
  });

  test('has spans within the file that hold the last digit of the value', () => {
    for (const file of claimed) {
      const raw = read(file);
      for (const { value, span } of results.get(file)?.messages.flatMap((each) => each.observations) ?? []) {
        const [start, end] = span;
        expect(start, file).toBeGreaterThanOrEqual(0);
        expect(end, file).toBeLessThanOrEqual(raw.length);
        const digit = /\d(?=\D*$)/.exec(value)?.[0];
        if (digit !== undefined)
          expect(Buffer.from(raw.subarray(start, end)).toString('latin1'), file).toContain(digit);
      }
    }
  });

  test('gives an observation for every record that bears a value, or the exception is named', () => {
    const found: Record<string, { records: number; observations: number }> = {};
    for (const file of claimed) {
      const output = results.get(file);
      const observations = output?.messages.reduce(
        (sum, message) => sum + message.observations.length + (message.attachments?.length ?? 0),
        0,
      );
      const records = countValueRecords(read(file), output?.protocol ?? '');
      if (records !== observations) found[file] = { records, observations: observations ?? 0 };
    }
    const named = Object.entries(otherCounts).map(([file, { records, observations }]) => [
      file,
      { records, observations },
    ]);
    expect(found).toEqual(Object.fromEntries(named));
  });

  test('has a driver for every capture, or the reason why not', () => {
    const without = captures.filter((file) => !claimed.includes(file));
    const names = Object.keys(unclaimed);
    const unnamed = without.filter((file) => !names.some((name) => file.startsWith(name)));
    expect(unnamed).toEqual([]);
    const stale = names.filter((name) => !without.some((file) => file.startsWith(name)));
    expect(stale, 'take these off the list: a driver claims them now').toEqual([]);
  });

  test('says in faults what the wire lost', () => {
    for (const file of claimed) {
      const output = results.get(file);
      const held =
        output?.messages.some((message) => message.held.some((each) => each.reason.startsWith('LINK_'))) === true;
      if (held) expect(output?.faults.length, file).toBeGreaterThan(0);
    }
  });
});
