/** Chemistry as a Roche cobas c 311 sends it: one message, host code and value as given. */
export function chemistry(
  accession: string,
  values: Readonly<Record<string, string>>,
  at: Date = new Date(),
): Uint8Array {
  const codes = Object.keys(values);
  const records = [
    'H|\\^&|||c311^1|||||host|RSUPL^REAL|P|1',
    'P|1|||||||M||||||40^Y',
    `O|1|${accession.padStart(22)}|12^50012^003^^S1^SC|${codes.map((code) => `^^^${code}/`).join('\\')}|R||${stamp(at)}||||N||||1|||||||${stamp(at)}|||F`,
    ...Object.entries(values).map(
      ([code, value], place) => `R|${place + 1}|^^^${code}/|${value}|${units[code] ?? 'U/l'}||N||F||TECH01|||P1`,
    ),
    'L|1|N',
  ];
  return new TextEncoder().encode(records.map((record) => `${record}\r`).join(''));
}

const units: Readonly<Record<string, string>> = { '717': 'mmol/l', '690': 'umol/l' };

/** `YYYYMMDDhhmmss` by the laboratory's clock. */
function stamp(at: Date): string {
  return new Intl.DateTimeFormat('sv-SE', { dateStyle: 'short', timeStyle: 'medium', timeZone: 'Asia/Ho_Chi_Minh' })
    .format(at)
    .replaceAll(/\D/g, '');
}
