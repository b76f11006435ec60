import { memo, type ReactNode, useEffect, useMemo, useRef, useState } from 'react';
import type { Span } from '../../../api/types.ts';
import { useWords } from '../../../i18n/i18n.ts';
import { controlName, rowLength, shape, toHex, within } from './bytes.ts';

const rowHeight = 21;
const around = 12;

interface Props {
  readonly raw: Uint8Array;
  readonly lit: Span | undefined;
  /** The record around what is lit. */
  readonly near: Span | undefined;
  readonly onByte: (at: number) => void;
}

/** Every byte, hex on the left, characters and control names on the right. Only the rows in view are drawn. */
export function ByteView({ raw, lit, near, onByte }: Props) {
  const { t } = useWords();
  const box = useRef<HTMLElement>(null);
  const [top, setTop] = useState(0);
  const [height, setHeight] = useState(200);
  const rows = Math.ceil(raw.length / rowLength);
  const start = lit?.[0];
  useEffect(() => {
    const view = box.current;
    if (view === null) return;
    const measure = new ResizeObserver(() => setHeight(view.clientHeight));
    measure.observe(view);
    return () => measure.disconnect();
  }, []);
  useEffect(() => {
    const view = box.current;
    if (view === null || start === undefined) return;
    const place = Math.floor(start / rowLength) * rowHeight;
    if (place >= view.scrollTop && place < view.scrollTop + view.clientHeight - 2 * rowHeight) return;
    view.scrollTop = Math.max(0, place - rowHeight);
  }, [start]);
  const first = Math.max(0, Math.floor(top / rowHeight) - around);
  const last = Math.min(rows, Math.ceil((top + height) / rowHeight) + around);
  const shown = useMemo(() => Array.from({ length: Math.max(0, last - first) }, (_, n) => first + n), [first, last]);
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: as above
    <section
      ref={box}
      className="bytes"
      // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls
      tabIndex={0}
      aria-label={t('analyzers.message.bytes')}
      onScroll={(event) => setTop(event.currentTarget.scrollTop)}
      onClick={(event) => {
        const at = event.target instanceof HTMLElement ? event.target.dataset.at : undefined;
        if (at !== undefined) onByte(Number(at));
      }}
    >
      <div style={{ height: rows * rowHeight, position: 'relative' }}>
        <div className="bytes-rows" style={{ transform: `translateY(${first * rowHeight}px)` }}>
          {shown.map((row) => (
            <ByteRow key={row} row={row} raw={raw} lit={touching(row, lit)} near={touching(row, near)} />
          ))}
        </div>
      </div>
    </section>
  );
}

/** The part of a span that this row shows: rows without any are not drawn again when the light moves. */
function touching(row: number, span: Span | undefined): Span | undefined {
  if (span === undefined) return undefined;
  const from = row * rowLength;
  return span[0] < from + rowLength && span[1] > from ? span : undefined;
}

interface RowProps {
  readonly row: number;
  readonly raw: Uint8Array;
  readonly lit: Span | undefined;
  readonly near: Span | undefined;
}

const ByteRow = memo(function ByteRow({ row, raw, lit, near }: RowProps) {
  const from = row * rowLength;
  const bytes = [...raw.subarray(from, from + rowLength)];
  const mark = (at: number, kind: string): string =>
    [kind, within(at, lit) ? 'lit' : within(at, near) ? 'near' : ''].filter(Boolean).join(' ');
  return (
    <div className="byte-row">
      <span className="byte-offset">{String(from).padStart(4, '0')}</span>
      <span className="byte-hex">
        {bytes.map((byte, place) => (
          <span
            // biome-ignore lint/suspicious/noArrayIndexKey: bytes never move
            key={place}
            data-at={from + place}
            className={mark(from + place, 'byte')}
          >
            {toHex(byte)}
          </span>
        ))}
      </span>
      <span className="byte-text">
        {bytes.map((byte, place): ReactNode => {
          const at = from + place;
          const name = controlName(byte);
          return (
            <span
              // biome-ignore lint/suspicious/noArrayIndexKey: bytes never move
              key={place}
              data-at={at}
              className={mark(at, name === undefined ? 'character' : 'control')}
            >
              {name ?? shape(byte)}
            </span>
          );
        })}
      </span>
    </div>
  );
});
