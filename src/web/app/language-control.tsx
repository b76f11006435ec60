import { ApiError } from '../api/client.ts';
import { chooseLanguage, useWords } from '../i18n/i18n.ts';
import { say } from './toasts.tsx';

/** Reads VI or EN: the language the page is not in is one press away. */
export function LanguageControl() {
  const { t, locale, why } = useWords();
  const choose = (language: 'vi' | 'en'): void => {
    chooseLanguage(language).catch(() => say(why(new ApiError(0, 'CONNECTION_LOST', '')), { tone: 'trouble' }));
  };
  return (
    <fieldset className="languages">
      <legend className="unseen">{t('language.label')}</legend>
      {(['vi', 'en'] as const).map((language) => (
        <button
          key={language}
          type="button"
          lang={language}
          aria-pressed={locale === language}
          onClick={() => choose(language)}
        >
          {language.toUpperCase()}
        </button>
      ))}
    </fieldset>
  );
}
