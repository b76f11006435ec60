import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { extractMessages } from '../../protocols/astm/extract.ts';
import { createLink, type LinkEffect, type LinkInput, type LinkState, step } from '../../protocols/astm/link.ts';
import { parseRecords } from '../../protocols/astm/records.ts';
import { encodeMessage, type FieldOut, frameMessage, type RecordOut } from '../../protocols/astm/write.ts';
import { concat } from '../../protocols/bytes.ts';
import { spell, unspell } from '../../protocols/control.ts';
import { frame } from './astm-play.ts';

const text = fc.string({ unit: fc.constantFrom(...'ab Z09.,|\\^&~\t\u00e9\u1ec7'), maxLength: 12 });
const component: fc.Arbitrary<FieldOut> = fc.array(text, { minLength: 1, maxLength: 4 });
const field: fc.Arbitrary<FieldOut> = fc.oneof(
  text,
  component,
  fc.record({ repeats: fc.array(fc.array(text, { minLength: 1, maxLength: 3 }), { minLength: 1, maxLength: 3 }) }),
);
const record: fc.Arbitrary<RecordOut> = fc
  .tuple(fc.constantFrom('P', 'O', 'R', 'C', 'Q', 'M'), fc.array(field, { maxLength: 6 }))
  .map(([type, fields]): RecordOut => [type, ...fields]);
const delimiters = fc
  .uniqueArray(fc.constantFrom(...'|\\^&@!~$#;'), { minLength: 4, maxLength: 4 })
  .map(([a = '|', b = '\\', c = '^', d = '&']) => ({ field: a, repeat: b, component: c, escape: d }));

/** Leaves of a field as they must come back: no trailing empty components, no trailing empty fields. */
function leaves(value: FieldOut): string[][] {
  const repeats = typeof value === 'string' ? [[value]] : 'repeats' in value ? value.repeats : [value];
  return repeats.map((each) => {
    const parts = typeof each === 'string' ? [each] : [...each];
    while (parts.length > 1 && parts.at(-1) === '') parts.pop();
    return parts;
  });
}

describe('what is written is read back', () => {
  test('fields, repeats and components under any delimiters, through frames of any size', () => {
    fc.assert(
      fc.property(
        fc.array(record, { maxLength: 6 }),
        delimiters,
        fc.integer({ min: 1, max: 300 }),
        (middle, marks, size) => {
          const message = encodeMessage([['H'], ...middle, ['L', '1', 'N']], undefined, marks);
          const raw = concat([Uint8Array.of(5), ...frameMessage(message, { size }), Uint8Array.of(4)]);
          const { messages, faults } = extractMessages(raw);
          expect(faults).toEqual([]);
          expect(messages).toHaveLength(1);
          const [found] = messages;
          if (found === undefined) return;
          expect(found.complete).toBe(true);
          const records = parseRecords(found, (bytes) => new TextDecoder().decode(bytes));
          expect(records.map((each) => each.type)).toEqual(['H', ...middle.map(([type]) => type), 'L']);
          for (const [index, [, ...fields]] of middle.entries()) {
            for (const [at, value] of fields.entries()) {
              const read = records[index + 1]?.field(at + 2);
              const expected = leaves(value);
              expect(read?.repeats.map((each) => each.components.map((part) => part.text))).toEqual(expected);
              // A span holds the bytes of its field, with framing between them where a frame cuts it.
              const [start, end] = read?.span ?? [0, 0];
              const sent = new TextEncoder().encode(read?.raw ?? '');
              if (sent.length > 0) expect([raw[start], raw[end - 1]]).toEqual([sent[0], sent.at(-1)]);
            }
          }
        },
      ),
      { numRuns: 300, seed: 11 },
    );
  });
});

type Op =
  | { readonly kind: 'frame'; readonly text: string; readonly end: 'ETX' | 'ETB' }
  | { readonly kind: 'damaged' | 'again' | 'skipped' | 'cut' }
  | { readonly kind: 'bytes'; readonly bytes: string };

const recordText = fc.constantFrom(
  'H|\\^&<CR>',
  'P|1<CR>',
  'O|1|A1<CR>',
  'R|1|^^^K|4.1<CR>',
  'R|1|^^^K|4',
  '.1<CR>',
  'L|1|N<CR>',
  'L|1',
  '<CR>',
);
const op: fc.Arbitrary<Op> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant('frame' as const),
      text: recordText,
      end: fc.constantFrom('ETX' as const, 'ETB' as const),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constantFrom('damaged' as const, 'again' as const, 'skipped' as const, 'cut' as const),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('bytes' as const),
      bytes: fc.constantFrom(
        '<ENQ>',
        '<EOT>',
        '<STX>',
        '<ACK>',
        '<NAK>',
        '<CR><LF>',
        'noise',
        '<ETX>',
        '<STX>1',
        '<NUL>',
      ),
    }),
  },
);

/** Bytes of a session in which much goes wrong. */
function wire(ops: readonly Op[]): Uint8Array {
  let number = 1;
  let last = '';
  let out = '<ENQ>';
  for (const each of ops) {
    if (each.kind === 'bytes') {
      out += each.bytes;
      if (each.bytes === '<ENQ>') number = 1;
      continue;
    }
    if (each.kind === 'frame') {
      last = frame(number, each.text, each.end);
      number = (number + 1) % 8;
      out += last;
    } else if (each.kind === 'again') out += last;
    else if (each.kind === 'damaged') out += frame(number, 'R|1|^^^K|9.9<CR>', 'ETB').replace('9.9', '9.8');
    else if (each.kind === 'skipped') out += frame((number + 3) % 8, 'R|1|^^^K|9.7<CR>', 'ETB');
    else out += frame(number, 'R|1|^^^K|9.6<CR>', 'ETB').slice(0, 14);
  }
  return unspell(out);
}

