import { memo } from 'react';
import { useWordsOf } from '../../api/queries.ts';
import type { WorkRow } from '../../api/types.ts';
import { ageAt, showElapsed } from '../../format/times.ts';
import { useWords } from '../../i18n/i18n.ts';
import { FlagBadge } from '../../parts/flag-badge.tsx';
import { PriorityMark } from '../../parts/priority-mark.tsx';
import { turnaround } from './tat.ts';
import { isCleanRow } from './waiting.ts';

interface Props {
  readonly row: WorkRow;
  readonly top: number;
  readonly now: number;
  readonly selected: boolean;
  readonly chosen: boolean;
  readonly position: number;
  readonly size: number;
  readonly onOpen: (accession: string) => void;
}

export const SpecimenRow = memo(function SpecimenRow(props: Props) {
  const { row, top, now, selected, chosen, position, size, onOpen } = props;
  const { t } = useWords();
  const age = ageAt(row.patient.birthDate, row.collectedAt);
  const time = turnaround(row, now);
  const short = row.accession.slice(-6);
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: arrow keys open rows, for the whole page
    <div
      id={`row-${row.accession}`}
      className={['list-row', selected && 'selected', chosen && 'chosen'].filter(Boolean).join(' ')}
      style={{ transform: `translateY(${top}px)` }}
      role="option"
      aria-selected={selected}
      aria-posinset={position}
      aria-setsize={size}
      tabIndex={-1}
      onClick={() => onOpen(row.accession)}
    >
      <span className="list-marks">
        {chosen ? (
          <b className="accent" title={t('results.chips.mine')}>
            ✓
          </b>
        ) : (
          <PriorityMark priority={row.priority} />
        )}
      </span>
      <span className="mono" title={row.accession}>
        {short.length < row.accession.length && <span className="unseen">{row.accession.slice(0, -6)}</span>}
        {short}
      </span>
      <span className="clip">{row.patient.name}</span>
      <span className="soft">
        {age === undefined
          ? '–'
          : age.unit === 'years'
            ? age.count
            : t(`results.shortAge.${age.unit}`, { n: age.count })}{' '}
        {t(`results.shortSex.${row.patient.sex}`)}
      </span>
      <span className="soft clip">{row.ward ?? ''}</span>
      <Counts row={row} />
      <Marks row={row} />
      <span className="list-tat">
        <span className={`tat ${time.tone}`} aria-hidden="true">
          <span style={{ width: `${Math.round(time.share * 100)}%` }} />
        </span>
        <span className={time.tone === 'over' ? 'red' : undefined}>
          {showElapsed(row.receivedAt ?? row.registeredAt, now)}
        </span>
      </span>
    </div>
  );
});

/** `HH 22 · SH 13/14`: values at hand by section, and of how many that were ordered. */
function Counts({ row }: { readonly row: WorkRow }) {
  const { nameOf, known } = useWords();
  const { data: sections = [] } = useWordsOf('sections');
  const found = row.values.reduce((sum, each) => sum + each.count, 0);
  const missing = row.ordered > found;
  const short = (code: string): string =>
    known(`results.sectionsShort.${code}`, nameOf(sections.find((each) => each.code === code)?.name, code).slice(0, 2));
  const words = row.values.map(({ section, count }, place) => {
    const last = place === row.values.length - 1;
    return `${short(section)} ${count}${missing && last && row.values.length === 1 ? `/${row.ordered}` : ''}`;
  });
  return (
    <span className="clip">
      {words.join(' · ')}
      {missing && row.values.length > 1 && <span className="faint"> −{row.ordered - found}</span>}
    </span>
  );
}

/** What makes one look: critical letters, how many are out of range, delta or mix-up, kept back; or `clean`. */
function Marks({ row }: { readonly row: WorkRow }) {
  const { t } = useWords();
  if (row.pending === 0) return <span className="list-flags violet">{t('results.waitsForDoctor')}</span>;
  const grave = ['HH', 'LL'].filter((flag) => row.flags.includes(flag));
  const look = row.alerts.filter((alert) => alert !== 'critical');
  if (isCleanRow(row)) return <span className="list-flags good">{t('results.clean')}</span>;
  return (
    <span className="list-flags">
      {grave.map((flag) => (
        <FlagBadge key={flag} flag={flag} />
      ))}
      {row.flagged > row.onHold && !row.alerts.includes('mix-up') && (
        <span className="badge warn" title={t('results.flaggedCount', { n: row.flagged })}>
          {row.flagged}
        </span>
      )}
      {look.slice(0, 1).map((alert) => (
        <span key={alert} className="badge look" title={t(`results.alerts.${alert}`)}>
          {t(`results.alertShort.${alert}`)}
        </span>
      ))}
      {row.onHold > 0 && <span className="badge look">{t('results.hold')}</span>}
    </span>
  );
}
