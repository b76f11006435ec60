/** A blood count as a Sysmex XN sends it: one message, values as given (host code, value, unit, flag). */
export function bloodCount(
  accession: string,
  values: Readonly<Record<string, string>>,
  at: Date = new Date(),
  options: { readonly flags?: Readonly<Record<string, string>>; readonly run?: string; readonly remark?: string } = {},
): Uint8Array {
  const { flags = {}, run = '1', remark } = options;
  const time = stamp(at);
  const records = [
    'H|\\^&|||    XN-1000^00-22^11001^^^^BA123456||||||||E1394-97',
    'P|1',
    'C|1||',
    `O|1||3^5^${accession.padStart(24)}^B|${Object.keys(values)
      .map((code) => `^^^^${code}`)
      .join('\\')}|||||||N||||||||||||||F`,
    'C|1||',
    ...Object.entries(values).map(
      ([code, value], place) =>
        `R|${place + 1}|^^^^${code}^${run}|${value}|${unitOf(code)}||${flags[code] ?? 'N'}||F||||${time}`,
    ),
    ...(remark === undefined ? [] : [`R|${Object.keys(values).length + 1}|^^^^${remark}||||A||F||||${time}`]),
    'C|1||',
    'L|1|N',
  ];
  return new TextEncoder().encode(records.map((record) => `${record}\r`).join(''));
}

/** In range for a woman of any adult age: nothing of it needs a second look. */
export const healthy: Readonly<Record<string, string>> = {
  WBC: '6.42',
  RBC: '4.51',
  HGB: '13.4',
  HCT: '40.2',
  MCV: '89.1',
  MCH: '29.7',
  MCHC: '33.3',
  PLT: '241',
};

/** The rest of a five-part blood count of a healthy person. */
export const differential: Readonly<Record<string, string>> = {
  'NEUT#': '3.72',
  'NEUT%': '57.9',
  'LYMPH#': '2.05',
  'LYMPH%': '31.9',
  'MONO#': '0.41',
  'MONO%': '6.4',
  'EO#': '0.19',
  'EO%': '3.0',
  'BASO#': '0.05',
  'BASO%': '0.8',
  'RDW-CV': '12.9',
};

const units: Readonly<Record<string, string>> = {
  WBC: '10*3/uL',
  RBC: '10*6/uL',
  HGB: 'g/dL',
  HCT: '%',
  MCV: 'fL',
  MCH: 'pg',
  MCHC: 'g/dL',
  PLT: '10*3/uL',
};
const unitOf = (code: string): string => units[code] ?? (code.endsWith('#') ? '10*3/uL' : '%');

/** `YYYYMMDDhhmmss` by the laboratory's clock. */
function stamp(at: Date): string {
  return new Intl.DateTimeFormat('sv-SE', { dateStyle: 'short', timeStyle: 'medium', timeZone: 'Asia/Ho_Chi_Minh' })
    .format(at)
    .replaceAll(/\D/g, '');
}
