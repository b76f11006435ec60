import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import PDFDocument from 'pdfkit';
import { codePointsOf } from './glyphs.ts';
import { printable } from './text.ts';

/** DejaVu Sans has every Vietnamese letter and the Greek, arrows and signs of a laboratory (interfaces.md 4.1 item 7). */
const require = createRequire(import.meta.url);
const fontFiles = {
  plain: 'dejavu-fonts-ttf/ttf/DejaVuSansCondensed.ttf',
  bold: 'dejavu-fonts-ttf/ttf/DejaVuSansCondensed-Bold.ttf',
} as const;
export type FontName = keyof typeof fontFiles;
const fonts: readonly (readonly [string, Buffer])[] = Object.entries(fontFiles).map(([name, file]) => [
  name,
  readFileSync(require.resolve(file)),
]);
const drawn = fonts.map(([, font]) => codePointsOf(font));
const hasGlyph = (codePoint: number): boolean => drawn.every((draws) => draws(codePoint));

/** Points. A4 is 595 x 842. */
export const margin = { left: 42, right: 42, top: 38, bottom: 52 } as const;
export const page = { width: 595.28, height: 841.89 } as const;
export const inner = { left: margin.left, right: page.width - margin.right } as const;
export const innerWidth = inner.right - inner.left;
const lastLine = page.height - margin.bottom;

export const ink = {
  text: '#16202c',
  soft: '#5b6878',
  line: '#c9d2dc',
  pale: '#f1f4f8',
  mark: '#a8141c',
  accent: '#14507d',
} as const;

export interface TextStyle {
  readonly font?: FontName;
  readonly size?: number;
  readonly color?: string;
  readonly align?: 'left' | 'right' | 'center';
}

/** Paper with a pen on it. `y` is where the next thing goes; nothing is ever written below the last line. */
export interface Sheet {
  readonly pdf: PDFKit.PDFDocument;
  y: number;
  /** Height of a text in a width. */
  heightOf(text: string, width: number, style?: TextStyle): number;
  widthOf(text: string, style?: TextStyle): number;
  write(text: string, x: number, y: number, width: number, style?: TextStyle): void;
  /** Start a new page when less than `height` is left; true when it did. */
  makeRoom(height: number): boolean;
  rule(y: number, color?: string): void;
  /** First page of what is printed now. */
  readonly firstPage: number;
  newPart(): void;
  finish(): Promise<Uint8Array>;
}

/** Facts of the file itself. The same facts give the same file identifier. */
export interface SheetFacts {
  readonly title: string;
  readonly subject: string;
  readonly author: string;
  readonly language: string;
  readonly at: string;
}

/** An empty PDF/A-2b document, ready for its first page. */
export function openSheet(facts: SheetFacts): Sheet {
  const pdf = new PDFDocument({
    size: 'A4',
    margins: { top: 0, bottom: 0, left: 0, right: 0 },
    autoFirstPage: false,
    bufferPages: true,
    pdfVersion: '1.7',
    subset: 'PDF/A-2b',
    lang: facts.language,
    displayTitle: true,
    info: {
      Title: facts.title,
      Subject: facts.subject,
      Author: facts.author,
      Creator: 'Cuvette',
      Producer: 'Cuvette',
      CreationDate: new Date(facts.at),
      ModDate: new Date(facts.at),
    },
  });
  const chunks: Uint8Array[] = [];
  pdf.on('data', (chunk: Uint8Array) => chunks.push(chunk));
  const done = new Promise<Uint8Array>((resolve, reject) => {
    pdf.on('end', () => resolve(new Uint8Array(Buffer.concat(chunks))));
    pdf.on('error', reject);
  });
  for (const [name, font] of fonts) pdf.registerFont(name, font);
  let firstPage = 0;

  function use(style: TextStyle): void {
    pdf
      .font(style.font ?? 'plain')
      .fontSize(style.size ?? 9)
      .fillColor(style.color ?? ink.text);
  }
  const clean = (text: string): string => printable(text, hasGlyph);

  return {
    pdf,
    y: 0,
    heightOf(text, width, style = {}) {
      use(style);
      return pdf.heightOfString(clean(text), { width, lineGap: 0.5 });
    },
    widthOf(text, style = {}) {
      use(style);
      return pdf.widthOfString(clean(text));
    },
    write(text, x, y, width, style = {}) {
      use(style);
      pdf.text(clean(text), x, y, { width, align: style.align ?? 'left', lineGap: 0.5 });
    },
    makeRoom(height) {
      if (pdf.bufferedPageRange().count > firstPage && this.y + height <= lastLine) return false;
      pdf.addPage();
      this.y = margin.top;
      return true;
    },
    rule(y, color = ink.line) {
      pdf.moveTo(inner.left, y).lineTo(inner.right, y).lineWidth(0.6).strokeColor(color).stroke();
    },
    get firstPage() {
      return firstPage;
    },
    newPart() {
      firstPage = pdf.bufferedPageRange().count;
      pdf.addPage();
      this.y = margin.top;
    },
    finish() {
      pdf.end();
      return done;
    },
  };
}