/** Run bytes in pieces; each complete delivery is committed or refused as `verdicts` say, after `lag` more pieces. */
function run(
  raw: Uint8Array,
  cuts: readonly number[],
  verdicts: readonly boolean[],
): { effects: LinkEffect[]; state: LinkState; inputs: LinkInput[] } {
  let state = createLink({ maxFrame: 200, maxMessage: 2_000 });
  const effects: LinkEffect[] = [];
  const inputs: LinkInput[] = [];
  let verdict = 0;
  const feed = (input: LinkInput): void => {
    inputs.push(input);
    const next = step(state, input);
    state = next.state;
    effects.push(...next.effects);
    if (next.effects.some((effect) => effect.type === 'deliver' && effect.complete)) {
      const committed = verdicts[verdict % Math.max(1, verdicts.length)] ?? true;
      verdict += 1;
      feed({ type: committed ? 'committed' : 'refused' });
    }
  };
  const places = [...new Set(cuts.map((cut) => cut % (raw.length + 1)))].sort((one, other) => one - other);
  let from = 0;
  for (const place of [...places, raw.length]) {
    feed({ type: 'bytes', bytes: raw.subarray(from, place) });
    from = place;
  }
  feed({ type: 'disconnected' });
  return { effects, state, inputs };
}

const cuts = fc.array(fc.nat(2_000), { maxLength: 12 });

describe('whatever goes wrong on the line', () => {
  test('the journalled bytes of a message that was acknowledged decode to that message and nothing else', () => {
    fc.assert(
      fc.property(fc.array(op, { maxLength: 25 }), cuts, (ops, places) => {
        const { effects } = run(wire(ops), places, [true]);
        for (const effect of effects) {
          if (effect.type !== 'deliver') continue;
          const complete = extractMessages(effect.raw).messages.filter((each) => each.complete);
          const read = complete.map((each) => spell(each.text)).join('');
          const delivered = spell(effect.text);
          // A frame refused for its number that never came rightly leaves a hole: it is told, and nothing is filed.
          if (effect.faults.some((fault) => fault.code === 'LINK_GAP')) continue;
          if (!effect.complete) expect(read, spell(effect.raw)).toBe('');
          // Several headers in one text: each but the last needs its own terminator. What is read is never more.
          else if (delivered.startsWith('H') && delivered.lastIndexOf('H|') === 0)
            expect(read, spell(effect.raw)).toBe(delivered);
          else expect(delivered).toContain(read);
        }
      }),
      { numRuns: 3_000, seed: 12 },
    );
  });

  test('each byte is in one delivery at most, in its order', () => {
    fc.assert(
      fc.property(fc.array(op, { maxLength: 25 }), cuts, (ops, places) => {
        const raw = wire(ops);
        const { effects } = run(raw, places, [true]);
        let from = 0;
        for (const effect of effects) {
          if (effect.type !== 'deliver') continue;
          for (const byte of effect.raw) {
            const at = raw.indexOf(byte, from);
            expect(at).toBeGreaterThanOrEqual(from);
            from = at + 1;
          }
        }
      }),
      { numRuns: 1_000, seed: 13 },
    );
  });

  test('pieces do not matter', () => {
    fc.assert(
      fc.property(
        fc.array(op, { maxLength: 20 }),
        cuts,
        fc.array(fc.boolean(), { minLength: 1, maxLength: 4 }),
        (ops, places, verdicts) => {
          const raw = wire(ops);
          const told = (effects: readonly LinkEffect[]): string[] =>
            effects.flatMap((effect) => {
              if (effect.type === 'write') return [`write ${spell(effect.bytes)}`];
              if (effect.type === 'deliver') return [`deliver ${effect.complete} ${spell(effect.raw)}`];
              return effect.type === 'fault' ? [`fault ${effect.fault.code} ${effect.fault.at}`] : [];
            });
          expect(told(run(raw, places, verdicts).effects)).toEqual(told(run(raw, [], verdicts).effects));
        },
      ),
      { numRuns: 1_000, seed: 14 },
    );
  });

  test('a step leaves the state it was given as it was', () => {
    fc.assert(
      fc.property(fc.array(op, { maxLength: 15 }), cuts, (ops, places) => {
        const { inputs } = run(wire(ops), places, [true, false]);
        let state = createLink({ maxFrame: 200, maxMessage: 2_000 });
        for (const input of inputs) {
          const one = step(state, input);
          const other = step(state, input);
          expect(other).toEqual(one);
          state = one.state;
        }
      }),
      { numRuns: 200, seed: 15 },
    );
  });

  test('any bytes at all never throw, and ceilings hold', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 3_000 }), cuts, (raw, places) => {
        const { state } = run(concat([Uint8Array.of(5, 2), raw]), places, [true]);
        expect(state.inbox.length + state.raw.length + state.text.length).toBe(0);
        const { messages } = extractMessages(raw);
        for (const message of messages)
          parseRecords(message, (bytes) => spell(bytes)).map((each) => each.field(4).components);
      }),
      { numRuns: 1_000, seed: 16 },
    );
  });
});
