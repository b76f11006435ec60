import { useInfiniteQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { api } from '../../api/client.ts';
import type { AuditEntry, Page } from '../../api/types.ts';
import { goTo, pathOf, useRoute } from '../../app/routes.ts';
import { useWords } from '../../i18n/i18n.ts';
import { Button } from '../../parts/button.tsx';
import { Empty } from '../../parts/empty.tsx';
import { Field } from '../../parts/field.tsx';
import { Trouble } from '../../parts/trouble.tsx';
import { AuditRow } from './audit-row.tsx';
import './audit.css';

const names = ['actor', 'subject', 'from', 'to'] as const;
type Asked = Readonly<Record<(typeof names)[number], string>>;

/** Days of the laboratory as instants: `to` is the whole day. */
function instants(asked: Asked): Record<string, string> {
  const start = (day: string, days: number): string => {
    const date = new Date(`${day}T00:00:00`);
    date.setDate(date.getDate() + days);
    return date.toISOString();
  };
  return {
    ...(asked.actor === '' ? {} : { actor: asked.actor }),
    ...(asked.subject === '' ? {} : { subject: asked.subject }),
    ...(asked.from === '' ? {} : { from: start(asked.from, 0) }),
    ...(asked.to === '' ? {} : { to: start(asked.to, 1) }),
  };
}

/** Who did what, newest first. What is asked for stands in the address, so that it can be linked to. */
export function AuditPage() {
  const { t } = useWords();
  const { query } = useRoute();
  const asked: Asked = {
    actor: query.get('actor') ?? '',
    subject: query.get('subject') ?? '',
    from: query.get('from') ?? '',
    to: query.get('to') ?? '',
  };
  const entries = useInfiniteQuery({
    queryKey: ['audit', asked],
    queryFn: ({ pageParam }) =>
      api.get<Page<AuditEntry>>('/api/audit', { ...instants(asked), limit: 100, cursor: pageParam }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.next ?? undefined,
  });
  const rows = entries.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <div className="audit">
      <h1 className="unseen">{t('audit.title')}</h1>
      <AuditFilter key={JSON.stringify(asked)} asked={asked} />
      <div className="audit-rows">
        <Trouble error={entries.error} />
        {rows.length === 0 && entries.isSuccess ? (
          <Empty title={t('audit.empty')} />
        ) : (
          <table className="table">
            <caption className="unseen">{t('audit.title')}</caption>
            <thead>
              <tr>
                {(['at', 'actor', 'action', 'subject', 'what'] as const).map((column) => (
                  <th key={column} scope="col">
                    {t(`audit.${column}`)}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {rows.map((entry) => (
                <AuditRow key={entry.id} entry={entry} />
              ))}
            </tbody>
          </table>
        )}
        {entries.hasNextPage && (
          <Button disabled={entries.isFetchingNextPage} onClick={() => void entries.fetchNextPage()}>
            {t('common.more')}
          </Button>
        )}
      </div>
    </div>
  );
}

function AuditFilter({ asked }: { readonly asked: Asked }) {
  const { t } = useWords();
  const [typed, setTyped] = useState(asked);
  return (
    <form
      className="audit-filter"
      onSubmit={(event) => {
        event.preventDefault();
        const given = Object.fromEntries(Object.entries(typed).filter(([, text]) => text !== ''));
        goTo(pathOf('audit', undefined, undefined, given));
      }}
    >
      {names.map((name) => (
        <Field key={name} label={t(`audit.${name}`)}>
          {(control) => (
            <input
              {...control}
              className="input"
              type={name === 'from' || name === 'to' ? 'date' : 'text'}
              value={typed[name]}
              onChange={(event) => setTyped({ ...typed, [name]: event.target.value })}
            />
          )}
        </Field>
      ))}
      <button type="submit" className="button primary">
        {t('audit.search')}
      </button>
      <Button onClick={() => goTo(pathOf('audit'))}>{t('common.all')}</Button>
    </form>
  );
}
