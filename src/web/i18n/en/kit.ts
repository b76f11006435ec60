import type { kit as vi } from '../vi/kit.ts';

export const kit: typeof vi = {
  title: 'Add an unknown analyzer from a capture',
  explain:
    'Record what it sends (cuvette record) and give the file here. Cuvette proposes a driver; you look and keep it.',
  ask: 'An administrator does this. Record the line with cuvette record and hand over the file.',
  file: 'Capture',
  fileHint: 'bytes of the line, records, printed text, a log or a hex dump; up to 16 MB',
  vendor: 'Vendor',
  model: 'Model',
  propose: 'Propose a driver',
  proposal: 'Proposal {{driver}}',
  account:
    '{{rows}} rows bear a value: {{observations}} become results, {{attachments}} are pictures, {{held}} can not be read.',
  unknown: 'Not known, for a person to look at',
  found: 'Recognised',
  codes: '{{n}} codes sent',
  columns: { code: 'Code', times: 'Times', unit: 'Unit', analyte: 'Analyte', why: 'Why' },
  open: 'open',
  sample: 'The first values as this driver reads them',
  save: 'Keep the driver {{driver}}',
  replace: 'Replace the driver {{driver}}',
  kept: 'The driver {{driver}} is there. Add this line to lab.yaml and start again:',
};
