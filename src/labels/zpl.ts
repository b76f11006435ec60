import type { Label, Symbology } from './label.ts';

/**
 * Labels of 50 x 25 mm for Zebra printers of 203 dpi (8 dots a mm), in ZPL II: UTF-8 (`^CI28`), text as hex escapes
 * (`^FH_`), so that a name can't become a command.
 */
export function zplOf(labels: readonly Label[], symbology: Symbology): string {
  return labels.map((label) => labelZpl(label, symbology)).join('');
}

const dots = { width: 400, height: 200 } as const;

function labelZpl(label: Label, symbology: Symbology): string {
  const code =
    symbology === 'code128'
      ? `^FO16,96^BY2^BCN,64,N,N,N,A${field(label.accession)}`
      : `^FO296,84^BXN,5,200${field(label.accession)}`;
  return [
    '^XA^CI28',
    `^PW${dots.width}^LL${dots.height}`,
    `^FO16,12^A0N,26,24${field(label.patient)}`,
    `^FO16,42^A0N,22,20${field(`${label.patientId}  ${label.person}`)}`,
    `^FO16,68^A0N,22,20${field(label.detail)}`,
    code,
    `^FO16,168^A0N,26,26${field(label.accession)}`,
    label.urgent ? `^FO320,166^GB72,28,28^FS^FO330,170^A0N,24,22^FR${field('STAT')}` : '',
    '^XZ\n',
  ].join('\n');
}

/** Field data with every character that ZPL reads as a command, and the escape itself, in hex. */
function field(text: string): string {
  const safe = text.replaceAll(/[\^~_\\\p{Cc}]/gu, (char) => `_${char.charCodeAt(0).toString(16).padStart(2, '0')}`);
  return `^FH_^FD${safe}^FS`;
}
