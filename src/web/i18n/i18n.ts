import i18next from 'i18next';
import { initReactI18next, useTranslation } from 'react-i18next';
import type { ApiError } from '../api/client.ts';
import type { Names } from '../api/types.ts';
import type { Locale } from '../format/numbers.ts';
import { en } from './en/index.ts';
import { vi } from './vi/index.ts';

const remembered = 'cuvette.language';

function firstLanguage(): Locale {
  try {
    return localStorage.getItem(remembered) === 'en' ? 'en' : 'vi';
  } catch {
    return 'vi';
  }
}

/** Starts both languages; Vietnamese unless the person chose English on this screen before. */
export async function startLanguages(): Promise<void> {
  i18next.use(initReactI18next);
  i18next.on('languageChanged', (language) => {
    document.documentElement.lang = language;
  });
  await i18next.init({
    lng: firstLanguage(),
    fallbackLng: 'vi',
    resources: { vi: { translation: vi }, en: { translation: en } },
    interpolation: { escapeValue: false },
    returnNull: false,
  });
}

export function chooseLanguage(language: Locale): void {
  try {
    localStorage.setItem(remembered, language);
  } catch {
    // A browser without storage forgets the choice; the page works all the same.
  }
  void i18next.changeLanguage(language);
}

export type Say = (key: string, words?: Readonly<Record<string, string | number>>) => string;

export interface Words {
  readonly t: Say;
  readonly locale: Locale;
  /** The name of a catalogue entry in the language shown. */
  readonly nameOf: (names: Names | undefined, otherwise: string) => string;
  /** Words of a key that may not exist (codes that grow); `otherwise` when it does not. */
  readonly known: (key: string, otherwise: string) => string;
  /** What a refusal means to a person. */
  readonly why: (error: ApiError) => string;
}

/** The sections a refusal is about, in the language shown (AUTH_SECTION). */
function sectionIn(details: unknown, locale: Locale): { section: string } | undefined {
  const names = typeof details === 'object' && details !== null && 'names' in details ? details.names : undefined;
  if (typeof names !== 'object' || names === null || !('vi' in names) || !('en' in names)) return undefined;
  return { section: String(names[locale]) };
}

export function useWords(): Words {
  const { t: translate, i18n } = useTranslation();
  const locale: Locale = i18n.language === 'en' ? 'en' : 'vi';
  const t: Say = (key, words) => translate(key, words ?? {});
  const known = (key: string, otherwise: string): string => (i18n.exists(key) ? t(key) : otherwise);
  return {
    t,
    locale,
    known,
    nameOf: (names, otherwise) => names?.[locale] || names?.vi || otherwise,
    why: (error) => {
      const key = `errors.${error.code}`;
      return i18n.exists(key)
        ? t(key, sectionIn(error.details, locale))
        : t('errors.unknown', { message: error.message });
    },
  };
}
