import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useRef, useState } from 'react';
import { api, seg } from '../../../api/client.ts';
import { useAnalyteMap } from '../../../api/queries.ts';
import type { Mapping, Page } from '../../../api/types.ts';
import { say } from '../../../app/toasts.tsx';
import { readDecimal } from '../../../format/numbers.ts';
import { showWhen } from '../../../format/times.ts';
import { useWords } from '../../../i18n/i18n.ts';
import { AnalytePicker } from '../../../parts/analyte-picker.tsx';
import { Dialog } from '../../../parts/dialog.tsx';
import { Field } from '../../../parts/field.tsx';
import { type Intention, ReplayPreview } from '../../../parts/replay-preview.tsx';
import { Trouble } from '../../../parts/trouble.tsx';
import './mapping.css';

interface Props {
  readonly line: string;
  readonly hostCode: string;
  readonly mapping: Mapping | undefined;
  /** Held messages that this code keeps: replayed once it is mapped. */
  readonly messages: readonly string[];
  readonly onClose: () => void;
}

interface Draft {
  readonly hostCode: string;
  readonly analyte: string;
  readonly unit: string;
  readonly factor: string;
  readonly orderCode: string;
  readonly decimalComma: boolean;
  readonly ignored: boolean;
}

/** Say what a code means, see what the held messages would become, save it as a new revision, and replay them. */
export function MappingDialog({ line, hostCode, mapping, messages, onClose }: Props) {
  const { t } = useWords();
  const [draft, setDraft] = useState<Draft>({
    hostCode,
    analyte: mapping?.analyte ?? '',
    unit: mapping?.unit ?? '',
    factor: mapping?.factor ?? '',
    orderCode: mapping?.orderCode ?? '',
    decimalComma: mapping?.decimalComma ?? false,
    ignored: mapping?.ignored ?? false,
  });
  const change = (part: Partial<Draft>): void => setDraft((now) => ({ ...now, ...part }));
  const meaning = meaningOf(draft);
  const ready = draft.hostCode.trim() !== '' && (draft.ignored || draft.analyte !== '');
  const save = useSave(line, mapping, messages, onClose);
  return (
    <Dialog
      title={t('analyzers.mapping.of', { code: hostCode === '' ? '…' : hostCode, analyzer: line })}
      onClose={onClose}
      wide
    >
      <form
        className="stack"
        onSubmit={(event) => {
          event.preventDefault();
          if (ready) save.mutate({ hostCode: draft.hostCode.trim(), ...meaning });
        }}
      >
        {hostCode === '' && (
          <Field label={t('analyzers.mapping.hostCode')}>
            {(control) => (
              <input
                {...control}
                className="input mono"
                required
                value={draft.hostCode}
                onChange={(event) => change({ hostCode: event.target.value })}
              />
            )}
          </Field>
        )}
        <Chosen draft={draft} change={change} />
        <div className="mapping-row">
          <Field label={t('analyzers.mapping.unit')} hint={t('analyzers.mapping.unitHint')}>
            {(control) => (
              <input
                {...control}
                className="input"
                value={draft.unit}
                onChange={(event) => change({ unit: event.target.value })}
              />
            )}
          </Field>
          <Field label={t('analyzers.mapping.factor')} hint={t('analyzers.mapping.factorHint')}>
            {(control) => (
              <input
                {...control}
                className="input"
                inputMode="decimal"
                value={draft.factor}
                onChange={(event) => change({ factor: event.target.value })}
              />
            )}
          </Field>
          <Field label={t('analyzers.mapping.orderCode')} hint={t('analyzers.mapping.orderCodeHint')}>
            {(control) => (
              <input
                {...control}
                className="input mono"
                value={draft.orderCode}
                onChange={(event) => change({ orderCode: event.target.value })}
              />
            )}
          </Field>
        </div>
        <div className="mapping-checks">
          <label className="check">
            <input
              type="checkbox"
              checked={draft.decimalComma}
              onChange={(event) => change({ decimalComma: event.target.checked })}
            />
            {t('analyzers.mapping.decimalComma')}
          </label>
          <label className="check">
            <input
              type="checkbox"
              checked={draft.ignored}
              onChange={(event) => change({ ignored: event.target.checked })}
            />
            {t('analyzers.mapping.ignored')}
          </label>
        </div>
        {ready && messages.length > 0 && (
          <ReplayPreview messages={messages} intention={previewOf(draft.hostCode.trim(), meaning)} />
        )}
        {mapping !== undefined && <History id={mapping.id} />}
        <Trouble error={save.error} />
        <div className="dialog-foot">
          <button type="button" className="button" onClick={onClose}>
            {t('common.cancel')}
          </button>
          <button type="submit" className="button primary" disabled={!ready || save.isPending}>
            {messages.length > 0 ? t('analyzers.mapping.saveReplay', { n: messages.length }) : t('common.save')}
          </button>
        </div>
      </form>
    </Dialog>
  );
}

