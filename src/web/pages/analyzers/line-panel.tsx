import { useActivity } from '../../api/lines.ts';
import { useHeld } from '../../api/queries.ts';
import type { Analyzer } from '../../api/types.ts';
import { Link } from '../../app/link.tsx';
import { goTo, pathOf } from '../../app/routes.ts';
import { showCount } from '../../format/numbers.ts';
import { useWords } from '../../i18n/i18n.ts';
import { useCommands } from '../../keys/use-commands.ts';
import { Button } from '../../parts/button.tsx';
import { Empty } from '../../parts/empty.tsx';
import { LineMark } from '../../parts/line-mark.tsx';
import { useNow } from '../../parts/use-now.ts';
import { sayLast, sayPlace, sayState } from './line-card.tsx';
import { facts } from './line-watch.ts';

/** Counts that are trouble when they are not zero. */
const troubles = new Set(['unfinished', 'refused', 'faults', 'lost']);

/** One line: how it stands and what it counted; until a message is chosen. */
export function LinePanel({ line, id }: { readonly line: Analyzer | undefined; readonly id: string }) {
  const { t } = useWords();
  const openMapping = (): void => goTo(pathOf('analyzers', id, undefined, { view: 'mapping' }));
  useCommands([{ combo: 'M', label: 'mapping', run: openMapping }]);
  if (line === undefined) return <Empty title={t('analyzers.gone', { id })} text={t('analyzers.goneText')} />;
  return (
    <section className="line-panel" aria-label={line.name ?? line.id}>
      <header className="panel-top">
        <div>
          <h1>{line.name ?? line.id}</h1>
          <p className="soft">
            {line.id} · {line.driver} · {sayPlace(line, t)}
          </p>
        </div>
      </header>
      <Facts line={line} />
      <p className="panel-note faint">{t('analyzers.message.choose')}</p>
      <span className="grow" />
      <div className="panel-actions no-print">
        <Button combo="M" onClick={openMapping}>
          {t('analyzers.message.mapping')}
        </Button>
      </div>
    </section>
  );
}

function Facts({ line }: { readonly line: Analyzer }) {
  const { t, locale, known } = useWords();
  const now = useNow(1000);
  const { data: activity } = useActivity();
  const today = activity?.get(line.id)?.today;
  const held = (useHeld().data ?? []).filter((item) => item.analyzer === line.id).length;
  return (
    <dl className="line-facts">
      <div>
        <dt>{t('analyzers.facts.state')}</dt>
        <dd>
          <LineMark state={line.state} /> {sayState(line, t, now)}
        </dd>
      </div>
      <div>
        <dt>{t('analyzers.facts.last')}</dt>
        <dd>{sayLast(line, t, locale)}</dd>
      </div>
      {today !== undefined && (
        <div>
          <dt>{t('analyzers.facts.today')}</dt>
          <dd>
            {t('analyzers.counts.messages', { n: showCount(today.messages, locale) })} ·{' '}
            {t('analyzers.counts.observations', { n: showCount(today.observations, locale) })}
          </dd>
        </div>
      )}
      {held > 0 && (
        <div>
          <dt>{t('held.title')}</dt>
          <dd>
            <Link to={pathOf('held', undefined, undefined, { analyzer: line.id })}>
              {t('analyzers.counts.held', { n: held })}
            </Link>
          </dd>
        </div>
      )}
      {line.state !== 'down' && line.detail !== undefined && (
        <div>
          <dt>{t('analyzers.facts.notice')}</dt>
          <dd className="amber" lang="en">
            {line.detail}
          </dd>
        </div>
      )}
      {facts(line).map((fact) => (
        <div key={fact.name}>
          <dt>{t(`analyzers.watch.${fact.name}`)}</dt>
          <dd className={fact.trouble ? 'amber' : undefined}>{fact.words(t, locale)}</dd>
        </div>
      ))}
      {Object.entries(line.counts).map(([name, count]) => (
        <div key={name}>
          <dt>{known(`analyzers.count.${name}`, name)}</dt>
          <dd className={troubles.has(name) && count > 0 ? 'amber' : undefined}>{showCount(count, locale)}</dd>
        </div>
      ))}
    </dl>
  );
}
