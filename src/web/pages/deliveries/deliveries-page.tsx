import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { api } from '../../api/client.ts';
import type { Delivery, Page, Recipient } from '../../api/types.ts';
import { useMay } from '../../app/session.ts';
import { useWords } from '../../i18n/i18n.ts';
import { Empty } from '../../parts/empty.tsx';
import { Trouble } from '../../parts/trouble.tsx';
import { useNow } from '../../parts/use-now.ts';
import '../../parts/panels.css';
import './deliveries.css';
import { ScrollBox } from '../../parts/scroll-box.tsx';
import { CompletenessTable } from './completeness.tsx';
import { DeliveryRows, isLate } from './delivery-rows.tsx';
import { Recipients } from './recipients.tsx';

const filters = ['all', 'parked', 'waiting', 'delivered', 'superseded'] as const;
type FilterName = (typeof filters)[number];

const statesOf: Readonly<Record<FilterName, readonly (Delivery['state'] | undefined)[]>> = {
  all: [undefined],
  parked: ['parked'],
  waiting: ['sending', 'queued'],
  delivered: ['delivered'],
  superseded: ['superseded'],
};

/** What went to whom and what they said. What was refused stands on top: it needs a person. */
export function DeliveriesPage() {
  const { t } = useWords();
  const may = useMay();
  const [filter, setFilter] = useState<FilterName>('all');
  const [recipient, setRecipient] = useState<string>();
  const [limit, setLimit] = useState(100);
  const [monthly, setMonthly] = useState(false);
  const recipients = useRecipients(may('recipients.read'));
  const parked = useList('parked', recipient, 1000);
  const shown = useList(filter, recipient, limit);
  const others = filter === 'parked' ? [] : shown.items.filter((each) => each.state !== 'parked');
  const names = new Map((recipients ?? []).map((each) => [each.id, each.name ?? each.id]));
  const known = [
    ...new Set([
      ...(recipients ?? []).map((each) => each.id),
      ...shown.items.map((each) => each.recipient),
      ...parked.items.map((each) => each.recipient),
    ]),
  ].sort();
  const now = useNow(30_000);
  const late = others.filter((each) => isLate(each, now)).length;
  const nothing = !shown.isPending && shown.items.length === 0 && parked.items.length === 0;
  const showParked = parked.items.length > 0 && (filter === 'all' || filter === 'parked');
  return (
    <div className="deliveries">
      <h1 className="unseen">{t('deliveries.title')}</h1>
      {recipients !== undefined && (recipients.length > 0 || may('recipients.add')) && (
        <Recipients recipients={recipients} parked={parked.items} />
      )}
      <div className="panel-filters">
        {filters.map((each) => (
          <button
            key={each}
            type="button"
            className="chip"
            aria-pressed={!monthly && filter === each}
            onClick={() => {
              setFilter(each);
              setMonthly(false);
            }}
          >
            {t(`deliveries.filter.${each}`)}
            {each === 'parked' && parked.items.length > 0 && <b>{parked.items.length}</b>}
          </button>
        ))}
        <button type="button" className="chip" aria-pressed={monthly} onClick={() => setMonthly(true)}>
          {t('recipients.monthly')}
        </button>
        {!monthly && known.length > 1 && (
          <label className="deliveries-recipient">
            <span>{t('deliveries.columns.recipient')}</span>
            <select
              className="select"
              value={recipient ?? ''}
              onChange={(event) => setRecipient(event.target.value === '' ? undefined : event.target.value)}
            >
              <option value="">{t('common.all')}</option>
              {known.map((id) => (
                <option key={id} value={id}>
                  {names.get(id) ?? id}
                </option>
              ))}
            </select>
          </label>
        )}
      </div>
      <Trouble error={shown.error} />
      {monthly ? (
        <CompletenessTable names={names} />
      ) : nothing ? (
        <Empty title={t('deliveries.empty.title')} text={t('deliveries.empty.text')} />
      ) : (
        <ScrollBox className="deliveries-rows" label={t('deliveries.title')}>
          {showParked && (
            <section className="parked" aria-labelledby="parked-head">
              <h2 id="parked-head">{t('deliveries.parkedHead', { n: parked.items.length })}</h2>
              <p className="soft">{t(may('deliveries.redrive') ? 'deliveries.parkedTodo' : 'deliveries.parkedAsk')}</p>
              <DeliveryRows deliveries={parked.items} names={names} />
            </section>
          )}
          {late > 0 && <p className="late-head">{t('recipients.lateHead', { n: late })}</p>}
          {others.length > 0 && <DeliveryRows deliveries={others} names={names} />}
          {shown.more && filter !== 'parked' && limit < 1000 && (
            <button type="button" className="button plain" onClick={() => setLimit((now) => Math.min(1000, now * 2))}>
              {t('common.more')}
            </button>
          )}
        </ScrollBox>
      )}
    </div>
  );
}

function useRecipients(may: boolean) {
  const { data } = useQuery({
    queryKey: ['deliveries', 'recipients'],
    queryFn: () => api.get<Page<Recipient>>('/api/recipients', { limit: 1000 }),
    enabled: may,
  });
  return data?.items;
}

function useList(filter: FilterName, recipient: string | undefined, limit: number) {
  const { data, error, isPending } = useQuery({
    queryKey: ['deliveries', 'list', filter, recipient, limit],
    queryFn: () =>
      Promise.all(
        statesOf[filter].map((state) => api.get<Page<Delivery>>('/api/deliveries', { state, recipient, limit })),
      ),
    placeholderData: (before) => before,
  });
  const pages = data ?? [];
  return {
    items: pages.flatMap((page) => page.items),
    more: pages.some((page) => page.next !== null),
    error,
    isPending,
  };
}
