import type { CodeMapping, Driver } from '../../drivers/driver.ts';
import { seeded } from '../../simulators/template.ts';
import { type Speaker, speakerOf } from '../faults/fleet.ts';

/** Results of one message. */
const resultsOf = 30;

/** Models that send a whole count of 30 results here; the others say what their vectors say. */
const wholeCounts: Readonly<Record<string, (message: Facts) => string>> = {
  'sysmex/xn-1000': astmCount,
  'mindray/bc-5380': hl7Count,
};

interface Facts {
  readonly accession: string;
  readonly number: number;
  /** `yyyyMMddHHmmss` */
  readonly at: string;
  readonly results: readonly { readonly code: CodeMapping; readonly value: string }[];
}

/** What a line of the load says: a count of 30 results where the model sends such, else its vectors. */
export function loadSpeaker(id: string, driver: Driver, seed: number): Speaker {
  const compose = wholeCounts[driver.id];
  if (compose === undefined) return speakerOf(id, driver, seed);
  const codes = driver.codes.slice(0, resultsOf);
  const random = seeded(seed);
  let number = 0;
  return {
    id,
    driver,
    codes: new Map(codes.map((each) => [each.hostCode, { unit: each.unit ?? '', numeric: true }])),
    make(accession) {
      number += 1;
      const at = new Date(Date.UTC(2026, 2, 12) + number * 1_000).toISOString().replaceAll(/\D/g, '').slice(0, 14);
      const results = codes.map((code) => ({ code, value: (1 + random() * 98).toFixed(2) }));
      return Buffer.from(compose({ accession, number, at, results }), 'latin1');
    },
  };
}

function astmCount({ accession, at, results }: Facts): string {
  return `${[
    'H|\\^&|||    XN-1000^00-22^11001^^^^BA123456||||||||E1394-97',
    'P|1',
    `O|1||3^5^${accession.padStart(22)}^B|^^^^WBC|||||||N||||||||||||||F`,
    ...results.map(
      ({ code, value }, index) => `R|${index + 1}|^^^^${code.hostCode}^1|${value}|${code.unit ?? ''}||N||F||||${at}`,
    ),
    'L|1|N',
  ].join('\r')}\r`;
}

function hl7Count({ accession, number, at, results }: Facts): string {
  return `${[
    `MSH|^~\\&|BC-5380|Mindray|||${at}||ORU^R01|${number}|P|2.3.1||||||UNICODE`,
    'PID|1||P0481^^^^MR||Le^Thi Hoa||19920817|Female',
    'PV1|1',
    `OBR|1||${accession}|00001^Automated Count^99MRC|||${at}|||||||||||||||||HM||||||||bench`,
    ...results.map(
      ({ code, value }, index) =>
        `OBX|${index + 1}|NM|${code.hostCode}^${code.hostCode}^LN||${value}|${code.unit ?? ''}|0.00-99.00|N|||F|||${at}`,
    ),
  ].join('\r')}\r`;
}
