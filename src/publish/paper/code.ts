import bwip from 'bwip-js/node';
import type { Sheet } from './sheet.ts';

/** Draw a QR code as vectors in a square; digits are packed three to ten bits by the encoder. */
export function drawCode(sheet: Sheet, text: string, x: number, y: number, side: number): void {
  const level = { eclevel: text.length > 600 ? 'L' : 'M' };
  const [symbol] = bwip.raw({ bcid: 'qrcode', text, ...level });
  if (symbol === undefined || !('pixs' in symbol)) throw new Error('the QR code could not be made');
  const { pixs, pixx, pixy } = symbol;
  const module = side / pixx;
  for (let row = 0; row < pixy; row += 1) {
    for (let column = 0; column < pixx; column += 1) {
      if (!pixs[row * pixx + column]) continue;
      let run = 1;
      while (column + run < pixx && pixs[row * pixx + column + run]) run += 1;
      // A hair wider than the module: no white seams between rows when it is printed.
      sheet.pdf.rect(x + column * module, y + row * module, run * module + 0.05, module + 0.05);
      column += run - 1;
    }
  }
  sheet.pdf.fillColor('#000000').fill();
}
