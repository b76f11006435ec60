import { chooseLanguage, useWords } from '../i18n/i18n.ts';

/** Reads VI or EN: the language the page is not in is one press away. */
export function LanguageControl() {
  const { t, locale } = useWords();
  return (
    <fieldset className="languages">
      <legend className="unseen">{t('language.label')}</legend>
      {(['vi', 'en'] as const).map((language) => (
        <button
          key={language}
          type="button"
          lang={language}
          aria-pressed={locale === language}
          onClick={() => chooseLanguage(language)}
        >
          {language.toUpperCase()}
        </button>
      ))}
    </fieldset>
  );
}
