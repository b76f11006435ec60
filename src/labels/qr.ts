import bwip from 'bwip-js/node';

/** A QR code as dark runs along its rows, in modules; without the quiet zone. */
export interface QrCode {
  /** Modules a side. */
  readonly size: number;
  readonly runs: readonly { readonly x: number; readonly y: number; readonly length: number }[];
}

/** A text as a QR code (ISO/IEC 18004); long ones with less to spare, so that a reader still finds the modules. */
export function qrOf(text: string): QrCode {
  const level = { eclevel: text.length > 600 ? 'L' : 'M' };
  const [symbol] = bwip.raw({ bcid: 'qrcode', text, ...level });
  if (symbol === undefined || !('pixs' in symbol)) throw new Error('the QR code could not be made');
  const { pixs, pixx, pixy } = symbol;
  const runs: { x: number; y: number; length: number }[] = [];
  for (let y = 0; y < pixy; y += 1) {
    for (let x = 0; x < pixx; x += 1) {
      if (!pixs[y * pixx + x]) continue;
      let length = 1;
      while (x + length < pixx && pixs[y * pixx + x + length]) length += 1;
      runs.push({ x, y, length });
      x += length;
    }
  }
  return { size: pixx, runs };
}
