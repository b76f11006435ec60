import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api, seg } from '../api/client.ts';
import { useCriticals } from '../api/queries.ts';
import type { Critical } from '../api/types.ts';
import { showUnit, showValue } from '../format/numbers.ts';
import { showTimer } from '../format/times.ts';
import { useWords } from '../i18n/i18n.ts';
import { useCommands } from '../keys/use-commands.ts';
import { Dialog } from '../parts/dialog.tsx';
import { Field } from '../parts/field.tsx';
import { Key } from '../parts/key.tsx';
import { Trouble } from '../parts/trouble.tsx';
import { useNow } from '../parts/use-now.ts';
import { Link } from './link.tsx';
import { pathOf } from './routes.ts';
import { useMay } from './session.ts';

/** Critical values nobody has called yet: across the top, with a clock, until they are called. */
export function CriticalBar() {
  const { t } = useWords();
  const { data: criticals = [] } = useCriticals();
  const say = useCriticalWords();
  const now = useNow(1000);
  const may = useMay();
  const [calling, setCalling] = useState<Critical>();
  const sorted = [...criticals].sort((a, b) => (a.at < b.at ? -1 : 1));
  const [first, ...others] = sorted;
  const call = (): void => setCalling(first);
  useCommands(first === undefined || !may('criticals.call') ? [] : [{ combo: 'G', label: 'call', run: call }]);
  if (first === undefined) return null;
  return (
    <section className="critical-bar no-print" aria-label={t('critical.bar')}>
      <Link to={pathOf('results', first.accession)} className="clip">
        <b>{say(first)}</b>
      </Link>
      {others.length > 0 && <span className="critical-more">{t('critical.more', { n: others.length })}</span>}
      <span className="critical-timer">{t('critical.waiting', { timer: showTimer(now - Date.parse(first.at)) })}</span>
      <span className="grow" />
      {may('criticals.call') && (
        <button type="button" className="critical-call" onClick={call} aria-keyshortcuts="G">
          {t('critical.call')} <Key combo="G" />
        </button>
      )}
      {calling !== undefined && <CallDialog critical={calling} onClose={() => setCalling(undefined)} />}
    </section>
  );
}

function useCriticalWords(): (critical: Critical) => string {
  const { nameOf, locale } = useWords();
  return (critical) => {
    const mark = (critical.flags ?? []).includes('LL') ? '▼▼' : '▲▲';
    const name = nameOf(critical.name, critical.analyte);
    const value = showValue(critical.value, critical.comparator, locale);
    const who = [critical.patient?.name ?? critical.accession, critical.ward].filter(Boolean).join(' · ');
    return `${[mark, name, value, showUnit(critical.unit)].filter(Boolean).join(' ')} · ${who}`;
  };
}

function CallDialog({ critical, onClose }: { readonly critical: Critical; readonly onClose: () => void }) {
  const { t } = useWords();
  const say = useCriticalWords();
  const queries = useQueryClient();
  const [to, setTo] = useState('');
  const [readBack, setReadBack] = useState(false);
  const save = useMutation({
    mutationFn: () => api.post(`/api/criticals/${seg(critical.id)}/call`, { to: to.trim(), readBack }),
    onSuccess: () => {
      void queries.invalidateQueries({ queryKey: ['criticals'] });
      onClose();
    },
  });
  return (
    <Dialog title={t('critical.title')} onClose={onClose}>
      <form
        className="stack"
        onSubmit={(event) => {
          event.preventDefault();
          save.mutate();
        }}
      >
        <p className="red">
          <b>{say(critical)}</b>
        </p>
        <Field label={t('critical.to')} hint={t('critical.toHint')}>
          {(control) => (
            <input
              {...control}
              className="input"
              value={to}
              required
              autoFocus
              onChange={(event) => setTo(event.target.value)}
            />
          )}
        </Field>
        <label className="check">
          <input type="checkbox" checked={readBack} onChange={(event) => setReadBack(event.target.checked)} />
          {t('critical.readBack')}
        </label>
        <Trouble error={save.error} />
        <div className="dialog-foot">
          <button type="button" className="button" onClick={onClose}>
            {t('common.cancel')}
          </button>
          <button type="submit" className="button primary" disabled={to.trim() === '' || save.isPending}>
            {t('critical.save')}
          </button>
        </div>
      </form>
    </Dialog>
  );
}
