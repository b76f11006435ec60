import { drawCode } from './code.ts';
import type { PaperContent } from './content.ts';
import { ink, inner, innerWidth, margin, openSheet, page, type Sheet, type TextStyle } from './sheet.ts';
import { drawTable, drawTableHead } from './table.ts';
import { localBirthDate, localTime } from './text.ts';
import { type PaperWords, paperWords } from './words.ts';

/**
 * One or many report versions as a PDF (QĐ 2429 criterion 8.21). The same contents always give the same bytes. Each
 * report starts on a page of its own and counts its own pages.
 */
export async function drawReports(contents: readonly PaperContent[]): Promise<Uint8Array> {
  const [first] = contents;
  if (first === undefined) throw new Error('nothing to print');
  const words = paperWords[first.language];
  const sheet = openSheet({
    title: contents.length === 1 ? `${words.title} ${first.report.accession}` : words.title,
    subject: contents.map(({ report }) => report._id).join(' '),
    author: first.letterhead.name,
    language: first.language,
    at:
      contents
        .map(({ report }) => report.issued)
        .sort()
        .at(-1) ?? first.report.issued,
  });
  for (const content of contents) drawReport(sheet, content);
  return sheet.finish();
}

function drawReport(sheet: Sheet, content: PaperContent): void {
  const words = paperWords[content.language];
  sheet.newPart();
  drawHead(sheet, content, words);
  drawBanner(sheet, content, words);
  drawPatient(sheet, content, words);
  drawTable(sheet, content, () => {
    drawContinuation(sheet, content, words);
    drawTableHead(sheet, words);
  });
  drawComment(sheet, content, words);
  drawEnd(sheet, content, words);
  drawFeet(sheet, content, words);
}

function drawHead(sheet: Sheet, { letterhead }: PaperContent, words: PaperWords): void {
  const { pdf } = sheet;
  let x: number = inner.left;
  if (letterhead.logo !== undefined) {
    pdf.image(Buffer.from(letterhead.logo), x, sheet.y, { fit: [46, 46] });
    x += 56;
  }
  const width = inner.right - x;
  const top = sheet.y;
  const line = (text: string, style: TextStyle): void => {
    sheet.write(text, x, sheet.y, width, style);
    sheet.y += sheet.heightOf(text, width, style) + 1;
  };
  if (letterhead.hospital !== undefined) line(letterhead.hospital, { size: 11, font: 'bold', color: ink.accent });
  line(letterhead.name, { size: letterhead.hospital === undefined ? 12 : 9.5, font: 'bold' });
  const contact = [letterhead.address, letterhead.phone].filter((each) => each !== undefined).join('  ·  ');
  if (contact !== '') line(contact, { size: 7.5, color: ink.soft });
  sheet.y = Math.max(sheet.y, letterhead.logo === undefined ? 0 : top + 48) + 4;
  sheet.rule(sheet.y, ink.accent);
  sheet.y += 12;
  sheet.write(words.title, inner.left, sheet.y, innerWidth, { size: 15, font: 'bold', align: 'center' });
  sheet.y += 24;
}

/** What makes this paper another than a plain final report. */
function drawBanner(sheet: Sheet, content: PaperContent, words: PaperWords): void {
  const { report, replaces } = content;
  const changed = ['corrected', 'amended', 'appended'].includes(report.status) || replaces !== undefined;
  const withdrawn = report.status === 'entered-in-error';
  const cancelled = report.status === 'cancelled';
  if (!withdrawn && !cancelled && (!changed || replaces === undefined)) return;
  const corrects = report.observations.some((each) => each.was !== undefined || each.status === 'entered-in-error');
  const title = withdrawn
    ? words.withdrawn
    : cancelled
      ? words.cancelled
      : corrects
        ? words.corrected
        : words.statuses[report.status].toUpperCase();
  const lines = [
    ...(withdrawn ? [words.withdrawnText] : cancelled ? [words.cancelledText] : []),
    ...(replaces === undefined
      ? []
      : [words.correctedText(replaces.version, localTime(replaces.issued, content.timeZone))]),
    ...(report.reason === undefined ? [] : [`${words.reason}: ${report.reason}`]),
  ];
  const text = lines.join(' ');
  const titleStyle: TextStyle = { size: 11, font: 'bold', color: ink.mark };
  const titleWidth = sheet.widthOf(title, titleStyle) + 14;
  const width = innerWidth - titleWidth - 16;
  const height = Math.max(14, sheet.heightOf(text, width, { size: 8 })) + 9;
  sheet.pdf.roundedRect(inner.left, sheet.y, innerWidth, height, 3).lineWidth(1).strokeColor(ink.mark).stroke();
  sheet.write(title, inner.left + 8, sheet.y + 5, titleWidth, titleStyle);
  sheet.write(text, inner.left + 8 + titleWidth, sheet.y + 5.5, width, { size: 8, color: ink.mark });
  sheet.y += height + 9;
}

