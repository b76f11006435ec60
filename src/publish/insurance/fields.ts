/** Decisions of the Ministry of Health that say what the rows look like (regulation.md 3). */
export const decisions = ['130', '4750', '3176'] as const;
export type Decision = (typeof decisions)[number];

/** Bảng 4, in the order of the decisions. */
export const xml4Fields = [
  'MA_LK',
  'STT',
  'MA_DICH_VU',
  'MA_CHI_SO',
  'TEN_CHI_SO',
  'GIA_TRI',
  'DON_VI_DO',
  'MO_TA',
  'KET_LUAN',
  'NGAY_KQ',
  'MA_BS_DOC_KQ',
  'DU_PHONG',
] as const;
export type Xml4Field = (typeof xml4Fields)[number];
export type Xml4Row = Readonly<Record<Xml4Field, string>>;

/** Longest content; `n` in the tables is without limit. 3176 differs in MA_DICH_VU as far as is known. */
const lengths: Readonly<Partial<Record<Xml4Field, number>>> = {
  MA_LK: 100,
  STT: 10,
  MA_DICH_VU: 15,
  MA_CHI_SO: 50,
  TEN_CHI_SO: 255,
  GIA_TRI: 50,
  DON_VI_DO: 50,
  NGAY_KQ: 12,
  MA_BS_DOC_KQ: 255,
};
const ownLengths: Readonly<Record<Decision, Readonly<Partial<Record<Xml4Field, number>>>>> = {
  '130': {},
  '4750': {},
  '3176': { MA_DICH_VU: 20 },
};

/** 4750 leaves MA_CHI_SO empty where no code exists; 130 wants it. */
const required: Readonly<Record<Decision, readonly Xml4Field[]>> = {
  '130': ['MA_LK', 'MA_DICH_VU', 'MA_CHI_SO', 'TEN_CHI_SO', 'GIA_TRI', 'NGAY_KQ', 'MA_BS_DOC_KQ'],
  '4750': ['MA_LK', 'MA_DICH_VU', 'TEN_CHI_SO', 'GIA_TRI', 'NGAY_KQ', 'MA_BS_DOC_KQ'],
  '3176': ['MA_LK', 'MA_DICH_VU', 'TEN_CHI_SO', 'GIA_TRI', 'NGAY_KQ', 'MA_BS_DOC_KQ'],
};

export interface FieldIssue {
  readonly field: string;
  readonly code: 'required' | 'too-long' | 'format' | 'withdrawn';
}

/** What the portal would refuse in a row. `referredOut`: another facility performed it, no reader is asked for. */
export function issuesOf(
  row: Xml4Row,
  decision: Decision,
  configured: Readonly<Record<string, number>>,
  referredOut: boolean,
): FieldIssue[] {
  const issues: FieldIssue[] = [];
  for (const field of xml4Fields) {
    const value = row[field];
    if (value === '') {
      const excused = referredOut && field === 'MA_BS_DOC_KQ';
      if (required[decision].includes(field) && !excused) issues.push({ field, code: 'required' });
      continue;
    }
    const longest = configured[field] ?? ownLengths[decision][field] ?? lengths[field];
    if (longest !== undefined && [...value].length > longest) issues.push({ field, code: 'too-long' });
    if (field === 'NGAY_KQ' && !/^\d{12}$/.test(value)) issues.push({ field, code: 'format' });
  }
  return issues;
}
