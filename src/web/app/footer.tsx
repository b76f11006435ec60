import { useAnalyzers, useDeliveries, useHeld } from '../api/queries.ts';
import { useWorklist } from '../api/worklist.ts';
import { latestOf, showWhen } from '../format/times.ts';
import { useWords } from '../i18n/i18n.ts';
import { Key } from '../parts/key.tsx';
import { LineMark } from '../parts/line-mark.tsx';
import { useNow } from '../parts/use-now.ts';
import { sayLine } from './line-words.ts';
import { Link } from './link.tsx';
import { pathOf } from './routes.ts';
import { useMay } from './session.ts';

/** The laboratory, always in view: each analyzer in words, what waits, what has left. */
export function Footer({ calm, onHelp }: { readonly calm: boolean; readonly onHelp: () => void }) {
  const { t } = useWords();
  return (
    <footer className="foot no-print">
      <h2 className="unseen">{t('foot.label')}</h2>
      <Lines calm={calm} />
      <span className="grow" />
      <Counts calm={calm} />
      <button type="button" className="foot-help" onClick={onHelp}>
        <Key combo="?" /> {t('keys.open')}
      </button>
    </footer>
  );
}

function Lines({ calm }: { readonly calm: boolean }) {
  const { t } = useWords();
  const now = useNow(5000);
  const may = useMay();
  const { data } = useAnalyzers(calm);
  if (!may('analyzers.read')) return null;
  if (data?.length === 0) return <Link to={pathOf('analyzers')}>{t('foot.noLines')}</Link>;
  return (
    <ul className="foot-lines">
      {(data ?? []).map((line) => (
        <li key={line.id}>
          <Link to={pathOf('analyzers', line.id)}>
            <LineMark state={line.state} />
            <b>{line.name ?? line.id}</b> {sayLine(line, t, now)}
          </Link>
        </li>
      ))}
    </ul>
  );
}

function Counts({ calm }: { readonly calm: boolean }) {
  const { t, locale } = useWords();
  const may = useMay();
  const rows = useWorklistCounts(calm);
  const held = useHeld(calm).data?.length ?? 0;
  const { data: deliveries = [] } = useDeliveries(calm);
  const parked = deliveries.filter((each) => each.state === 'parked').length;
  const acknowledged = latestOf(deliveries.map((each) => each.ack?.at ?? ''));
  const words = [
    ...(may('worklist.read') ? [t('foot.waiting', { n: rows.waiting })] : []),
    ...(rows.stat > 0 ? [t('foot.urgent', { n: rows.stat })] : []),
    ...(held > 0 ? [t('foot.held', { n: held })] : []),
    ...(acknowledged === '' ? [] : [t('foot.sent', { at: showWhen(acknowledged, locale) })]),
  ];
  return (
    <span className="foot-counts">
      {words.join(' · ')}
      {parked > 0 && (
        <>
          {' · '}
          <Link to={pathOf('deliveries')}>
            <b className="red">{t('foot.parked', { n: parked })}</b>
          </Link>
        </>
      )}
    </span>
  );
}

function useWorklistCounts(calm: boolean): { waiting: number; stat: number } {
  const { data = [] } = useWorklist(calm);
  return { waiting: data.length, stat: data.filter((row) => row.priority === 'stat').length };
}
