import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { api } from '../../api/client.ts';
import type { Completeness, Page } from '../../api/types.ts';
import { useWords } from '../../i18n/i18n.ts';
import { Empty } from '../../parts/empty.tsx';
import { Field } from '../../parts/field.tsx';
import { ScrollBox } from '../../parts/scroll-box.tsx';
import { Trouble } from '../../parts/trouble.tsx';

const counts = ['reports', 'delivered', 'confirmed', 'waiting', 'late', 'parked', 'different'] as const;
/** Counts that a person should do something about. */
const troubling: readonly string[] = ['late', 'parked', 'different'];

/** Per recipient and month: how many reports have arrived in their newest version, and why others have not. */
export function CompletenessTable({ names }: { readonly names: ReadonlyMap<string, string> }) {
  const { t } = useWords();
  const [month, setMonth] = useState('');
  const { data, error } = useQuery({
    queryKey: ['deliveries', 'completeness', month],
    queryFn: () =>
      api.get<Page<Completeness>>('/api/deliveries/completeness', { month: month === '' ? undefined : month }),
    placeholderData: (before) => before,
  });
  const items = data?.items ?? [];
  return (
    <ScrollBox className="deliveries-rows completeness" label={t('recipients.monthlyTitle')}>
      <div className="completeness-head">
        <h2>{t('recipients.monthlyTitle')}</h2>
        <Field label={t('recipients.month')} className="completeness-month">
          {(control) => (
            <input
              {...control}
              className="input"
              type="month"
              value={month === '' ? (items[0]?.month ?? '') : month}
              onChange={(event) => setMonth(event.target.value)}
            />
          )}
        </Field>
      </div>
      <Trouble error={error} />
      {data !== undefined && items.length === 0 ? (
        <Empty title={t('recipients.nothingMonth')} />
      ) : (
        <table className="table delivery-table">
          <thead>
            <tr>
              <th scope="col">{t('deliveries.columns.recipient')}</th>
              <th scope="col" className="right" title={t('recipients.scoreHint')}>
                {t('recipients.score')} %
              </th>
              {counts.map((each) => (
                <th key={each} scope="col" className="right">
                  {t(`recipients.${each}`)}
                </th>
              ))}
              <th scope="col">{t('recipients.reasons')}</th>
            </tr>
          </thead>
          <tbody>
            {items.map((each) => (
              <tr key={each.recipient}>
                <th scope="row">{names.get(each.recipient) ?? each.recipient}</th>
                <td className="right">
                  <b>{each.score}</b>
                </td>
                {counts.map((count) => (
                  <td key={count} className={troubling.includes(count) && each[count] > 0 ? 'right red' : 'right'}>
                    {each[count]}
                  </td>
                ))}
                <td>
                  {each.reasons.map(({ reason, count }) => (
                    <div key={reason} className="soft">
                      {count} × {reason}
                    </div>
                  ))}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </ScrollBox>
  );
}
