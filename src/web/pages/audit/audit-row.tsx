import { useState } from 'react';
import type { AuditEntry } from '../../api/types.ts';
import { showDate, showSeconds } from '../../format/times.ts';
import { useWords } from '../../i18n/i18n.ts';

/** One act; what was before and after opens below it. */
export function AuditRow({ entry }: { readonly entry: AuditEntry }) {
  const { t, locale, known } = useWords();
  const [open, setOpen] = useState(false);
  const more = entry.before !== undefined || entry.after !== undefined;
  return (
    <tr>
      <td className="mono">
        {showDate(entry.at)} {showSeconds(entry.at, locale)}
      </td>
      <td>{entry.actor}</td>
      <td>{known(`audit.actions.${entry.action}`, entry.action)}</td>
      <td className="mono">{entry.subject}</td>
      <td>
        {entry.reason}
        {more && (
          <button type="button" className="button plain" aria-expanded={open} onClick={() => setOpen(!open)}>
            {open ? t('audit.less') : t('audit.details')}
          </button>
        )}
        {open && entry.before !== undefined && <Change title={t('audit.before')} value={entry.before} />}
        {open && entry.after !== undefined && <Change title={t('audit.after')} value={entry.after} />}
      </td>
    </tr>
  );
}

function Change({ title, value }: { readonly title: string; readonly value: unknown }) {
  return (
    <div className="audit-change">
      <b>{title}</b>
      <div className="mono">{JSON.stringify(value, null, 1)}</div>
    </div>
  );
}
