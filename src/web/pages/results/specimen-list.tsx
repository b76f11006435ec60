import { useVirtualizer } from '@tanstack/react-virtual';
import { type ReactNode, useLayoutEffect, useRef } from 'react';
import type { WorkRow } from '../../api/types.ts';
import { useWords } from '../../i18n/i18n.ts';
import { useNow } from '../../parts/use-now.ts';
import { SpecimenRow } from './specimen-row.tsx';

const rowHeight = 30;

interface Props {
  readonly rows: readonly WorkRow[];
  readonly selected: string | undefined;
  readonly chosen: ReadonlySet<string>;
  readonly onOpen: (accession: string) => void;
  readonly children?: ReactNode;
}

/** The worklist: only the rows in view exist, the one that is open stays under the hand when others come and go. */
export function SpecimenList({ rows, selected, chosen, onOpen, children }: Props) {
  const { t } = useWords();
  const now = useNow(20_000);
  const box = useRef<HTMLDivElement>(null);
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => box.current,
    estimateSize: () => rowHeight,
    getItemKey: (index) => rows[index]?.accession ?? index,
    overscan: 12,
  });
  useStandStill(box, rows, selected);
  const open = rows.findIndex((row) => row.accession === selected);
  return (
    <div className="list">
      <div className="list-head" aria-hidden="true">
        <span />
        <span>{t('results.columns.accession')}</span>
        <span>{t('results.columns.patient')}</span>
        <span>{t('results.columns.age')}</span>
        <span>{t('results.columns.ward')}</span>
        <span>{t('results.columns.counts')}</span>
        <span>{t('results.columns.flags')}</span>
        <span className="right">{t('results.columns.tat')}</span>
      </div>
      {rows.length === 0 && children}
      <div
        ref={box}
        className="list-rows"
        hidden={rows.length === 0}
        role="listbox"
        aria-label={t('results.list')}
        aria-activedescendant={open < 0 ? undefined : `row-${rows[open]?.accession}`}
        tabIndex={0}
      >
        {rows.length > 0 && (
          <div className="list-space" style={{ height: virtual.getTotalSize() }} role="presentation">
            {virtual.getVirtualItems().map((item) => {
              const row = rows[item.index];
              if (row === undefined) return null;
              return (
                <SpecimenRow
                  key={item.key}
                  row={row}
                  top={item.start}
                  now={now}
                  selected={row.accession === selected}
                  chosen={chosen.has(row.accession)}
                  position={item.index + 1}
                  size={rows.length}
                  onOpen={onOpen}
                />
              );
            })}
          </div>
        )}
      </div>
    </div>
  );
}

/**
 * Keeps the open row (else the first in view) where it is on the screen when rows come in above it, and brings the open
 * row into view when another is opened.
 */
function useStandStill(
  box: React.RefObject<HTMLDivElement | null>,
  rows: readonly WorkRow[],
  selected: string | undefined,
) {
  const last = useRef<{ rows: readonly WorkRow[]; selected: string | undefined }>({ rows: [], selected: undefined });
  useLayoutEffect(() => {
    const view = box.current;
    const before = last.current;
    last.current = { rows, selected };
    if (view === null) return;
    const at = rows.findIndex((row) => row.accession === selected);
    if (before.selected !== selected) {
      if (at >= 0) bringIntoView(view, at);
      return;
    }
    if (before.rows === rows || before.rows.length === 0) return;
    const wasAt = before.rows.findIndex((row) => row.accession === selected);
    const inView =
      wasAt * rowHeight >= view.scrollTop - rowHeight && wasAt * rowHeight <= view.scrollTop + view.clientHeight;
    if (wasAt >= 0 && at >= 0 && inView) {
      view.scrollTop += (at - wasAt) * rowHeight;
      return;
    }
    if (view.scrollTop === 0) return;
    const first = before.rows[Math.floor(view.scrollTop / rowHeight)]?.accession;
    const firstAt = rows.findIndex((row) => row.accession === first);
    if (firstAt >= 0) view.scrollTop = firstAt * rowHeight + (view.scrollTop % rowHeight);
  }, [box, rows, selected]);
}

function bringIntoView(view: HTMLElement, at: number): void {
  const top = at * rowHeight;
  if (top < view.scrollTop) view.scrollTop = Math.max(0, top - rowHeight);
  else if (top + 2 * rowHeight > view.scrollTop + view.clientHeight) {
    view.scrollTop = top + 2 * rowHeight - view.clientHeight;
  }
}
