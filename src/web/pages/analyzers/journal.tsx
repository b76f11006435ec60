import { useEffect, useRef, useState } from 'react';
import { useJournal } from '../../api/lines.ts';
import type { MessageRow } from '../../api/types.ts';
import { goTo, pathOf } from '../../app/routes.ts';
import { showDay, showSeconds } from '../../format/times.ts';
import { useWords } from '../../i18n/i18n.ts';
import { useCommands } from '../../keys/use-commands.ts';
import { ScrollBox } from '../../parts/scroll-box.tsx';
import { Trouble } from '../../parts/trouble.tsx';
import { useSettled } from '../../parts/use-settled.ts';

interface Props {
  readonly line: string;
  readonly name: string;
  readonly message: string | undefined;
  readonly inside: boolean;
  readonly onInside: (inside: boolean) => void;
}

/** What came and went on a line, newest first. */
export function Journal({ line, name, message, inside, onInside }: Props) {
  const { t } = useWords();
  const [typed, setTyped] = useState('');
  const q = useSettled(typed.trim());
  const [cursors, setCursors] = useState<readonly string[]>([]);
  const { data, error, isPending } = useJournal(line, { q, cursor: cursors.at(-1) });
  const rows = data?.items ?? [];
  const older = data?.next ?? undefined;
  const body = useRef<HTMLTableSectionElement>(null);
  useEffect(() => {
    if (message !== undefined) body.current?.querySelector('tr.chosen')?.scrollIntoView({ block: 'nearest' });
  }, [message]);
  const step = (by: number): void => {
    const at = rows.findIndex((row) => row.id === message);
    const next = rows[at < 0 ? 0 : Math.min(Math.max(at + by, 0), rows.length - 1)];
    if (next !== undefined) goTo(pathOf('analyzers', line, next.id), message !== undefined);
  };
  useCommands(
    inside
      ? []
      : [
          { combo: 'ArrowDown', label: 'nextMessage', repeats: true, run: () => step(1) },
          { combo: 'ArrowUp', repeats: true, run: () => step(-1) },
          { combo: 'ArrowRight', label: 'into', run: () => onInside(message !== undefined) },
          {
            combo: 'Escape',
            run: () => goTo(message === undefined ? pathOf('results') : pathOf('analyzers', line)),
          },
        ],
  );
  return (
    <div className="journal">
      <header className="journal-head">
        <h2 className="clip">{t('analyzers.messagesOf', { analyzer: name })}</h2>
        <input
          type="search"
          className="input"
          aria-label={t('analyzers.search')}
          placeholder={t('analyzers.search')}
          data-scan=""
          value={typed}
          onChange={(event) => {
            setTyped(event.target.value);
            setCursors([]);
          }}
        />
      </header>
      <Trouble error={error} />
      {rows.length === 0 && older === undefined && error === null && !isPending ? (
        <p className="loading">{t(q === '' ? 'analyzers.noMessages' : 'analyzers.noneFound')}</p>
      ) : (
        <ScrollBox className="journal-rows" label={t('analyzers.messagesOf', { analyzer: name })}>
          <table className="table">
            <thead>
              <tr>
                {(['at', 'kind', 'accession', 'bytes', 'became'] as const).map((column) => (
                  <th key={column} className={column === 'bytes' ? 'right' : undefined}>
                    {t(`analyzers.columns.${column}`)}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody ref={body}>
              {rows.map((row) => (
                <Row
                  key={row.id}
                  row={row}
                  chosen={row.id === message}
                  onOpen={() => {
                    onInside(false);
                    goTo(pathOf('analyzers', line, row.id), message !== undefined);
                  }}
                />
              ))}
            </tbody>
          </table>
          <div className="journal-foot">
            {cursors.length > 0 && (
              <button type="button" className="button plain" onClick={() => setCursors(cursors.slice(0, -1))}>
                {t('analyzers.newer')}
              </button>
            )}
            {older !== undefined && (
              <button type="button" className="button plain" onClick={() => setCursors([...cursors, older])}>
                {t('analyzers.older')}
              </button>
            )}
          </div>
        </ScrollBox>
      )}
    </div>
  );
}

const calm = new Set(['stored', 'qc', 'answered', 'sent', 'other', 'repeated']);

function Row({
  row,
  chosen,
  onOpen,
}: {
  readonly row: MessageRow;
  readonly chosen: boolean;
  readonly onOpen: () => void;
}) {
  const { locale, known } = useWords();
  const today = showDay(new Date().toISOString()) === showDay(row.at);
  const [first, ...others] = row.accessions;
  return (
    <tr className={chosen ? 'chosen' : undefined} onClick={onOpen}>
      <td className="mono">
        <button type="button" className="row-link" aria-current={chosen ? 'true' : undefined} onClick={onOpen}>
          {today ? '' : `${showDay(row.at)} `}
          {showSeconds(row.at, locale)}
        </button>
      </td>
      <td>
        {row.direction === 'out' && <span aria-hidden="true">→ </span>}
        {known(`analyzers.kind.${row.kind}`, row.kind)}
      </td>
      <td className="mono clip journal-accession">
        {first ?? '–'}
        {others.length > 0 && <span className="faint"> +{others.length}</span>}
      </td>
      <td className="right soft">{row.bytes}</td>
      <td>
        {calm.has(row.state) ? (
          <span className={row.state === 'stored' ? 'good' : 'soft'}>
            {known(`analyzers.state.${row.state}`, row.state)}
          </span>
        ) : (
          <span className={`badge ${row.state === 'held' ? 'look' : 'warn'}`}>
            {known(`analyzers.state.${row.state}`, row.state)}
          </span>
        )}
      </td>
    </tr>
  );
}
