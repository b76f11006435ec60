import { getDocument } from 'pdfjs-dist/legacy/build/pdf.mjs';
import { describe, expect, it } from 'vitest';
import { drawReports } from '../../src/publish/paper/report.ts';
import { sampleObservation, samplePaper, sampleReport } from './sample-paper.ts';

/** Text of each page as a reader copies it: one line per page, blanks made one. */
async function pagesOf(pdf: Uint8Array): Promise<string[]> {
  const document = await getDocument({ data: pdf.slice(), verbosity: 0 }).promise;
  const pages: string[] = [];
  for (let number = 1; number <= document.numPages; number += 1) {
    const { items } = await (await document.getPage(number)).getTextContent({ disableNormalization: true });
    const words = items.map((item) => ('str' in item ? item.str : '')).join(' ');
    pages.push(words.replaceAll(/\s+/g, ' '));
  }
  await document.destroy();
  return pages;
}

const textOf = async (...contents: Parameters<typeof drawReports>[0]): Promise<string> =>
  (await pagesOf(await drawReports(contents))).join(' ');

describe('the printed report', () => {
  it('says in Vietnamese who, what, where and when, with decimal commas', async () => {
    const text = await textOf(
      samplePaper(
        sampleReport({
          comment: 'Đề nghị kiểm tra lại sau 3 tháng',
          observations: [
            sampleObservation({
              analyte: 'HCG',
              name: { vi: 'β-hCG toàn phần', en: 'Total β-hCG' },
              value: '0.50',
              comparator: '<',
              unit: 'mIU/mL',
              flags: ['L', '*'],
              performer: { code: '01001', name: 'Bệnh viện Bạch Mai' },
              method: 'ECLIA',
            }),
          ],
        }),
      ),
    );
    for (const said of [
      'Bệnh viện Đa khoa tỉnh Bắc Giang',
      'Khoa Xét nghiệm',
      'Nguyễn Thị Hường',
      'BN-000123',
      '09/03/1968',
      'Nữ',
      '2611240017',
      'Huyết thanh',
      'BS. Trần Văn Quý, Khoa Nội tổng hợp',
      '24/11/2026 08:10',
      '24/11/2026 08:25',
      'β-hCG toàn phần',
      '< 0,50',
      'L ↓',
      'mIU/mL',
      '3,9 – 6,4',
      'cobas c 311, ECLIA',
      'Gửi xét nghiệm tại: Bệnh viện Bạch Mai',
      'Đề nghị kiểm tra lại sau 3 tháng',
      'KTV. Phạm Thị Lan',
      'BS. CKI Lê Quang Minh',
      'Phát hành lúc 24/11/2026 10:05',
      'Trang 1/1',
    ]) {
      expect(text).toContain(said);
    }
  });

  it('says the same in English with decimal points', async () => {
    const text = await textOf(samplePaper(sampleReport(), { language: 'en' }));
    for (const said of ['LABORATORY REPORT', 'Glucose', '5.10', '3.9 – 6.4', 'Female', '09/03/1968', 'Page 1/1'])
      expect(text).toContain(said);
  });

  it('loses no letter: every Vietnamese vowel and tone, Greek, signs and arrows come back from the text', async () => {
    const tones = ['', '\u0300', '\u0301', '\u0309', '\u0303', '\u0323'];
    const vowels = [...'aăâeêioôơuưy'].flatMap((vowel) => tones.map((tone) => (vowel + tone).normalize('NFC')));
    const letters = [...vowels, ...vowels.map((each) => each.toUpperCase()), 'đ', 'Đ'];
    const lines = Array.from({ length: Math.ceil(letters.length / 20) }, (_, index) =>
      letters.slice(index * 20, index * 20 + 20).join(''),
    );
    const signs = 'αβγδµΩ≤≥±×→↑↓²³⁹°–'.normalize('NFC');
    // Decomposed on the way in: what a keyboard of another system sends.
    const comments = [...lines, signs].map((line) => line.normalize('NFD'));
    const text = await textOf(samplePaper(sampleReport({ observations: [sampleObservation({ comments })] })));
    for (const line of [...lines, signs]) expect(text).toContain(line);
    expect(text).toBe(text.normalize('NFC'));
  });

  it('spells a character the font can not draw instead of losing it', async () => {
    const text = await textOf(
      samplePaper(sampleReport({ observations: [sampleObservation({ comments: ['mẫu 血 đục\u0007'] })] })),
    );
    expect(text).toContain('mẫu [U+8840] đục');
  });

  it('shows a correction with the old value and the reason, and which version it replaces', async () => {
    const report = sampleReport({
      version: 2,
      status: 'corrected',
      reason: 'Nhầm ống mẫu',
      observations: [
        sampleObservation({
          value: '6.9',
          status: 'corrected',
          was: { value: '9.60', unit: 'mmol/L', reason: 'Nhầm ống mẫu' },
        }),
      ],
    });
    const replaces = { version: 1, issued: '2026-11-24T03:00:00.000Z' };
    const vietnamese = await textOf(samplePaper(report, { replaces }));
    expect(vietnamese).toContain('ĐÃ SỬA Bản này thay cho bản 1 phát hành lúc 24/11/2026 10:00.');
    expect(vietnamese).toContain('trước khi sửa: 9,60 mmol/L. Lý do: Nhầm ống mẫu');
    const english = await textOf(samplePaper(report, { replaces, language: 'en' }));
    expect(english).toContain('CORRECTED This version replaces version 1');
    expect(english).toContain('before correction: 9.60 mmol/L');
  });

  it('marks a withdrawn report and shows none of its values', async () => {
    const observations = [sampleObservation({ value: '77.7', status: 'entered-in-error' })];
    const text = await textOf(samplePaper(sampleReport({ status: 'entered-in-error', observations })));
    expect(text).toContain('ĐÃ THU HỒI');
    expect(text).not.toContain('77,7');
  });

  it('goes on over pages that each name the patient and count themselves, and prints many reports in one file', async () => {
    const observations = Array.from({ length: 90 }, (_, index) =>
      sampleObservation({ analyte: `T${index}`, name: { vi: `Xét nghiệm ${index}`, en: `Test ${index}` } }),
    );
    const long = samplePaper(sampleReport({ observations }));
    const short = samplePaper(
      sampleReport({ accession: '2611240099', patient: { ...sampleReport().patient, id: 'BN-9' } }),
    );
    const pages = await pagesOf(await drawReports([long, short]));
    expect(pages.length).toBeGreaterThanOrEqual(4);
    const own = pages.slice(0, -1);
    own.forEach((text, index) => {
      expect(text).toContain('Nguyễn Thị Hường');
      expect(text).toContain('BN-000123');
      expect(text).toContain(`Trang ${index + 1}/${own.length}`);
    });
    for (const { name } of observations) expect(own.join(' ')).toContain(name.vi);
    expect(pages.at(-1)).toContain('BN-9');
    expect(pages.at(-1)).toContain('Trang 1/1');
  });

  it('is the same bytes each time', async () => {
    const content = samplePaper(sampleReport(), {
      history: { GLU: [{ at: '2026-10-01T00:00:00.000Z', value: '7.1' }] },
    });
    const [once, again] = [await drawReports([content]), await drawReports([content])];
    expect(Buffer.from(again).equals(Buffer.from(once))).toBe(true);
  });
});
