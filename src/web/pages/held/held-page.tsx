import { useMemo, useState } from 'react';
import { useAnalyzers, useHeld } from '../../api/queries.ts';
import type { Held } from '../../api/types.ts';
import { sayDuration } from '../../app/line-words.ts';
import { goTo, pathOf, useRoute } from '../../app/routes.ts';
import { showWhen } from '../../format/times.ts';
import { useWords } from '../../i18n/i18n.ts';
import { useCommands } from '../../keys/use-commands.ts';
import { Empty } from '../../parts/empty.tsx';
import { Trouble } from '../../parts/trouble.tsx';
import { useNow } from '../../parts/use-now.ts';
import { CausePanel } from './cause-panel.tsx';
import { type Cause, causeKey, causesOf } from './causes.ts';
import '../../parts/panels.css';
import './held.css';
import { ScrollBox } from '../../parts/scroll-box.tsx';
import { Resolved } from './resolved.tsx';

/** What was received and understood by nobody yet, by cause: each row is one decision. `/held/<item>` */
export function HeldPage() {
  const { t, known } = useWords();
  const { of: wanted, query } = useRoute();
  const { data: items, error } = useHeld();
  const [reason, setReason] = useState('');
  const [resolved, setResolved] = useState(false);
  const analyzer = query.get('analyzer') ?? undefined;
  const all = useMemo(
    () => causesOf((items ?? []).filter((item) => analyzer === undefined || item.analyzer === analyzer)),
    [items, analyzer],
  );
  const reasons = [...new Set(all.map((cause) => cause.reason))];
  const causes = reason === '' || !reasons.includes(reason) ? all : all.filter((cause) => cause.reason === reason);
  const chosen = useChosen(causes, items ?? [], wanted);
  const show = (which: string): void => {
    setReason(which);
    setResolved(false);
  };
  const step = (by: number): void => {
    const at = causes.findIndex((cause) => cause.key === chosen?.key);
    const next = causes[Math.min(Math.max(at + by, 0), causes.length - 1)]?.items[0];
    if (next !== undefined) open(next);
  };
  const open = (item: Held): void =>
    goTo(pathOf('held', item.id, undefined, analyzer === undefined ? undefined : { analyzer }), true);
  useCommands([
    { combo: 'ArrowDown', label: 'nextHeld', repeats: true, run: () => step(1) },
    { combo: 'ArrowUp', repeats: true, run: () => step(-1) },
  ]);
  if (items === undefined)
    return error === null ? <p className="loading">{t('common.loading')}</p> : <Trouble error={error} />;
  return (
    <div className="held">
      <div className="held-list">
        <h1 className="unseen">{t('held.title')}</h1>
        <div className="panel-filters">
          <button type="button" className="chip" aria-pressed={reason === '' && !resolved} onClick={() => show('')}>
            {t('common.all')} <b>{all.reduce((sum, cause) => sum + cause.items.length, 0)}</b>
          </button>
          {reasons.map((each) => (
            <button
              key={each}
              type="button"
              className="chip"
              aria-pressed={reason === each && !resolved}
              onClick={() => show(each)}
            >
              {known(`held.reasons.${each}`, t('held.reasons.other'))}{' '}
              <b>{all.filter((cause) => cause.reason === each).reduce((sum, cause) => sum + cause.items.length, 0)}</b>
            </button>
          ))}
          {analyzer !== undefined && (
            <button type="button" className="chip" aria-pressed="true" onClick={() => goTo(pathOf('held'))}>
              {analyzer} <span aria-hidden="true">✕</span>
            </button>
          )}
          <span className="grow" />
          <button type="button" className="chip" aria-pressed={resolved} onClick={() => setResolved(true)}>
            {t('held.resolvedList')}
          </button>
        </div>
        {resolved ? (
          <Resolved />
        ) : causes.length === 0 ? (
          <Empty title={t('held.empty.title')} text={t('held.empty.text')} />
        ) : (
          <Causes causes={causes} chosen={chosen} onOpen={open} />
        )}
      </div>
      {!resolved && chosen !== undefined && <CausePanel key={chosen.key} cause={chosen} wanted={wanted} />}
    </div>
  );
}

/** The cause of the item in the address; after it is settled, the next one at its place. */
function useChosen(causes: readonly Cause[], items: readonly Held[], wanted: string | undefined): Cause | undefined {
  const item = items.find((each) => each.id === wanted);
  const key = item === undefined ? undefined : causeKey(item);
  return causes.find((cause) => cause.key === key) ?? causes[0];
}

interface CausesProps {
  readonly causes: readonly Cause[];
  readonly chosen: Cause | undefined;
  readonly onOpen: (item: Held) => void;
}

function Causes({ causes, chosen, onOpen }: CausesProps) {
  const { t, locale, known } = useWords();
  const now = useNow(30_000);
  const { data: lines = [] } = useAnalyzers();
  const nameOfLine = (id: string): string => lines.find((line) => line.id === id)?.name ?? id;
  return (
    <ScrollBox className="held-rows" label={t('held.title')}>
      <table className="table">
        <thead>
          <tr>
            {(['reason', 'about', 'analyzer', 'count', 'age'] as const).map((column) => (
              <th key={column} className={column === 'count' ? 'right' : undefined}>
                {t(`held.columns.${column}`)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {causes.map((cause) => {
            const [first] = cause.items;
            if (first === undefined) return null;
            const here = cause.key === chosen?.key;
            return (
              <tr key={cause.key} className={here ? 'chosen' : undefined} onClick={() => onOpen(first)}>
                <td>
                  <button
                    type="button"
                    className="row-link"
                    aria-current={here ? 'true' : undefined}
                    onClick={() => onOpen(first)}
                  >
                    {known(`held.reasons.${cause.reason}`, t('held.reasons.other'))}
                  </button>
                </td>
                <td className="mono clip held-about">{cause.hostCode ?? cause.accession ?? '–'}</td>
                <td className="clip">{nameOfLine(cause.analyzer)}</td>
                <td className="right">
                  <span className="badge look">{cause.items.length}</span>
                </td>
                <td className="soft" title={showWhen(cause.oldest, locale)}>
                  {sayDuration(now - Date.parse(cause.oldest), t)}
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </ScrollBox>
  );
}
