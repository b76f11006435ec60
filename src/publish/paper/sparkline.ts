import { decimal, isDecimal } from '../../domain/decimal.ts';
import { ink, type Sheet } from './sheet.ts';

interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/**
 * A line through earlier values and this one (the last, as a dot), with the reference range as a band. Nothing is drawn
 * from fewer than two numbers; values that are no plain number are left out of the line.
 */
export function drawSparkline(
  sheet: Sheet,
  box: Box,
  values: readonly string[],
  range: { readonly low?: string | undefined; readonly high?: string | undefined },
): void {
  const points = values.filter(isDecimal).map((value) => decimal(value).toNumber());
  if (points.length < 2) return;
  const limits = [range.low, range.high].filter((each) => each !== undefined && isDecimal(each));
  const bounds = [...points, ...limits.map((each) => decimal(each ?? '0').toNumber())];
  const low = Math.min(...bounds);
  const spread = Math.max(...bounds) - low || 1;
  const across = (index: number): number => box.x + (index * box.width) / (points.length - 1);
  const up = (value: number): number => box.y + box.height - ((value - low) / spread) * box.height;
  const { pdf } = sheet;
  const bandTop = range.high !== undefined && isDecimal(range.high) ? up(decimal(range.high).toNumber()) : box.y;
  const bandEnd =
    range.low !== undefined && isDecimal(range.low) ? up(decimal(range.low).toNumber()) : box.y + box.height;
  if (limits.length > 0)
    pdf
      .rect(box.x, bandTop, box.width, Math.max(bandEnd - bandTop, 0.5))
      .fillColor('#e3ebf2')
      .fill();
  points.forEach((value, index) => {
    if (index === 0) pdf.moveTo(across(index), up(value));
    else pdf.lineTo(across(index), up(value));
  });
  pdf.lineWidth(0.8).strokeColor(ink.accent).stroke();
  pdf
    .circle(across(points.length - 1), up(points.at(-1) ?? low), 1.5)
    .fillColor(ink.accent)
    .fill();
}
