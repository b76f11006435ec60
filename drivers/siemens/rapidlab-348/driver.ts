import { defineDelimitedDriver } from '../../define.ts';
import { codeMap } from '../../definition/code-map.ts';

export const siemensRapidlab348 = defineDelimitedDriver({
  id: 'siemens/rapidlab-348',
  vendor: 'Siemens',
  model: 'RapidLab 348',
  alsoSoldAs: ['Bayer Rapidlab 348'],
  section: 'blood-gas',
  evidence: 'capture',
  sources: [
    {
      title: 'Printer output of a RapidLab 348, as bytes and as text: two reports and a short sample',
      page: 'wordjelly/Ruby-ASTM 19579df, siemens_ex_384.txt and electrolytes_plain_text',
    },
  ],
  protocol: 'delimited',
  transports: ['serial', 'tcp'],
  transportDefaults: { serial: { baudRate: 9600, dataBits: 8, parity: 'none', stopBits: 1 } },
  charset: 'latin1',
  capabilities: ['results'],
  recognise: [{ matches: '^--- Siemens Diagnostics +348 ---', score: 90 }],
  report: { begins: '^--- Siemens Diagnostics +348 ---', ends: '^-{20,}$' },
  months: ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'],
  lines: [
    {
      is: 'time',
      pattern:
        '^\\S+\\s+(?<hour>\\d{1,2}):(?<minute>\\d{2})\\s+(?<day>\\d{1,2}) (?<month>[A-Z][a-z]{2}) (?<year>\\d{4})',
    },
    { is: 'run', pattern: '^Sample No\\.\\s+(?<run>\\d+)' },
    { is: 'accession', pattern: '^Patient\\s+ID\\s+(?<accession>\\S+)' },
    { is: 'control', pattern: '^(?:QC|Control)\\s*(?:Level|Lot|ID)?\\s*:?\\s*(?<name>.*)$' },
    { is: 'sectionStart', pattern: '^Measured\\b', begins: 'values' },
    { is: 'sectionStart', pattern: '^Calculated Data', begins: 'values' },
    { is: 'sectionStart', pattern: '^Reference Ranges', begins: 'ranges' },
    { is: 'range', section: 'ranges', pattern: '^\\s+(?<code>\\S+)\\s+(?<range>\\d[\\d.]* +- +\\d[\\d.]*)$' },
    {
      is: 'observation',
      section: 'values',
      pattern:
        '^\\s+(?<code>[A-Za-z][^\\s]*)\\s+(?<value>[<>]?\\s*[-+*.\\d][-\\d.,*+]*)(?<flag>[\\^v]?)(?:\\s+(?<unit>\\S+))?\\s*$',
    },
    { is: 'empty', section: 'values', pattern: '^\\s+(?<code>[A-Za-z]\\S*)\\s*$' },
    { is: 'comment', pattern: '^(?<text>(?:Short sample|Bubbles?|Clot|No sample|.*[Ee]rror).*)$' },
  ],
  codes: codeMap('Ruby-ASTM siemens-348-bloodgas-report-bytes.txt, label at the start of the line', [
    ['pH', 'PH', '[pH]'],
    ['pCO2', 'PCO2', 'mmHg'],
    ['pO2', 'PO2', 'mmHg'],
    ['Na+', 'NA', 'mmol/L'],
    ['K+', 'K', 'mmol/L'],
    ['Cl-', 'CL', 'mmol/L'],
    ['HCO3act', 'HCO3', 'mmol/L'],
    ['BE(B)', 'BE', 'mmol/L'],
  ]),
  flagWords: { '^': 'above the reference range', v: 'below the reference range' },
  quirks: [
    {
      name: 'flagTouchesValue',
      why: 'the arrow ^ or v stands directly behind the digits and is no part of the value',
      source: 'Ruby-ASTM siemens-348: `7.973^`',
      vector: 'report.json',
    },
    {
      name: 'onlyThePatientIdNamesTheSpecimen',
      why: "the report has no specimen barcode: the number keyed in as Patient ID is what a person typed from the tube; the sample number is the analyzer's own count",
      source: 'Ruby-ASTM siemens-348: `Patient  ID    000008233`, `Sample No.   1386`',
      vector: 'report.json',
    },
    {
      name: 'reportsWithoutValues',
      why: 'a short sample gives a report without any value',
      source: 'Ruby-ASTM siemens-348-bloodgas-report: `Short sample`',
      vector: 'short-sample.json',
    },
  ],
});