function drawPatient(sheet: Sheet, content: PaperContent, words: PaperWords): void {
  const { report, timeZone } = content;
  const { patient, specimen } = report;
  const identifiers = (patient.identifiers ?? []).map(({ value }) => value).join(', ');
  const collected = `${localTime(specimen.collectedAt, timeZone)}${specimen.collectedAtSource === 'assumed' ? ` ${words.assumed}` : ''}`;
  const left: (readonly [string, string])[] = [
    [words.name, patient.name],
    [words.patientId, patient.id],
    [words.birthDate, localBirthDate(patient.birthDate)],
    [words.sex, words.sexes[patient.sex]],
    ...(identifiers === '' ? [] : ([[words.identifiers, identifiers]] as const)),
    ...(specimen.diagnosis === undefined ? [] : ([[words.diagnosis, specimen.diagnosis]] as const)),
  ];
  const right: (readonly [string, string])[] = [
    [words.accession, report.accession],
    [words.specimen, content.specimenType?.[content.language] ?? specimen.type ?? ''],
    [words.collected, collected],
    [words.received, specimen.receivedAt === undefined ? '' : localTime(specimen.receivedAt, timeZone)],
    [words.requester, [specimen.requester, specimen.ward].filter((each) => each !== undefined).join(', ')],
    [words.status, `${words.statuses[report.status]}  ·  ${words.version} ${report.version}`],
  ];
  const top = sheet.y;
  const half = innerWidth / 2;
  const ends = [
    drawFacts(sheet, left, inner.left, half - 14, top, true),
    drawFacts(sheet, right, inner.left + half, half, top, false),
  ];
  sheet.y = Math.max(...ends) + 8;
}

function drawFacts(
  sheet: Sheet,
  facts: readonly (readonly [label: string, value: string])[],
  x: number,
  width: number,
  top: number,
  nameFirst: boolean,
): number {
  const labelWidth = 84;
  let y = top;
  facts.forEach(([label, value], index) => {
    const style: TextStyle = nameFirst && index === 0 ? { size: 10.5, font: 'bold' } : { size: 9 };
    const shown = value === '' ? '—' : value;
    sheet.write(label, x, y + (style.size === 9 ? 0.8 : 1.8), labelWidth, { size: 8, color: ink.soft });
    sheet.write(shown, x + labelWidth, y, width - labelWidth, style);
    y += sheet.heightOf(shown, width - labelWidth, style) + 2.5;
  });
  return y;
}

/** Later pages say whose they are before anything else. */
function drawContinuation(sheet: Sheet, content: PaperContent, words: PaperWords): void {
  const { report, letterhead } = content;
  sheet.write(`${words.title}  ·  ${letterhead.name}`, inner.left, sheet.y, innerWidth, { size: 8, color: ink.soft });
  sheet.y += 13;
  const who = `${report.patient.name}  ·  ${report.patient.id}  ·  ${localBirthDate(report.patient.birthDate)}  ·  ${report.accession}`;
  sheet.write(who, inner.left, sheet.y, innerWidth, { size: 10, font: 'bold' });
  sheet.y += sheet.heightOf(who, innerWidth, { size: 10, font: 'bold' }) + 3;
  sheet.rule(sheet.y, ink.accent);
  sheet.y += 8;
}

