import { memo, useEffect, useRef } from 'react';
import type { MessageRecord, Span } from '../../../api/types.ts';
import { useWords } from '../../../i18n/i18n.ts';
import type { Selection } from './selection.ts';

/** Beyond this a record is a picture or a histogram: it is named, not shown. */
const longestShown = 600;

interface Props {
  readonly records: readonly MessageRecord[];
  /** Whether a field holds a value. */
  readonly isValue: (span: Span) => boolean;
  readonly selection: Selection | undefined;
  readonly onSelect: (selection: Selection) => void;
}

/** The records as they were decoded, a line each; every field answers where its bytes are. */
export function Records({ records, isValue, selection, onSelect }: Props) {
  const { t } = useWords();
  const list = useRef<HTMLDivElement>(null);
  const chosen = selection?.record;
  // biome-ignore lint/correctness/useExhaustiveDependencies: another choice scrolls there
  useEffect(() => {
    list.current?.querySelector('[aria-selected="true"]')?.scrollIntoView({ block: 'nearest' });
  }, [chosen]);
  return (
    <div
      ref={list}
      className="wire-records"
      role="listbox"
      aria-label={t('analyzers.message.records')}
      tabIndex={0}
      aria-activedescendant={chosen === undefined ? undefined : `record-${chosen}`}
    >
      {records.map((record, index) => (
        <RecordLine
          // biome-ignore lint/suspicious/noArrayIndexKey: records of one message never move
          key={index}
          index={index}
          record={record}
          isValue={isValue}
          field={index === chosen ? selection?.field : undefined}
          chosen={index === chosen}
          onSelect={onSelect}
        />
      ))}
    </div>
  );
}

interface LineProps {
  readonly index: number;
  readonly record: MessageRecord;
  /** Whether a field holds a value. */
  readonly isValue: (span: Span) => boolean;
  readonly field: number | undefined;
  readonly chosen: boolean;
  readonly onSelect: (selection: Selection) => void;
}

const RecordLine = memo(function RecordLine({ index, record, isValue, field, chosen, onSelect }: LineProps) {
  const fieldUnder = (target: EventTarget): number | undefined => {
    const place = target instanceof HTMLElement ? target.dataset.field : undefined;
    return place === undefined ? undefined : Number(place);
  };
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the arrows move over the records from anywhere on the page
    <div
      id={`record-${index}`}
      role="option"
      aria-selected={chosen}
      tabIndex={-1}
      className="wire-record"
      onClick={(event) => onSelect({ record: index, field: fieldUnder(event.target) })}
    >
      <span className="record-type">{record.type}</span>
      <span className="record-text">
        {pieces(record).map((piece) =>
          piece.field === undefined ? (
            piece.text
          ) : (
            <span
              key={piece.field}
              data-field={piece.field}
              title={record.fields[piece.field]?.name}
              className={[
                'record-field',
                piece.field === field && 'lit',
                isValue(record.fields[piece.field]?.span ?? [0, 0]) && 'value',
              ]
                .filter(Boolean)
                .join(' ')}
            >
              {piece.text}
            </span>
          ),
        )}
        {record.text.length > longestShown && '…'}
      </span>
    </div>
  );
});

interface Piece {
  readonly text: string;
  readonly field: number | undefined;
}

/** The record's text cut into its fields and what stands between them. */
function pieces(record: MessageRecord): readonly Piece[] {
  const cut: Piece[] = [];
  let at = 0;
  for (const [field, { at: place }] of record.fields.entries()) {
    if (place[0] >= longestShown) break;
    if (place[0] > at) cut.push({ text: record.text.slice(at, place[0]), field: undefined });
    cut.push({ text: record.text.slice(place[0], Math.min(place[1], longestShown)), field });
    at = place[1];
  }
  if (at < longestShown && at < record.text.length)
    cut.push({ text: record.text.slice(at, longestShown), field: undefined });
  return cut;
}
