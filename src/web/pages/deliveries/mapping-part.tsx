import { useMutation } from '@tanstack/react-query';
import { useEffect, useId, useRef } from 'react';
import { api, seg } from '../../api/client.ts';
import { saveTable } from '../../api/tables.ts';
import type { MappingPreview, MappingRow, Page, Recipient } from '../../api/types.ts';
import { useWords } from '../../i18n/i18n.ts';
import { ScrollBox } from '../../parts/scroll-box.tsx';
import { Trouble } from '../../parts/trouble.tsx';
import type { DraftPart } from './draft-fields.tsx';

interface Props extends DraftPart {
  readonly recipient: Recipient | null;
}

const kinds = ['unit', 'status', 'length'] as const;

/** What this receiver wants otherwise than we say it: rows to edit, a table out, and a table in that is looked at first. */
export function MappingPart({ draft, change, faults, recipient }: Props) {
  const { t } = useWords();
  const file = useId();
  const rows = draft.mapping;
  const set = (at: number, part: Partial<MappingRow>): void =>
    change({ mapping: rows.map((each, position) => (position === at ? { ...each, ...part } : each)) });
  const export_ = useMutation({
    mutationFn: (id: string) => saveTable(`/api/recipients/${seg(id)}/mapping`, {}, 'csv', `mapping-${id}`),
  });
  const look = useMutation({
    mutationFn: ({ id, table }: { id: string; table: File }) =>
      api.send<Page<MappingPreview>>(`/api/recipients/${seg(id)}/mapping/preview`, table, 'text/csv'),
  });
  const good = (look.data?.items ?? []).filter((each) => each.fault === undefined);
  function take(): void {
    const kept = rows.filter((row) => !good.some((each) => each.kind === row.kind && each.ours === row.ours));
    change({ mapping: [...kept, ...good.map(({ kind, ours, theirs }) => ({ kind, ours, theirs }))] });
    look.reset();
  }
  return (
    <fieldset className="recipient-mapping">
      <legend>{t('recipients.mapping')}</legend>
      <p className="soft">{t('recipients.mappingHint')}</p>
      {rows.length > 0 && (
        <ScrollBox className="mapping-rows" label={t('recipients.mapping')}>
          <table className="table">
            <thead>
              <tr>
                {(['mappingKind', 'ours', 'theirs'] as const).map((column) => (
                  <th key={column} scope="col">
                    {t(`recipients.${column}`)}
                  </th>
                ))}
                <th>
                  <span className="unseen">{t('recipients.removeRow')}</span>
                </th>
              </tr>
            </thead>
            <tbody>
              {rows.map((row, at) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: a row has no other name while it is typed
                <tr key={at}>
                  <td>
                    <select
                      className="select"
                      aria-label={`${t('recipients.mappingKind')} ${at + 1}`}
                      value={row.kind}
                      onChange={(event) => set(at, { kind: event.target.value })}
                    >
                      {kinds.map((kind) => (
                        <option key={kind} value={kind}>
                          {t(`recipients.mappingKinds.${kind}`)}
                        </option>
                      ))}
                    </select>
                  </td>
                  {(['ours', 'theirs'] as const).map((side) => (
                    <td key={side}>
                      <input
                        className="input mono"
                        aria-label={`${t(`recipients.${side}`)} ${at + 1}`}
                        value={row[side]}
                        onChange={(event) => set(at, { [side]: event.target.value })}
                      />
                    </td>
                  ))}
                  <td className="right">
                    <button
                      type="button"
                      className="button plain"
                      aria-label={`${t('recipients.removeRow')} ${at + 1}`}
                      onClick={() => change({ mapping: rows.filter((_each, position) => position !== at) })}
                    >
                      ✕
                    </button>
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </ScrollBox>
      )}
      <div className="recipient-acts">
        <button
          type="button"
          className="button"
          onClick={() => change({ mapping: [...rows, { kind: 'unit', ours: '', theirs: '' }] })}
        >
          {t('recipients.addRow')}
        </button>
        {recipient === null ? (
          <span className="small faint">{t('recipients.importLater')}</span>
        ) : (
          <>
            <button type="button" className="button" onClick={() => export_.mutate(recipient.id)}>
              {t('recipients.exportCsv')}
            </button>
            <label htmlFor={file} className="button recipient-file">
              {t('recipients.importCsv')}
              <input
                id={file}
                type="file"
                accept=".csv"
                onChange={(event) => {
                  const table = event.target.files?.[0];
                  event.target.value = '';
                  if (table !== undefined) look.mutate({ id: recipient.id, table });
                }}
              />
            </label>
          </>
        )}
      </div>
      {faults.mapping !== undefined && <p className="small wrong">{t(`recipients.wrong.${faults.mapping}`)}</p>}
      <Trouble error={export_.error ?? look.error} />
      {look.data !== undefined && (
        <Preview rows={look.data.items} good={good.length} onTake={take} onDrop={look.reset} />
      )}
    </fieldset>
  );
}

interface PreviewProps {
  readonly rows: readonly MappingPreview[];
  readonly good: number;
  readonly onTake: () => void;
  readonly onDrop: () => void;
}

/** Each row of the file with what is wrong with it, or what it would do. Nothing is taken before a person says so. */
function Preview({ rows, good, onTake, onDrop }: PreviewProps) {
  const { t } = useWords();
  const box = useRef<HTMLDivElement>(null);
  // Below what is seen of the form on a small screen.
  useEffect(() => box.current?.scrollIntoView({ block: 'nearest' }), []);
  return (
    <div ref={box} className="mapping-preview">
      <h3>{t('recipients.previewHead', { good, bad: rows.length - good })}</h3>
      <ScrollBox className="mapping-rows" label={t('recipients.preview')}>
        <table className="table">
          <thead>
            <tr>
              {(['line', 'mappingKind', 'ours', 'theirs', 'outcome'] as const).map((column) => (
                <th key={column} scope="col" className={column === 'line' ? 'right' : undefined}>
                  {t(`recipients.${column}`)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => (
              <tr key={row.line}>
                <td className="right">{row.line}</td>
                <td>{row.kind}</td>
                <td className="mono">{row.ours}</td>
                <td className="mono">{row.theirs}</td>
                <td className={row.fault === undefined ? 'soft' : 'red'}>
                  {row.fault === undefined
                    ? t(`recipients.effect.${row.effect ?? 'same'}`)
                    : t(`recipients.fault.${row.fault}`)}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </ScrollBox>
      <div className="recipient-acts">
        <button type="button" className="button primary" disabled={good === 0} onClick={onTake}>
          {t('recipients.take', { n: good })}
        </button>
        <button type="button" className="button" onClick={onDrop}>
          {t('common.cancel')}
        </button>
      </div>
    </div>
  );
}