function Chosen({ draft, change }: { readonly draft: Draft; readonly change: (part: Partial<Draft>) => void }) {
  const { t, nameOf } = useWords();
  const analyte = useAnalyteMap().get(draft.analyte);
  return (
    <Field
      label={t('analyzers.mapping.analyte')}
      hint={
        draft.analyte === ''
          ? t('analyzers.mapping.chooseAnalyte')
          : `${draft.analyte} · ${nameOf(analyte?.name, draft.analyte)} · ${analyte?.unit ?? t('analyzers.mapping.noUnit')}`
      }
    >
      {(control) => (
        <AnalytePicker
          id={control.id}
          describedBy={control['aria-describedby']}
          label={t('analyzers.mapping.analyte')}
          placeholder={
            draft.analyte === '' ? t('analyzers.mapping.chooseAnalyte') : nameOf(analyte?.name, draft.analyte)
          }
          onPick={(code) => change({ analyte: code, ignored: false })}
        />
      )}
    </Field>
  );
}

type Meaning = Omit<NonNullable<Intention['mapping']>, 'hostCode'> & { readonly orderCode?: string };

function meaningOf(draft: Draft): Meaning {
  const factor = readDecimal(draft.factor);
  return {
    ...(draft.analyte === '' ? {} : { analyte: draft.analyte }),
    ...(draft.unit.trim() === '' ? {} : { unit: draft.unit.trim() }),
    ...(factor === '' ? {} : { factor }),
    ...(draft.orderCode.trim() === '' ? {} : { orderCode: draft.orderCode.trim() }),
    ...(draft.decimalComma ? { decimalComma: true } : {}),
    ...(draft.ignored ? { ignored: true } : {}),
  };
}

function previewOf(hostCode: string, { orderCode: _order, ...rest }: Meaning): Intention {
  return { mapping: { hostCode, ...rest } };
}

function useSave(line: string, mapping: Mapping | undefined, messages: readonly string[], onDone: () => void) {
  const { t } = useWords();
  const queries = useQueryClient();
  const saved = useRef('');
  return useMutation({
    mutationFn: async ({ hostCode, ...meaning }: Meaning & { readonly hostCode: string }) => {
      // A replay that failed half way is tried again; the revision it needs is there already.
      const meant = JSON.stringify([hostCode, meaning]);
      if (saved.current === meant) return replayAll(messages);
      if (mapping === undefined) await api.post('/api/catalogue/mappings', { analyzer: line, hostCode, ...meaning });
      else await api.put(`/api/catalogue/mappings/${seg(mapping.id)}`, { version: mapping.version, ...meaning });
      saved.current = meant;
      return replayAll(messages);
    },
    // `messages` follows the live list and is empty once the replay has let them go: what was replayed is told by itself.
    onSuccess: (done) => {
      say(done.n > 0 ? t('analyzers.mapping.replayed', { ...done }) : t('analyzers.mapping.saved'));
      onDone();
    },
    onSettled: () => {
      for (const key of ['catalogue', 'held', 'messages', 'message', 'specimen'])
        void queries.invalidateQueries({ queryKey: [key] });
    },
  });
}

interface Replayed {
  /** Messages. */
  readonly n: number;
  readonly added: number;
  readonly held: number;
}

async function replayAll(messages: readonly string[]): Promise<Replayed> {
  let added = 0;
  let held = 0;
  for (const id of messages) {
    const outcome = await api.post<{ added: number; held: number }>(`/api/messages/${seg(id)}/replay`);
    added += outcome.added;
    held += outcome.held;
  }
  return { n: messages.length, added, held };
}

interface HistoryRow {
  readonly version: number;
  readonly at: string;
  readonly by: string;
  readonly after: {
    readonly analyte?: string;
    readonly unit?: string;
    readonly factor?: string;
    readonly ignored?: boolean;
  } | null;
}

function History({ id }: { readonly id: string }) {
  const { t, locale } = useWords();
  const { data } = useQuery({
    queryKey: ['catalogue', 'mappings', 'history', id],
    queryFn: () => api.get<Page<HistoryRow>>(`/api/catalogue/mappings/${seg(id)}/history`, { limit: 10 }),
  });
  if (data === undefined || data.items.length === 0) return null;
  return (
    <details>
      <summary>{t('catalogue.history')}</summary>
      <ul className="mapping-history">
        {data.items.map((row) => (
          <li key={row.version}>
            {t('analyzers.mapping.revision', { n: row.version })} ·{' '}
            {t('common.by', { who: row.by, at: showWhen(row.at, locale) })} ·{' '}
            {row.after?.ignored === true ? t('analyzers.mapping.ignoredShort') : row.after?.analyte}{' '}
            {[row.after?.unit, row.after?.factor && `× ${row.after.factor}`].filter(Boolean).join(' ')}
          </li>
        ))}
      </ul>
    </details>
  );
}
