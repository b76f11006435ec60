import { useState } from 'react';
import { useActivity } from '../../api/lines.ts';
import { useAnalyzers } from '../../api/queries.ts';
import type { Analyzer } from '../../api/types.ts';
import { useRoute } from '../../app/routes.ts';
import { useMay } from '../../app/session.ts';
import { useWords } from '../../i18n/i18n.ts';
import { Trouble } from '../../parts/trouble.tsx';
import '../../parts/panels.css';
import './analyzers.css';
import { HowToAdd } from './how-to-add.tsx';
import { Journal } from './journal.tsx';
import { KitPanel } from './kit/kit-panel.tsx';
import { LineCard } from './line-card.tsx';
import { LinePanel } from './line-panel.tsx';
import { needsLook } from './line-watch.ts';
import { MappingTable } from './mapping/mapping-table.tsx';
import { MessagePanel } from './message/message-panel.tsx';

/** Every line with its state, the journal of the chosen one, and a message whole. `/analyzers/<line>/<message>` */
export function AnalyzersPage() {
  const { t } = useWords();
  const { of, and: message, query } = useRoute();
  const may = useMay();
  const { data: lines, error } = useAnalyzers();
  const [look, setLook] = useState(false);
  const [adding, setAdding] = useState(false);
  const [inside, setInside] = useState(false);
  if (lines === undefined)
    return error === null ? <p className="loading">{t('common.loading')}</p> : <Trouble error={error} />;
  if (lines.length === 0 && query.get('view') !== 'kit') return <HowToAdd first />;
  const line = of ?? latest(lines);
  const chosen = lines.find((each) => each.id === line);
  const view = query.get('view');
  return (
    <div className="analyzers">
      <div className="analyzers-list">
        <Chips lines={lines} look={look} onLook={setLook} adding={adding} onAdd={() => setAdding((now) => !now)} />
        {adding && <HowToAdd />}
        <Cards lines={look ? lines.filter(needsLook) : lines} chosen={line} />
        {may('messages.read') && (
          <Journal
            key={line}
            line={line}
            name={chosen?.name ?? line}
            message={message}
            inside={inside}
            onInside={setInside}
          />
        )}
      </div>
      <div className="analyzers-side">
        {message !== undefined ? (
          <MessagePanel line={line} id={message} inside={inside} onInside={setInside} />
        ) : view === 'kit' ? (
          <KitPanel />
        ) : view === 'mapping' ? (
          <MappingTable line={line} name={chosen?.name ?? line} />
        ) : (
          <LinePanel line={chosen} id={line} />
        )}
      </div>
    </div>
  );
}

/** The line that spoke last: where the eye goes when nobody chose one. */
function latest(lines: readonly Analyzer[]): string {
  const [first, ...others] = lines;
  const spoke = (each: Analyzer | undefined): string => each?.lastReceivedAt ?? '';
  return others.reduce((best, each) => (spoke(each) > spoke(best) ? each : best), first)?.id ?? '';
}

interface ChipsProps {
  readonly lines: readonly Analyzer[];
  readonly look: boolean;
  readonly onLook: (look: boolean) => void;
  readonly adding: boolean;
  readonly onAdd: () => void;
}

function Chips({ lines, look, onLook, adding, onAdd }: ChipsProps) {
  const { t } = useWords();
  return (
    <div className="panel-filters">
      <h1 className="unseen">{t('analyzers.title')}</h1>
      <button type="button" className="chip" aria-pressed={!look} onClick={() => onLook(false)}>
        {t('analyzers.all')} <b>{lines.length}</b>
      </button>
      <button type="button" className="chip" aria-pressed={look} onClick={() => onLook(true)}>
        {t('analyzers.look')} <b>{lines.filter(needsLook).length}</b>
      </button>
      <button type="button" className="chip" aria-expanded={adding} onClick={onAdd}>
        {t('analyzers.add')}
      </button>
    </div>
  );
}

function Cards({ lines, chosen }: { readonly lines: readonly Analyzer[]; readonly chosen: string | undefined }) {
  const { t } = useWords();
  const { data: activity } = useActivity();
  const busiest = Math.max(1, ...[...(activity?.values() ?? [])].flatMap((each) => [...each.arrivals]));
  if (lines.length === 0) return <p className="loading">{t('analyzers.allWell')}</p>;
  return (
    <ul className="line-cards" aria-label={t('analyzers.title')}>
      {lines.map((each) => (
        <li key={each.id}>
          <LineCard line={each} activity={activity?.get(each.id)} busiest={busiest} chosen={each.id === chosen} />
        </li>
      ))}
    </ul>
  );
}
