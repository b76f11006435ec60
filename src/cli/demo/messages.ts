import { DateTime } from 'luxon';
import { checksum } from '../../../protocols/astm/frame.ts';
import { control } from '../../../protocols/control.ts';
import type { Values } from './course.ts';

/** What the demonstration's analyzers say, in the form of their drivers' vectors. `at` in ms since 1970. */
export type Compose = (accession: string, values: Values, at: number) => Uint8Array;

/** Units of the XN as it prints them; the differential's follow from the code. */
const xnUnits: Values = {
  WBC: '10*3/uL',
  RBC: '10*6/uL',
  HGB: 'g/dL',
  HCT: '%',
  MCV: 'fL',
  MCH: 'pg',
  MCHC: 'g/dL',
  PLT: '10*3/uL',
};

export const xnMessage: Compose = (accession, values, at) =>
  records([
    'H|\\^&|||    XN-1000^00-22^11001^^^^BA123456||||||||E1394-97',
    'P|1',
    'C|1||',
    `O|1||3^5^${accession.padStart(24)}^B|${Object.keys(values)
      .map((code) => `^^^^${code}`)
      .join('\\')}|||||||N||||||||||||||F`,
    'C|1||',
    ...Object.entries(values).map(([code, value], place) => {
      const unit = xnUnits[code] ?? (code.endsWith('#') ? '10*3/uL' : '%');
      return `R|${place + 1}|^^^^${code}^1|${value}|${unit}||N||F||||${stamp(at)}`;
    }),
    'C|1||',
    'L|1|N',
  ]);

const cobasUnits: Values = { '717': 'mmol/l', '690': 'umol/l' };

export const cobasMessage: Compose = (accession, values, at) =>
  records([
    'H|\\^&|||c311^1|||||host|RSUPL^REAL|P|1',
    'P|1|||||||M||||||40^Y',
    `O|1|${accession.padStart(22)}|12^50012^003^^S1^SC|${Object.keys(values)
      .map((code) => `^^^${code}/`)
      .join('\\')}|R||${stamp(at)}||||N||||1|||||||${stamp(at)}|||F`,
    ...Object.entries(values).map(
      ([code, value], place) => `R|${place + 1}|^^^${code}/|${value}|${cobasUnits[code] ?? 'U/l'}||N||F||TECH01|||P1`,
    ),
    'L|1|N',
  ]);

/** A simulated analyzer has the clock of this machine. */
const stamp = (at: number): string => DateTime.fromMillis(at).toFormat('yyyyMMddHHmmss');

const records = (lines: readonly string[]): Uint8Array =>
  new TextEncoder().encode(lines.map((line) => `${line}\r`).join(''));

/** A message of records as its bytes were on the line: a frame for each record (LIS01-A2 6.3). */
export function framed(message: Uint8Array): Uint8Array {
  const frames: Uint8Array[] = [];
  let start = 0;
  for (let number = 1; start < message.length; number += 1) {
    const end = message.indexOf(control.CR, start) + 1;
    const body = Buffer.concat([Buffer.from(String(number % 8)), message.subarray(start, end), Buffer.of(control.ETX)]);
    const sum = checksum(body).toString(16).toUpperCase().padStart(2, '0');
    frames.push(Buffer.concat([Buffer.of(control.STX), body, Buffer.from(`${sum}\r\n`)]));
    start = end;
  }
  return Buffer.concat(frames);
}
