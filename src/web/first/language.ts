import type { Locale } from '../format/numbers.ts';
import type { vi } from '../i18n/vi/index.ts';

const remembered = 'cuvette.language';

/** Vietnamese, unless the person chose English on this screen before. */
export function firstLanguage(): Locale {
  try {
    return localStorage.getItem(remembered) === 'en' ? 'en' : 'vi';
  } catch {
    return 'vi';
  }
}

export function rememberLanguage(language: Locale): void {
  try {
    localStorage.setItem(remembered, language);
  } catch {
    // A browser without storage forgets the choice; the page works all the same.
  }
}

/** The words of a language, a file of its own: a page does not wait for the language it is not in. */
export function readLanguage(language: Locale): Promise<typeof vi> {
  return language === 'en'
    ? import('../i18n/en/index.ts').then((file) => file.en)
    : import('../i18n/vi/index.ts').then((file) => file.vi);
}
