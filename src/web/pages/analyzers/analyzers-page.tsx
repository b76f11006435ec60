import { useWords } from '../../i18n/i18n.ts';

export function AnalyzersPage() {
  const { t } = useWords();
  return <p className="loading">{t('common.loading')}</p>;
}
