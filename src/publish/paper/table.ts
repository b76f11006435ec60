import type { ReportedObservation } from '../../store/documents.ts';
import type { EarlierValue, PaperContent } from './content.ts';
import { ink, inner, innerWidth, type Sheet, type TextStyle } from './sheet.ts';
import { drawSparkline } from './sparkline.ts';
import { localDay, localRange, localValue } from './text.ts';
import { type PaperWords, paperWords } from './words.ts';

interface Column {
  readonly title: keyof PaperWords | '';
  readonly x: number;
  readonly width: number;
  readonly align: 'left' | 'right';
}

const widths = { analyte: 142, result: 64, flag: 30, unit: 66, range: 76, history: 76, method: 57 } as const;
type ColumnName = keyof typeof widths;
const gap = 6;

const columns: Readonly<Record<ColumnName, Column>> = (() => {
  let x: number = inner.left;
  const place = (name: ColumnName, title: Column['title'], align: Column['align'] = 'left'): Column => {
    const column = { title, x, width: widths[name] - gap, align };
    x += widths[name];
    return column;
  };
  return {
    analyte: place('analyte', 'analyte'),
    result: place('result', 'result', 'right'),
    flag: place('flag', ''),
    unit: place('unit', 'unit'),
    range: place('range', 'range'),
    history: place('history', 'history'),
    method: place('method', 'method'),
  };
})();

const padding = 3;
const small: TextStyle = { size: 7, color: ink.soft };

/** The head of the table; drawn anew on each page it goes over. */
export function drawTableHead(sheet: Sheet, words: PaperWords): void {
  const style: TextStyle = { size: 7.5, font: 'bold', color: ink.soft };
  const titles = Object.values(columns).map((column) => ({
    column,
    title: column.title === '' ? '' : String(words[column.title]),
  }));
  const height = Math.max(...titles.map(({ column, title }) => sheet.heightOf(title, column.width, style)));
  for (const { column, title } of titles)
    sheet.write(title, column.x, sheet.y, column.width, { ...style, align: column.align });
  sheet.y += height + padding;
  sheet.rule(sheet.y, ink.soft);
  sheet.y += padding;
}

/** The values of a report, by panel, over as many pages as it takes. `onPage` draws the head of a new page. */
export function drawTable(sheet: Sheet, content: PaperContent, onPage: () => void): void {
  const words = paperWords[content.language];
  sheet.makeRoom(60);
  drawTableHead(sheet, words);
  for (const { title, observations } of groupsOf(content)) {
    const rows = observations.map((observed) => layRow(sheet, content, observed));
    const headHeight = 16;
    if (sheet.makeRoom(headHeight + (rows[0]?.height ?? 0))) onPage();
    sheet.pdf
      .rect(inner.left - 4, sheet.y - 1, innerWidth + 8, 13.5)
      .fillColor(ink.pale)
      .fill();
    sheet.write(title, inner.left, sheet.y + 1.5, innerWidth, { size: 8.5, font: 'bold', color: ink.accent });
    sheet.y += headHeight;
    for (const row of rows) {
      if (sheet.makeRoom(row.height)) onPage();
      row.draw(sheet.y);
      sheet.y += row.height;
      sheet.rule(sheet.y - 1.5);
    }
    sheet.y += 4;
  }
}

/** Values under the panel they were ordered with, or under their section. */
function groupsOf(content: PaperContent): { title: string; observations: ReportedObservation[] }[] {
  const groups = new Map<string, ReportedObservation[]>();
  for (const observed of content.report.observations) {
    const title =
      (observed.panel === undefined ? undefined : content.panels[observed.panel]?.[content.language]) ??
      content.sections[observed.section]?.[content.language] ??
      observed.section;
    groups.set(title, [...(groups.get(title) ?? []), observed]);
  }
  return [...groups].map(([title, observations]) => ({ title, observations }));
}

interface Row {
  readonly height: number;
  draw(y: number): void;
}

