import { SignPdf } from '@signpdf/signpdf';
import { DEFAULT_BYTE_RANGE_PLACEHOLDER, Signer, SUBFILTER_ETSI_CADES_DETACHED } from '@signpdf/utils';
import { signDetached, type Timestamper } from './cms.ts';
import type { SigningKey } from './port.ts';

export interface PdfSignature {
  readonly key: SigningKey;
  readonly name: string;
  readonly reason: string;
  readonly location: string;
  /** Signing time as the signer's clock says it. */
  readonly at: Date;
  readonly timestamper: Timestamper | null;
}

/** Room for a CMS signature beside its certificates; a time stamp with its own certificates takes the second. */
const signatureRoom = 3_072;
const timestampRoom = 12_288;

/** Sign a PDF that we printed: an incremental update with an invisible signature field on its first page (PAdES B-B or B-T). */
export async function signPdf(
  pdf: Uint8Array,
  signature: PdfSignature,
): Promise<{ pdf: Uint8Array; timestamped: boolean }> {
  const { key, timestamper } = signature;
  const certificates = [key.certificate, ...key.intermediates].reduce((sum, each) => sum + each.raw.length, 0);
  const room = signatureRoom + certificates + (timestamper === null ? 0 : timestampRoom);
  let timestamped = false;
  class PortSigner extends Signer {
    override async sign(content: Buffer): Promise<Buffer> {
      const made = await signDetached(key, content, timestamper);
      timestamped = made.timestamped;
      return Buffer.from(made.cms);
    }
  }
  const signed = await new SignPdf().sign(withPlaceholder(Buffer.from(pdf), signature, room), new PortSigner());
  return { pdf: new Uint8Array(signed), timestamped };
}

/** The incremental update with an empty signature in it. */
function withPlaceholder(pdf: Buffer, signature: PdfSignature, room: number): Buffer {
  const text = pdf.toString('latin1');
  const trailer = text.slice(text.lastIndexOf('trailer'));
  const root = numberIn(trailer, /\/Root (\d+) 0 R/);
  const size = numberIn(trailer, /\/Size (\d+)/);
  const before = numberIn(trailer, /startxref\s+(\d+)/);
  const pages = objectOf(text, numberIn(objectOf(text, root), /\/Pages (\d+) 0 R/));
  const page = numberIn(pages, /\/Kids \[\s*(\d+) 0 R/);
  const value = size;
  const field = size + 1;
  const range = Array.from({ length: 3 }, () => `/${DEFAULT_BYTE_RANGE_PLACEHOLDER}`).join(' ');
  const objects: readonly (readonly [number, string])[] = [
    [root, withEntry(objectOf(text, root), `/AcroForm << /SigFlags 3 /Fields [${field} 0 R] >>`)],
    [page, withEntry(objectOf(text, page), `/Annots [${field} 0 R]`)],
    [
      value,
      [
        `<< /Type /Sig /Filter /Adobe.PPKLite /SubFilter /${SUBFILTER_ETSI_CADES_DETACHED}`,
        `/ByteRange [0 ${range}]`,
        `/Contents <${'0'.repeat(room * 2)}>`,
        `/M ${pdfTime(signature.at)}`,
        `/Name ${pdfText(signature.name)} /Reason ${pdfText(signature.reason)} /Location ${pdfText(signature.location)} >>`,
      ].join('\n'),
    ],
    [
      field,
      `<< /Type /Annot /Subtype /Widget /FT /Sig /Rect [0 0 0 0] /F 132 /T (Signature1) /V ${value} 0 R /P ${page} 0 R >>`,
    ],
  ];
  const offsets = new Map<number, number>();
  let update = '\n';
  for (const [number, content] of objects) {
    offsets.set(number, pdf.length + update.length);
    update += `${number} 0 obj\n${content}\nendobj\n`;
  }
  const table = [...offsets]
    .sort(([one], [other]) => one - other)
    .map(([number, offset]) => `${number} 1\n${String(offset).padStart(10, '0')} 00000 n \n`);
  const start = pdf.length + update.length;
  const ids = /\/ID \[[^\]]*\]/.exec(trailer)?.[0] ?? '';
  const info = /\/Info \d+ 0 R/.exec(trailer)?.[0] ?? '';
  update += `xref\n${table.join('')}trailer\n<< /Size ${size + 2} /Root ${root} 0 R ${info} ${ids} /Prev ${before} >>\n`;
  update += `startxref\n${start}\n%%EOF`;
  return Buffer.concat([pdf, Buffer.from(update, 'latin1')]);
}

function numberIn(text: string, pattern: RegExp): number {
  const found = pattern.exec(text)?.[1];
  if (found === undefined) throw new Error(`the PDF has no ${pattern.source}`);
  return Number(found);
}

/** The dictionary of an object that is not compressed, as our printing writes them. */
function objectOf(text: string, number: number): string {
  const start = text.lastIndexOf(`\n${number} 0 obj\n`);
  const end = text.indexOf('endobj', start);
  if (start < 0 || end < 0) throw new Error(`the PDF has no object ${number}`);
  return text.slice(text.indexOf('<<', start), end).trim();
}

const withEntry = (dictionary: string, entry: string): string => `${dictionary.slice(0, -2)}${entry}\n>>`;

/** Text as UTF-16 with its mark, in hexadecimal: any letter, no escape. */
const pdfText = (text: string): string => `<feff${Buffer.from(text, 'utf16le').swap16().toString('hex')}>`;

const pdfTime = (at: Date): string => `(D:${at.toISOString().replaceAll(/[-:T]|\.\d+Z/g, '')}Z)`;
