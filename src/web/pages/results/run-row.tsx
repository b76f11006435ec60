import type { Observation } from '../../api/types.ts';
import { useMay } from '../../app/session.ts';
import { showUnit, showValue } from '../../format/numbers.ts';
import { showWhen } from '../../format/times.ts';
import { useWords } from '../../i18n/i18n.ts';
import { FlagBadge, ownFlagOf } from '../../parts/flag-badge.tsx';

/** Another run of the same analyte, and how to take it instead. */
export function RunLine({ run, onChoose }: { readonly run: Observation; readonly onChoose: (id: string) => void }) {
  const { t, locale } = useWords();
  const may = useMay();
  const flag = ownFlagOf(run.flags);
  return (
    <tr className="run">
      <th scope="row" className="soft">
        ↳ {t('results.runs.run', { n: run.run })} · {run.origin === 'manual' ? t('results.group.byHand') : run.analyzer}{' '}
        · {showWhen(run.observedAt, locale)}
      </th>
      <td className="value">{showValue(run.value, run.comparator, locale)}</td>
      <td className="unit">{showUnit(run.unit)}</td>
      <td>{flag !== undefined && <FlagBadge flag={flag} />}</td>
      <td colSpan={5} className="soft">
        {t(`results.state.${run.state}`)}{' '}
        {run.state === 'pending' && may('results.judge') && (
          <button type="button" className="button small" onClick={() => onChoose(run.id)}>
            {t('results.runs.choose')}
          </button>
        )}
      </td>
    </tr>
  );
}