function drawComment(sheet: Sheet, content: PaperContent, words: PaperWords): void {
  const { comment } = content.report;
  const style: TextStyle = { size: 9 };
  const height = comment === undefined ? 0 : sheet.heightOf(comment, innerWidth - 16, style);
  const legend: TextStyle = { size: 6.5, color: ink.soft };
  if (sheet.makeRoom(height + 40)) drawContinuation(sheet, content, words);
  sheet.write(words.legend, inner.left, sheet.y, innerWidth, legend);
  sheet.y += 14;
  if (comment === undefined) return;
  sheet.pdf
    .rect(inner.left - 4, sheet.y, innerWidth + 8, height + 20)
    .fillColor(ink.pale)
    .fill();
  sheet.write(words.comment, inner.left + 4, sheet.y + 4, innerWidth, { size: 8, font: 'bold', color: ink.soft });
  sheet.write(comment, inner.left + 4, sheet.y + 15, innerWidth - 16, style);
  sheet.y += height + 28;
}

/** Who checked, who released, when; and the code that shows it is true. */
function drawEnd(sheet: Sheet, content: PaperContent, words: PaperWords): void {
  const { report, people, code } = content;
  const side = code.signed ? 106 : 62;
  if (sheet.makeRoom(side + 26)) drawContinuation(sheet, content, words);
  const top = sheet.y + 4;
  drawCode(sheet, code.text, inner.left, top, side);
  const caption = code.signed ? words.code(code.included, report.observations.length) : words.plainCode;
  sheet.write(`${caption}\u00a0 ${report._id}`, inner.left, top + side + 3, 190, { size: 6.5, color: ink.soft });
  const named = (username: string): string => people[username] ?? username;
  const verifiers = [...new Set(report.observations.map((each) => each.verifiedBy))].filter((each) => each !== '');
  const width = 150;
  const block = (x: number, title: string, lines: readonly (readonly [string, TextStyle])[]): void => {
    let y = top;
    sheet.write(title, x, y, width, { size: 8.5, color: ink.soft, align: 'center' });
    y += 16;
    for (const [text, style] of lines) {
      sheet.write(text, x, y, width, { align: 'center', ...style });
      y += sheet.heightOf(text, width, style) + 3;
    }
  };
  block(inner.right - width * 2 - 16, words.verifiedBy, [
    [verifiers.map(named).join(', '), { size: 9.5, font: 'bold' }],
  ]);
  block(inner.right - width, report.status === 'cancelled' ? words.cancelledBy : words.releasedBy, [
    [named(report.actor.username), { size: 9.5, font: 'bold' }],
    ...(content.signer === undefined
      ? []
      : ([[words.signed(content.signer), { size: 8, color: ink.accent }]] as const)),
    [`${words.issued} ${localTime(report.issued, content.timeZone)}`, { size: 8 }],
  ]);
  sheet.y = top + side + 22;
}

function drawFeet(sheet: Sheet, content: PaperContent, words: PaperWords): void {
  const { report, letterhead } = content;
  const { start, count } = sheet.pdf.bufferedPageRange();
  const pages = start + count - sheet.firstPage;
  for (let index = 0; index < pages; index += 1) {
    sheet.pdf.switchToPage(sheet.firstPage + index);
    const y = page.height - margin.bottom + 12;
    sheet.rule(y - 5);
    const style: TextStyle = { size: 7, color: ink.soft };
    sheet.write(`${report.patient.name}  ·  ${report.patient.id}  ·  ${report.accession}`, inner.left, y, 340, {
      ...style,
      font: 'bold',
    });
    sheet.write(`${words.page} ${index + 1}/${pages}`, inner.right - 120, y, 120, { ...style, align: 'right' });
    const issued = `${letterhead.name}  ·  ${words.issued} ${localTime(report.issued, content.timeZone)}  ·  ${words.version} ${report.version}`;
    sheet.write(issued, inner.left, y + 10, innerWidth, style);
  }
}
