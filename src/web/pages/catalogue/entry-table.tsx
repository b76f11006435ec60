import { useVirtualizer } from '@tanstack/react-virtual';
import { useMemo, useRef } from 'react';
import { searchForm } from '../../../api/search-form.ts';
import { useWordsOf } from '../../api/queries.ts';
import { showDecimal } from '../../format/numbers.ts';
import { useWords } from '../../i18n/i18n.ts';
import { Empty } from '../../parts/empty.tsx';
import { type CatalogueField, type CatalogueKind, type Entry, textOf } from './kinds.ts';

interface Props {
  readonly kind: CatalogueKind;
  readonly entries: readonly Entry[];
  readonly sought: string;
  readonly chosen: string | undefined;
  readonly onOpen: (id: string) => void;
}

const rowHeight = 30;

export function EntryTable({ kind, entries, sought, chosen, onOpen }: Props) {
  const { t } = useWords();
  const columns = kind.fields.filter((field) => field.column === true);
  const wanted = searchForm(sought);
  const rows = useMemo(
    () =>
      wanted === ''
        ? entries
        : entries.filter((entry) => kind.fields.some(({ name }) => searchForm(textOf(entry, name)).includes(wanted))),
    [entries, kind, wanted],
  );
  const box = useRef<HTMLDivElement>(null);
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => box.current?.closest('.catalogue-rows') ?? null,
    estimateSize: () => rowHeight,
    overscan: 20,
  });
  const shown = virtual.getVirtualItems();
  const above = shown[0]?.start ?? 0;
  const below = virtual.getTotalSize() - (shown.at(-1)?.end ?? 0);
  if (rows.length === 0) return <Empty title={t('catalogue.none')} />;
  return (
    <div ref={box}>
      <table className="table" aria-rowcount={rows.length}>
        <thead>
          <tr>
            {columns.map(({ name, label = name.replace('.', '-') }) => (
              <th key={name} scope="col">
                {t(`catalogue.fields.${label}`)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          <tr style={{ height: above }} />
          {shown.map(({ index }) => {
            const entry = rows[index];
            return (
              entry !== undefined && (
                <tr key={entry.id} className={entry.id === chosen ? 'chosen' : undefined}>
                  {columns.map((column, position) => (
                    <td key={column.name} className={column.kind === 'decimal' ? 'digits' : undefined}>
                      {position === 0 ? (
                        <button
                          type="button"
                          className="row-button"
                          aria-current={entry.id === chosen}
                          onClick={() => onOpen(entry.id)}
                        >
                          <Cell column={column} entry={entry} />
                        </button>
                      ) : (
                        <Cell column={column} entry={entry} />
                      )}
                    </td>
                  ))}
                </tr>
              )
            );
          })}
          <tr style={{ height: below }} />
        </tbody>
      </table>
    </div>
  );
}

function Cell({ column, entry }: { readonly column: CatalogueField; readonly entry: Entry }) {
  const { t, locale, nameOf } = useWords();
  const sections = useWordsOf('sections').data;
  const text = textOf(entry, column.name);
  if (text === '') return null;
  if (column.of === 'sections') return nameOf(sections?.find((each) => each.code === text)?.name, text);
  if (column.kind === 'decimal') return showDecimal(text, locale);
  if (column.options !== undefined) return t(`catalogue.options.${text}`);
  return column.kind === 'analytes' ? text.replaceAll('\n', ' ') : text;
}
