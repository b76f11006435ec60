import { useAnalyteMap, useAnalyzers } from '../../api/queries.ts';
import type { Specimen } from '../../api/types.ts';
import { Link } from '../../app/link.tsx';
import { pathOf } from '../../app/routes.ts';
import { showValue } from '../../format/numbers.ts';
import { showWhen } from '../../format/times.ts';
import { useWords } from '../../i18n/i18n.ts';

/** What the specimen shows that disturbs measurements: each index in words, and which of its values it concerns. */
export function InterferencePart({ specimen }: { readonly specimen: Specimen }) {
  const { t, locale, nameOf } = useWords();
  const analytes = useAnalyteMap();
  const { data: lines = [] } = useAnalyzers();
  if (specimen.interference.length === 0) return null;
  const nameOfLine = (id: string): string =>
    id === 'manual' ? t('results.origin.manual') : (lines.find((line) => line.id === id)?.name ?? id);
  const disturbed = (code: string): string => {
    const state = specimen.observations.find((each) => each.analyte === code && each.current)?.state;
    const name = nameOf(analytes.get(code)?.name, code);
    return state === undefined || state === 'pending' ? name : `${name} (${t(`results.state.${state}`)})`;
  };
  return (
    <section className="interference" aria-label={t('results.interference.title')}>
      <h2>{t('results.interference.title')}</h2>
      <ul>
        {specimen.interference.map((each) => (
          <li
            key={`${each.index} ${each.analyzer} ${each.observedAt} ${each.value}`}
            className={each.affects.length > 0 ? 'disturbs' : undefined}
          >
            <b>{t(`results.interference.${each.index}`)}</b>{' '}
            {each.grade !== undefined && <span className="grade">{t(`results.interference.grade.${each.grade}`)}</span>}{' '}
            <span className="digits">
              {showValue(each.value, each.comparator, locale)} {each.unit}
            </span>{' '}
            <span className="soft">
              {nameOfLine(each.analyzer)}, {showWhen(each.observedAt, locale)}
              {each.message !== undefined && (
                <>
                  {' · '}
                  <Link to={pathOf('analyzers', each.analyzer, each.message)} className="link">
                    {t('results.why.open')}
                  </Link>
                </>
              )}
            </span>{' '}
            <span className={each.affects.length > 0 ? 'violet' : 'soft'}>
              {each.affects.length > 0
                ? t('results.interference.affects', { list: each.affects.map(disturbed).join(', ') })
                : t('results.interference.affectsNone')}
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}
