/** Text as it is compared in searches: lower case, without diacritics, single blanks (`Nguyễn  Đức` -> `nguyen duc`). */
export function searchForm(text: string): string {
  return text
    .normalize('NFD')
    .replaceAll(/\p{M}/gu, '')
    .replaceAll(/[đĐ]/g, 'd')
    .toLowerCase()
    .replaceAll(/\s+/g, ' ')
    .trim();
}
