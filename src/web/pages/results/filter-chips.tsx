import { useWordsOf } from '../../api/queries.ts';
import { useMe } from '../../app/session.ts';
import { showCount } from '../../format/numbers.ts';
import { useWords } from '../../i18n/i18n.ts';
import type { ListCounts, ListFilter } from './list-filter.ts';

interface Props {
  readonly filter: ListFilter;
  readonly counts: ListCounts;
  readonly onChange: (filter: ListFilter) => void;
}

/** Chips over the list: one state, any section, one analyzer; each says how many rows it stands for. */
export function FilterChips({ filter, counts, onChange }: Props) {
  const { t, locale, nameOf } = useWords();
  const { data: sections = [] } = useWordsOf('sections');
  const twoLevels = useMe().laboratory.verification.length > 1;
  const shows: readonly ListFilter['show'][] = [
    'all',
    'stat',
    'clean',
    'flagged',
    'looked',
    ...(counts.shows.late > 0 || filter.show === 'late' ? (['late'] as const) : []),
    ...(twoLevels ? (['verified'] as const) : []),
    ...(counts.shows.mine > 0 || filter.show === 'mine' ? (['mine'] as const) : []),
  ];
  return (
    <fieldset className="chips">
      <legend className="unseen">{t('results.filter')}</legend>
      {shows.map((show) => (
        <button
          key={show}
          type="button"
          className="chip"
          aria-pressed={filter.show === show}
          onClick={() => onChange({ ...filter, show: filter.show === show ? 'all' : show })}
        >
          {t(`results.chips.${show}`)} <b>{showCount(counts.shows[show], locale)}</b>
        </button>
      ))}
      {(counts.sections.length > 1 || filter.section !== undefined) &&
        shownSections(counts, filter).map((code) => (
          <button
            key={code}
            type="button"
            className="chip"
            aria-pressed={filter.section === code}
            onClick={() =>
              onChange(filter.section === code ? without(filter, 'section') : { ...filter, section: code })
            }
          >
            {nameOf(sections.find((each) => each.code === code)?.name, code)}
          </button>
        ))}
      {(counts.analyzers.length > 1 || filter.analyzer !== undefined) && (
        <select
          className="chip"
          aria-label={t('results.byAnalyzer')}
          value={filter.analyzer ?? ''}
          onChange={(event) => {
            const analyzer = event.target.value;
            onChange(analyzer === '' ? without(filter, 'analyzer') : { ...filter, analyzer });
            event.target.blur();
          }}
        >
          <option value="">{t('results.anyAnalyzer')}</option>
          {counts.analyzers.map((analyzer) => (
            <option key={analyzer}>{analyzer}</option>
          ))}
        </select>
      )}
    </fieldset>
  );
}

/** Sections with rows, and the one that is filtered by where it has none: it can be left. */
function shownSections({ sections }: ListCounts, { section }: ListFilter): readonly string[] {
  const codes = sections.map(({ code }) => code);
  return section === undefined || codes.includes(section) ? codes : [...codes, section];
}

function without(filter: ListFilter, key: 'section' | 'analyzer'): ListFilter {
  const { [key]: _gone, ...rest } = filter;
  return rest;
}
