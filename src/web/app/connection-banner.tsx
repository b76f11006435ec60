import { useConnection } from '../api/events.ts';
import { showSeconds } from '../format/times.ts';
import { useWords } from '../i18n/i18n.ts';
import { useNow } from '../parts/use-now.ts';

/** The server is not there: said after a breath (a blink of the network is no news), gone by itself. */
export function ConnectionBanner() {
  const { t, locale } = useWords();
  const { lost, since } = useConnection();
  const now = useNow(1000);
  if (!lost || now - Date.parse(since) < 1500) return null;
  return (
    <div className="connection-banner no-print" role="alert">
      {t('connection.lost')}{' '}
      <span className="connection-since">{t('connection.since', { at: showSeconds(since, locale) })}</span>
    </div>
  );
}
