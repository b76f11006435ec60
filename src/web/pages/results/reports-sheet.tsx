import { useState } from 'react';
import type { Report, Specimen } from '../../api/types.ts';
import { showUnit, showValue } from '../../format/numbers.ts';
import { showWhen } from '../../format/times.ts';
import { useWords } from '../../i18n/i18n.ts';
import { Sheet } from '../../parts/sheet.tsx';
import { useReport } from './slip.tsx';

interface Props {
  readonly reports: Specimen['reports'];
  readonly onClose: () => void;
}

/** The versions of the report, newest first, and what each changed against the one before it. */
export function ReportsSheet({ reports, onClose }: Props) {
  const { t, locale } = useWords();
  const [chosen, setChosen] = useState(reports.at(-1)?.version ?? 1);
  const { data: now } = useReport(reports.find((each) => each.version === chosen)?.id);
  const { data: before } = useReport(reports.find((each) => each.version === chosen - 1)?.id);
  return (
    <Sheet title={t('results.reports.title')} onClose={onClose} className="reports">
      <div className="suggestions">
        {[...reports].reverse().map((each) => (
          <button
            key={each.id}
            type="button"
            className="chip"
            aria-pressed={each.version === chosen}
            onClick={() => setChosen(each.version)}
          >
            {t('results.head.report', { n: each.version, at: showWhen(each.issued, locale) })}{' '}
            {(each.status === 'corrected' || each.status === 'amended') && (
              <b className="corrected">{t('results.slip.corrected')}</b>
            )}
          </button>
        ))}
      </div>
      {now !== undefined && <Differences now={now} before={before} />}
    </Sheet>
  );
}

function Differences({ now, before }: { readonly now: Report; readonly before: Report | undefined }) {
  const { t, locale, nameOf } = useWords();
  const value = (each: Report['observations'][number]): string =>
    each.status === 'entered-in-error'
      ? t('results.state.withdrawn')
      : each.status === 'cancelled'
        ? t('results.state.notPerformed')
        : `${showValue(each.value, each.comparator, locale)} ${showUnit(each.unit)}`;
  const changed = now.observations
    .map((each) => ({ each, earlier: before?.observations.find((other) => other.analyte === each.analyte) }))
    .filter(({ each, earlier }) => before !== undefined && (earlier === undefined || value(earlier) !== value(each)));
  return (
    <>
      <p className="soft">
        {t(`results.reports.status.${now.status}`)} · {t('results.reports.count', { n: now.observations.length })} ·{' '}
        {now.actor.username}
        {now.reason !== undefined && ` · ${now.reason}`}
      </p>
      {before !== undefined && changed.length === 0 && <p className="faint">{t('results.reports.same')}</p>}
      <ul className="changes">
        {changed.map(({ each, earlier }) => (
          <li key={each.id}>
            <b>{nameOf(each.name, each.analyte)}</b>{' '}
            {earlier === undefined ? (
              t('results.changed.added', { now: value(each) })
            ) : (
              <>
                <s>{value(earlier)}</s> → <b>{value(each)}</b>
                {each.was !== undefined && <span className="soft"> · {each.was.reason}</span>}
              </>
            )}
          </li>
        ))}
      </ul>
    </>
  );
}
