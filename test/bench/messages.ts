/** The host codes of a CBC of 30 values as a Mindray counter sends it, with the analyte each is mapped to. */
export const cbcCodes: readonly (readonly [code: string, name: string, value: string, unit: string])[] = [
  ['6690-2', 'WBC', '6.42', '10*9/L'],
  ['789-8', 'RBC', '4.71', '10*12/L'],
  ['718-7', 'HGB', '13.9', 'g/dL'],
  ['4544-3', 'HCT', '41.2', '%'],
  ['787-2', 'MCV', '87.5', 'fL'],
  ['785-6', 'MCH', '29.5', 'pg'],
  ['786-4', 'MCHC', '33.7', 'g/dL'],
  ['777-3', 'PLT', '251', '10*9/L'],
  ['788-0', 'RDW-CV', '12.9', '%'],
  ['21000-5', 'RDW-SD', '41.3', 'fL'],
  ['32623-1', 'MPV', '9.8', 'fL'],
  ['32207-3', 'PDW', '16.2', ''],
  ['10002', 'PCT', '0.246', '%'],
  ['10014', 'P-LCR', '24.1', '%'],
  ['751-8', 'NEUT#', '3.61', '10*9/L'],
  ['770-8', 'NEUT%', '56.2', '%'],
  ['731-0', 'LYMPH#', '2.11', '10*9/L'],
  ['736-9', 'LYMPH%', '32.9', '%'],
  ['742-7', 'MONO#', '0.45', '10*9/L'],
  ['5905-5', 'MONO%', '7.0', '%'],
  ['711-2', 'EO#', '0.19', '10*9/L'],
  ['713-8', 'EO%', '3.0', '%'],
  ['704-7', 'BASO#', '0.06', '10*9/L'],
  ['706-2', 'BASO%', '0.9', '%'],
  ['30392-5', 'NRBC#', '0.00', '10*9/L'],
  ['B-26', 'NRBC%', '0.0', '%'],
  ['B-27', 'IG#', '0.02', '10*9/L'],
  ['B-28', 'IG%', '0.3', '%'],
  ['B-29', 'RET#', '0.0612', '10*12/L'],
  ['B-30', 'RET%', '1.30', '%'],
];

/** Codes that the driver does not propose: the bench maps them, as a site would. */
export const siteCodes = cbcCodes
  .filter(([code]) => code.startsWith('B-'))
  .map(([code, name]) => [code, name] as const);

/** One ORU^R01 with 30 OBX, unframed. */
export function cbcMessage(accession: string, controlId: string): string {
  const results = cbcCodes.map(
    ([code, name, value, unit], at) =>
      `OBX|${at + 1}|NM|${code}^${name}^LN||${value}|${unit}|0.00-99.00|N|||F|||20261125081530`,
  );
  return `${[
    `MSH|^~\\&|BC-5380|Mindray|||20261125081600||ORU^R01|${controlId}|P|2.3.1||||||UNICODE`,
    'PID|1||P0481^^^^MR||Le^Thi Hoa||19920817|Female',
    'PV1|1',
    `OBR|1||${accession}|00001^Automated Count^99MRC|||20261125081530|||||||||||||||||HM||||||||bench`,
    ...results,
  ].join('\r')}\r`;
}

/** In an MLLP block. */
export const block = (text: string): Buffer => Buffer.from(`\u000b${text}\u001c\r`, 'utf8');
