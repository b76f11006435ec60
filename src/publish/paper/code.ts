import { qrOf } from '../../labels/qr.ts';
import type { Sheet } from './sheet.ts';

/** Draw a QR code as vectors in a square; digits are packed three to ten bits by the encoder. */
export function drawCode(sheet: Sheet, text: string, x: number, y: number, side: number): void {
  const { size, runs } = qrOf(text);
  const module = side / size;
  for (const run of runs) {
    // A hair wider than the module: no white seams between rows when it is printed.
    sheet.pdf.rect(x + run.x * module, y + run.y * module, run.length * module + 0.05, module + 0.05);
  }
  sheet.pdf.fillColor('#000000').fill();
}
