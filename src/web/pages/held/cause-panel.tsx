import { useState } from 'react';
import { useMappings } from '../../api/lines.ts';
import type { Held } from '../../api/types.ts';
import { sayDuration } from '../../app/line-words.ts';
import { Link } from '../../app/link.tsx';
import { goTo, pathOf } from '../../app/routes.ts';
import { useMay } from '../../app/session.ts';
import { showWhen } from '../../format/times.ts';
import { useWords } from '../../i18n/i18n.ts';
import { useCommands } from '../../keys/use-commands.ts';
import { Button } from '../../parts/button.tsx';
import { ScrollBox } from '../../parts/scroll-box.tsx';
import { useNow } from '../../parts/use-now.ts';
import { MappingDialog } from '../analyzers/mapping/mapping-dialog.tsx';
import { AssignDialog } from './assign-dialog.tsx';
import { type Cause, mendedByMapping, messagesOf } from './causes.ts';
import { DismissDialog } from './dismiss-dialog.tsx';
import { ReplayHeldDialog } from './replay-dialog.tsx';
import { sayDetail } from './say-detail.ts';

type Doing = 'map' | 'assign' | 'replay' | 'dismiss';

/** One cause: why, what to do, the items it holds, and the acts for all or some of them. */
export function CausePanel({ cause, wanted }: { readonly cause: Cause; readonly wanted: string | undefined }) {
  const { t, known } = useWords();
  const may = useMay();
  const [left, setLeft] = useState<ReadonlySet<string>>(new Set());
  const [doing, setDoing] = useState<Doing>();
  const items = cause.items.filter((item) => !left.has(item.id));
  const acts = useActs(cause, items, setDoing);
  const { data: mappings } = useMappings(mendedByMapping(cause.reason) ? cause.analyzer : undefined);
  useCommands(acts.map(({ combo, label, run }) => ({ combo, label, run })));
  const close = (): void => setDoing(undefined);
  const needsAdministrator = mendedByMapping(cause.reason) && !may('catalogue.edit');
  return (
    <section className="held-panel" aria-label={known(`held.reasons.${cause.reason}`, t('held.reasons.other'))}>
      <header className="panel-top">
        <div>
          <h1>
            {known(`held.reasons.${cause.reason}`, t('held.reasons.other'))}{' '}
            <span className="mono">{cause.hostCode ?? cause.accession}</span>
          </h1>
          <p>{known(`held.todo.${cause.reason}`, t('held.todo.other'))}</p>
          {needsAdministrator && <p className="faint">{t('held.askAdministrator')}</p>}
        </div>
      </header>
      <Items
        cause={cause}
        wanted={wanted}
        left={left}
        onToggle={(id) =>
          setLeft((now) => {
            const next = new Set(now);
            if (!next.delete(id)) next.add(id);
            return next;
          })
        }
      />
      <div className="panel-actions no-print">
        {acts.map(({ act, combo, tone, run }) => (
          <Button
            key={act}
            combo={combo}
            onClick={run}
            disabled={items.length === 0}
            {...(tone === undefined ? {} : { tone })}
          >
            {t(`held.${act}`)}
            {act !== 'register' && items.length > 1 ? ` (${items.length})` : ''}
          </Button>
        ))}
      </div>
      {doing === 'map' && mappings !== undefined && (
        <MappingDialog
          line={cause.analyzer}
          hostCode={cause.hostCode ?? ''}
          mapping={mappings.find((each) => each.hostCode === cause.hostCode)}
          messages={messagesOf(cause.items)}
          onClose={close}
        />
      )}
      {doing === 'assign' && <AssignDialog items={items} onClose={close} />}
      {doing === 'replay' && <ReplayHeldDialog items={items} onClose={close} />}
      {doing === 'dismiss' && <DismissDialog items={items} onClose={close} />}
    </section>
  );
}

interface Act {
  readonly act: 'map' | 'register' | 'assign' | 'replay' | 'dismiss';
  readonly combo: string;
  readonly label: string;
  readonly tone?: 'primary' | 'danger';
  readonly run: () => void;
}

/** What this person may do about this cause, the likeliest first. */
function useActs(cause: Cause, items: readonly Held[], begin: (doing: Doing) => void): readonly Act[] {
  const may = useMay();
  const acts: Act[] = [];
  const accession = cause.accession;
  if (mendedByMapping(cause.reason) && cause.hostCode !== undefined && may('catalogue.edit'))
    acts.push({ act: 'map', combo: 'M', label: 'mapping', tone: 'primary', run: () => begin('map') });
  if (cause.reason === 'SPECIMEN_ACCESSION_UNKNOWN' && accession !== undefined && may('specimens.register'))
    acts.push({
      act: 'register',
      combo: 'N',
      label: 'registerHeld',
      tone: 'primary',
      run: () => goTo(pathOf('register', undefined, undefined, { accession })),
    });
  if (!may('held.resolve')) return acts;
  const able = (doing: Doing) => () => {
    if (items.length > 0) begin(doing);
  };
  if (!mendedByMapping(cause.reason) && cause.reason !== 'DRIVER_VALUE_UNREADABLE')
    acts.push({ act: 'assign', combo: 'A', label: 'assign', run: able('assign') });
  acts.push({ act: 'replay', combo: 'P', label: 'replay', run: able('replay') });
  acts.push({ act: 'dismiss', combo: 'D', label: 'dismiss', tone: 'danger', run: able('dismiss') });
  return acts;
}

interface ItemsProps {
  readonly cause: Cause;
  readonly wanted: string | undefined;
  readonly left: ReadonlySet<string>;
  readonly onToggle: (id: string) => void;
}

/** A cause may hold thousands: the newest are listed, the acts take all that are chosen. */
const mostListed = 200;

function Items({ cause, wanted, left, onToggle }: ItemsProps) {
  const { t, locale } = useWords();
  const now = useNow(30_000);
  const several = cause.items.length > 1;
  return (
    <ScrollBox className="held-items" label={t('held.items')}>
      {cause.items.slice(0, mostListed).map((item) => (
        <article key={item.id} className={item.id === wanted && several ? 'held-item wanted' : 'held-item'}>
          {several && (
            <input
              type="checkbox"
              aria-label={t('held.choose', { at: showWhen(item.at, locale) })}
              checked={!left.has(item.id)}
              onChange={() => onToggle(item.id)}
            />
          )}
          <div className="grow">
            <p>{sayDetail(item, t)}</p>
            <p className="faint">
              {showWhen(item.at, locale)} · {t('held.since', { since: sayDuration(now - Date.parse(item.at), t) })} ·{' '}
              {item.analyzer}
              {item.accession !== undefined && (
                <>
                  {' · '}
                  <Link to={pathOf('results', item.accession)}>
                    <span className="mono">{item.accession}</span>
                  </Link>
                </>
              )}
            </p>
          </div>
          <Link to={pathOf('analyzers', item.analyzer, item.message)}>{t('held.open')}</Link>
        </article>
      ))}
      {cause.items.length > mostListed && (
        <p className="faint panel-note">{t('held.moreItems', { n: cause.items.length - mostListed })}</p>
      )}
    </ScrollBox>
  );
}
