import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api, seg } from '../../api/client.ts';
import { say } from '../../app/toasts.tsx';
import { useWords } from '../../i18n/i18n.ts';
import { Button } from '../../parts/button.tsx';
import { Dialog } from '../../parts/dialog.tsx';
import { Trouble } from '../../parts/trouble.tsx';
import { EntryField } from './entry-field.tsx';
import { bodyOf, type CatalogueKind, type Entry, textOf } from './kinds.ts';

interface Props {
  readonly kind: CatalogueKind;
  readonly entry: Entry | undefined;
  readonly edits: boolean;
  readonly onSaved: (id?: string) => void;
}

/** One entry: saving makes a new version; what was saved by someone else meanwhile is refused, not overwritten. */
export function EntryForm({ kind, entry, edits, onSaved }: Props) {
  const { t } = useWords();
  const queries = useQueryClient();
  const [texts, setTexts] = useState<Readonly<Record<string, string>>>(() => firstTexts(kind, entry));
  const [removing, setRemoving] = useState(false);
  const path = `/api/catalogue/${kind.path}`;
  const done = (words: string, id?: string) => {
    say(words);
    void queries.invalidateQueries({ queryKey: ['catalogue'] });
    if (kind.path === 'analyzers') void queries.invalidateQueries({ queryKey: ['analyzers'] });
    onSaved(id);
  };
  const save = useMutation({
    mutationFn: () => {
      const body = bodyOf(kind.fields, texts);
      return entry === undefined
        ? api.post<Entry>(path, body)
        : api.put<Entry>(`${path}/${seg(entry.id)}`, { ...untouched(kind, entry), ...body, version: entry.version });
    },
    onSuccess: (saved) => done(t('catalogue.saved'), saved.id),
  });
  const remove = useMutation({
    mutationFn: () => api.delete(`${path}/${seg(entry?.id ?? '')}?version=${entry?.version ?? 0}`),
    onSuccess: () => done(t('catalogue.removed')),
  });
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        save.mutate();
      }}
    >
      <h2 className="wide">
        {entry === undefined ? t('catalogue.new') : entry.id}{' '}
        {entry !== undefined && <span className="faint small">{t('catalogue.version', { n: entry.version })}</span>}
      </h2>
      {!edits && <p className="wide soft">{t('catalogue.readOnly')}</p>}
      {kind.fields.map((field) => (
        <EntryField
          key={field.name}
          field={field}
          value={texts[field.name] ?? ''}
          locked={!edits || (entry !== undefined && (field.kind === 'code' || field.fixed === true))}
          onChange={(text) => setTexts({ ...texts, [field.name]: text })}
        />
      ))}
      <div className="wide">
        <Trouble error={save.error ?? remove.error} />
      </div>
      {edits && (
        <div className="wide acts">
          <button type="submit" className="button primary" disabled={save.isPending}>
            {t('common.save')}
          </button>
          {entry !== undefined && kind.removable === true && (
            <Button tone="danger" onClick={() => setRemoving(true)}>
              {t('catalogue.remove')}
            </Button>
          )}
        </div>
      )}
      {removing && (
        <Dialog title={t('catalogue.removeAsk')} onClose={() => setRemoving(false)}>
          <p>{t('catalogue.removeText')}</p>
          <div className="dialog-foot">
            <Button onClick={() => setRemoving(false)}>{t('common.cancel')}</Button>
            <Button tone="danger" onClick={() => remove.mutate()}>
              {t('catalogue.remove')}
            </Button>
          </div>
        </Dialog>
      )}
    </form>
  );
}

function firstTexts(kind: CatalogueKind, entry: Entry | undefined): Record<string, string> {
  return Object.fromEntries(
    kind.fields.map(({ name, options, required }) => [
      name,
      entry === undefined ? (required === true ? (options?.[0] ?? '') : '') : textOf(entry, name),
    ]),
  );
}

/** Members this page does not show stay as they are. */
function untouched(kind: CatalogueKind, entry: Entry): Readonly<Record<string, unknown>> {
  const shown = new Set(kind.fields.map(({ name }) => name.split('.')[0]));
  return Object.fromEntries(Object.entries(entry).filter(([name]) => !shown.has(name)));
}