function layRow(sheet: Sheet, content: PaperContent, observed: ReportedObservation): Row {
  const { language } = content;
  const words = paperWords[language];
  const withdrawn = observed.status === 'entered-in-error';
  const flags = ownFlags(observed);
  const marked = flags.length > 0 || withdrawn;
  const earlier = content.history[observed.analyte] ?? [];
  const cells: { column: Column; text: string; style: TextStyle }[] = [
    { column: columns.analyte, text: observed.name[language], style: { size: 9, font: marked ? 'bold' : 'plain' } },
    {
      column: columns.result,
      text: withdrawn
        ? words.withdrawnValue
        : observed.status === 'cancelled'
          ? words.notPerformed
          : observed.value === ''
            ? words.noValue
            : localValue(observed.value, observed.comparator, language),
      style: {
        size: withdrawn || observed.value === '' ? 7.5 : 9.5,
        font: 'bold',
        color: marked ? ink.mark : ink.text,
      },
    },
    { column: columns.flag, text: flags.join(' '), style: { size: 8.5, font: 'bold', color: ink.mark } },
    { column: columns.unit, text: withdrawn ? '' : observed.unit, style: { size: 8 } },
    { column: columns.range, text: localRange(observed.referenceRange, language), style: { size: 8 } },
    { column: columns.method, text: methodOf(content, observed), style: { ...small, size: 6.5 } },
  ];
  const notes = notesOf(content, observed);
  const cellHeight = Math.max(
    ...cells.map(({ column, text, style }) => sheet.heightOf(text, column.width, style)),
    earlier.length === 0 ? 0 : 13,
  );
  const noteWidth = innerWidth - 12;
  const noteHeights = notes.map(({ text, style }) => sheet.heightOf(text, noteWidth, style) + 1);
  return {
    height: cellHeight + noteHeights.reduce((sum, each) => sum + each, 0) + padding * 2,
    draw(y) {
      for (const { column, text, style } of cells) {
        // Smaller text is let down to the line the result stands on.
        const down = (9.5 - (style.size ?? 9.5)) * 0.9;
        sheet.write(text, column.x, y + down, column.width, { ...style, align: column.align });
      }
      drawHistory(sheet, content, observed, earlier, y);
      let below = y + cellHeight + 0.5;
      notes.forEach(({ text, style }, index) => {
        sheet.write(text, inner.left + 8, below, noteWidth, style);
        below += noteHeights[index] ?? 0;
      });
    },
  };
}

const shownFlags: Readonly<Record<string, string>> = { H: 'H ↑', HH: 'HH ↑', L: 'L ↓', LL: 'LL ↓', A: 'A' };

/** The laboratory's own judgement; the analyzer's marks are not the clinic's matter. */
function ownFlags(observed: ReportedObservation): string[] {
  if (observed.status === 'entered-in-error') return [];
  return observed.flags.flatMap((flag) => shownFlags[flag] ?? []);
}

function methodOf(content: PaperContent, observed: ReportedObservation): string {
  const analyzer = content.analyzers[observed.analyzer] ?? '';
  return [analyzer, observed.method ?? ''].filter((each) => each !== '').join(', ');
}

function notesOf(content: PaperContent, observed: ReportedObservation): { text: string; style: TextStyle }[] {
  const { language } = content;
  const words = paperWords[language];
  const notes: { text: string; style: TextStyle }[] = [];
  if (observed.was !== undefined) {
    const { value, comparator, unit, reason } = observed.was;
    const was = `${localValue(value, comparator, language)} ${unit}`.trim();
    notes.push({
      text: `${words.corrected}: ${words.wasValue(was)}. ${words.reason}: ${reason}`,
      style: { size: 7.5, font: 'bold', color: ink.mark },
    });
  }
  if (observed.performer !== undefined)
    notes.push({ text: `* ${words.referred(observed.performer.name)}`, style: { ...small, color: ink.accent } });
  // Why it was cancelled stands at the top, once.
  const said = observed.status === 'cancelled' ? content.report.reason : undefined;
  const comments = observed.comments.filter((comment) => comment !== said);
  for (const comment of comments) notes.push({ text: comment, style: { size: 7.5, color: ink.soft } });
  return notes;
}

/** The last value before this one with its day, and the line through all of them. */
function drawHistory(
  sheet: Sheet,
  content: PaperContent,
  observed: ReportedObservation,
  earlier: readonly EarlierValue[],
  y: number,
): void {
  const last = earlier.at(-1);
  if (last === undefined || observed.status === 'entered-in-error') return;
  const { x, width } = columns.history;
  const half = width * 0.56;
  sheet.write(localValue(last.value, last.comparator, content.language), x, y, half, { size: 7.5 });
  sheet.write(localDay(last.at, content.timeZone), x, y + 7.5, half + 6, { size: 5.5, color: ink.soft });
  drawSparkline(
    sheet,
    { x: x + half + 5, y: y + 1, width: width - half - 5, height: 9 },
    [...earlier.map((each) => each.value), observed.value],
    { low: observed.referenceRange?.low, high: observed.referenceRange?.high },
  );
}
