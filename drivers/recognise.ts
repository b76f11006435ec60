import { catalogue } from './catalogue.ts';
import { compileAstm } from './definition/astm-compile.ts';
import { decodeAstm } from './definition/astm-decode.ts';
import { compileHl7 } from './definition/hl7-compile.ts';
import { decodeHl7 } from './definition/hl7-decode.ts';
import { sniff } from './definition/sniff.ts';
import type { Decoded, DecodeOptions, Driver, Protocol } from './driver.ts';

/** The driver of some bytes: the surest of those that claim them; null when none does, or two are equally sure. */
export function recogniseDriver(raw: Uint8Array, drivers: readonly Driver[] = catalogue): Driver | null {
  let best: Driver | null = null;
  let score = 0;
  let tied = false;
  for (const driver of drivers) {
    const own = driver.recognise(raw);
    if (own > score) [best, score, tied] = [driver, own, false];
    else if (own > 0 && own === score) tied = true;
  }
  return tied ? null : best;
}

/**
 * Who sent a message that came on the line of `own`. `sibling`: another model of the same maker whose message `own` reads
 * exactly as that model's driver does. `stranger`: what `own` would make of it is not what its sender means.
 */
export type Sender =
  | { readonly kind: 'own' }
  | { readonly kind: 'sibling'; readonly driver: Driver }
  | { readonly kind: 'stranger'; readonly driver: Driver };

/** How senders name themselves that were found to be a driver's own. */
const knownSenders = new WeakMap<Driver, Set<string>>();
const mostKnown = 100;

/** A message no driver claims is taken for the line's own: a site may have named its analyzer anew. */
export function senderOf(own: Driver, raw: Uint8Array, decoded: Decoded, drivers: readonly Driver[]): Sender {
  const name = decoded.messages[0]?.sender ?? '';
  const known = knownSenders.get(own);
  if (known?.has(name) === true) return { kind: 'own' };
  if (own.recognise(raw) > 0) {
    // A line hears the same sender thousands of times a day.
    if (name !== '' && (known?.size ?? 0) < mostKnown) knownSenders.set(own, (known ?? new Set()).add(name));
    return { kind: 'own' };
  }
  const driver = recogniseDriver(raw, drivers);
  if (driver === null || driver.id === own.id) return { kind: 'own' };
  const theirs = driver.decode(raw);
  // An acknowledgement or a status says nothing that could be misread.
  if (theirs.messages.every((message) => message.kind === 'other')) return { kind: 'own' };
  const alike = driver.vendor === own.vendor && meaning(theirs) === meaning(decoded);
  return { kind: alike ? 'sibling' : 'stranger', driver };
}

/** What of a message would be filed or answered. */
function meaning(decoded: Decoded): string {
  return JSON.stringify(
    decoded.messages.map((message) => [
      message.kind,
      message.accession,
      message.observations
        .filter((each) => each.aside === undefined)
        .map((each) => [each.hostCode, each.comparator, each.value, each.unit, each.observedAt, each.runMark]),
      (message.queries ?? []).map((query) => query.accession),
    ]),
  );
}

/** What the bytes look like; null for nothing but blanks. */
export function detectProtocol(raw: Uint8Array): Exclude<Protocol, 'blocks'> | null {
  return sniff(raw).protocol;
}

/** Places of the standards, with the usual variants behind them: good for looking at, never for filing. */
const plainAstm = compileAstm({
  accession: ['O.3.1', 'O.4.3', 'O.4.1', 'P.3.1', 'P.4.1'],
  patient: { id: ['P.3.1', 'P.4.1', 'P.5.1'], name: ['P.6'], birthDate: ['P.8'], sex: ['P.9.1'] },
  observation: { code: ['R.3.4', 'R.3.5', 'R.3.1', 'R.3.2', 'R.3.3'], observedAt: ['R.13', 'R.12'] },
  rows: [{ when: [{ at: 'R.4', matches: '\\.(PNG|BMP|JPE?G)$|-stream/' }], as: 'attachment' }],
  value: {},
  qc: [],
});

const plainHl7 = compileHl7({
  specimen: 'OBR',
  accession: ['SPM-2.1', 'SAC-3.1', 'OBR-3.1', 'OBR-2.1'],
  patient: { id: ['PID-3.1', 'PID-2.1'], name: ['PID-5'], birthDate: ['PID-7.1'], sex: ['PID-8.1'] },
  observation: { code: ['OBX-3.1', 'OBX-3.2', 'OBX-4'] },
  value: {},
  rows: [],
  qc: [],
});

/**
 * Bytes of an analyzer no driver knows, read by the positions of the standard. Never throws; delimited text without a
 * driver has no messages and one fault.
 */
export function decodePlainly(raw: Uint8Array, options: DecodeOptions = {}): Decoded {
  switch (sniff(raw).protocol) {
    case 'hl7v2':
      return decodeHl7(plainHl7, raw, 'utf8', options);
    case 'astm':
      return decodeAstm(plainAstm, raw, { charset: 'utf8' }, options);
    case 'delimited':
      return {
        messages: [],
        faults: [
          { code: 'MESSAGE_STRUCTURE_BROKEN', at: 0, detail: 'neither ASTM nor HL7, and no driver knows its lines' },
        ],
      };
    case null:
      return { messages: [], faults: [] };
    default:
      return { messages: [], faults: [] };
  }
}
