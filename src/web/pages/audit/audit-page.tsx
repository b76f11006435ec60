import { useInfiniteQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { api } from '../../api/client.ts';
import type { AuditEntry, Page } from '../../api/types.ts';
import { goTo, pathOf, useRoute } from '../../app/routes.ts';
import { dayAfter, readDay, startOfDay } from '../../format/days.ts';
import { useWords } from '../../i18n/i18n.ts';
import { Button } from '../../parts/button.tsx';
import { DateField } from '../../parts/date-field.tsx';
import { Empty } from '../../parts/empty.tsx';
import { TextField } from '../../parts/text-field.tsx';
import { Trouble } from '../../parts/trouble.tsx';
import { AuditRow } from './audit-row.tsx';
import './audit.css';

const names = ['actor', 'subject', 'from', 'to'] as const;
type Asked = Readonly<Record<(typeof names)[number], string>>;

/** Days of the laboratory as instants: `to` is the whole day. */
function instants(asked: Asked): Record<string, string> {
  return {
    ...(asked.actor === '' ? {} : { actor: asked.actor }),
    ...(asked.subject === '' ? {} : { subject: asked.subject }),
    ...(asked.from === '' ? {} : { from: startOfDay(asked.from) }),
    ...(asked.to === '' ? {} : { to: startOfDay(dayAfter(asked.to, 1)) }),
  };
}

/** Who did what, newest first. What is asked for stands in the address, so that it can be linked to. */
export function AuditPage() {
  const { t } = useWords();
  const { query } = useRoute();
  const asked: Asked = {
    actor: query.get('actor') ?? '',
    subject: query.get('subject') ?? '',
    from: readDay(query.get('from') ?? '') ?? '',
    to: readDay(query.get('to') ?? '') ?? '',
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
      {names.map((name) =>
        name === 'from' || name === 'to' ? (
          <DateField
            key={name}
            label={t(`audit.${name}`)}
            value={typed[name]}
            onChange={(day) => setTyped({ ...typed, [name]: day })}
          />
        ) : (
          <TextField
            key={name}
            label={t(`audit.${name}`)}
            value={typed[name]}
            onChange={(text) => setTyped({ ...typed, [name]: text })}
          />
        ),
      )}
      <button type="submit" className="button primary">
        {t('audit.search')}
      </button>
      <Button onClick={() => goTo(pathOf('audit'))}>{t('common.all')}</Button>
    </form>
  );
}
