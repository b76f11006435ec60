import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import bwip from 'bwip-js/node';
import PDFDocument from 'pdfkit';
import type { Label, Symbology } from './label.ts';

const require = createRequire(import.meta.url);
const font = readFileSync(require.resolve('dejavu-fonts-ttf/ttf/DejaVuSansCondensed.ttf'));
const boldFont = readFileSync(require.resolve('dejavu-fonts-ttf/ttf/DejaVuSansCondensed-Bold.ttf'));

const mm = 72 / 25.4;
/** A4 with 3 x 8 labels of 70 x 37 mm, the usual sheet. */
const grid = { columns: 3, rows: 8, width: 70 * mm, height: 37 * mm, top: 0.5 * mm } as const;
const inset = 4 * mm;

/** Labels on A4 sheets as PDF. The barcode is drawn as vectors: sharp at any size. */
export function sheetOf(labels: readonly Label[], symbology: Symbology): Promise<Uint8Array> {
  const pdf = new PDFDocument({ size: 'A4', margin: 0, autoFirstPage: false, info: { Title: 'Labels' } });
  const pieces: Buffer[] = [];
  pdf.on('data', (piece: Buffer) => pieces.push(piece));
  const done = new Promise<Uint8Array>((resolve) =>
    pdf.on('end', () => resolve(new Uint8Array(Buffer.concat(pieces)))),
  );
  pdf.registerFont('plain', font);
  pdf.registerFont('bold', boldFont);
  const perPage = grid.columns * grid.rows;
  for (const [position, label] of labels.entries()) {
    if (position % perPage === 0) pdf.addPage();
    const place = position % perPage;
    const x = (place % grid.columns) * grid.width + inset;
    const y = grid.top + Math.floor(place / grid.columns) * grid.height + inset;
    drawLabel(pdf, label, symbology, x, y);
  }
  if (labels.length === 0) pdf.addPage();
  pdf.end();
  return done;
}

function drawLabel(
  pdf: InstanceType<typeof PDFDocument>,
  label: Label,
  symbology: Symbology,
  x: number,
  y: number,
): void {
  const width = grid.width - 2 * inset;
  const one = { width, height: 11, ellipsis: true, lineBreak: false } as const;
  pdf.font('bold').fontSize(9).fillColor('black').text(label.patient, x, y, one);
  pdf
    .font('plain')
    .fontSize(7.5)
    .text(`${label.patientId}   ${label.person}`, x, y + 12, one);
  pdf.text(label.detail, x, y + 22, one);
  const [symbol] = bwip.raw({ bcid: symbology, text: label.accession });
  if (symbol !== undefined && 'sbs' in symbol) drawBars(pdf, symbol.sbs, x, y + 35, width * 0.92, 28);
  else if (symbol !== undefined) drawModules(pdf, symbol, x + width - 78, y + 32, 40);
  pdf
    .font('bold')
    .fontSize(9)
    .text(label.accession, x, y + 66, { ...one, width: width - 34 });
  if (!label.urgent) return;
  pdf.rect(x + width - 32, y + 65, 32, 12).fill('black');
  pdf
    .fillColor('white')
    .fontSize(8)
    .text('STAT', x + width - 27, y + 66.5, { lineBreak: false });
  pdf.fillColor('black');
}

/** Bars and spaces in turn, each so many modules wide; never wider than a module should be to be read well. */
function drawBars(
  pdf: InstanceType<typeof PDFDocument>,
  widths: readonly number[],
  x: number,
  y: number,
  width: number,
  height: number,
): void {
  const modules = widths.reduce((sum, each) => sum + each, 0);
  const module = Math.min(width / modules, 0.5 * mm);
  let at = x;
  for (const [position, each] of widths.entries()) {
    if (position % 2 === 0) pdf.rect(at, y, each * module, height);
    at += each * module;
  }
  pdf.fill('black');
}

function drawModules(
  pdf: InstanceType<typeof PDFDocument>,
  { pixs, pixx, pixy }: { readonly pixs: readonly number[]; readonly pixx: number; readonly pixy: number },
  x: number,
  y: number,
  side: number,
): void {
  const module = side / Math.max(pixx, pixy);
  for (let row = 0; row < pixy; row += 1) {
    for (let column = 0; column < pixx; column += 1) {
      if (pixs[row * pixx + column]) pdf.rect(x + column * module, y + row * module, module + 0.05, module + 0.05);
    }
  }
  pdf.fill('black');
}
