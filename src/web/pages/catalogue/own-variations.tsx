import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api } from '../../api/client.ts';
import type { Page } from '../../api/types.ts';
import { say } from '../../app/toasts.tsx';
import { showCount, showDecimal } from '../../format/numbers.ts';
import { useWords } from '../../i18n/i18n.ts';
import { Button } from '../../parts/button.tsx';
import { Dialog } from '../../parts/dialog.tsx';
import { Trouble } from '../../parts/trouble.tsx';

interface OwnVariation {
  readonly analyte: string;
  readonly pairs: number;
  readonly inUse: string;
  readonly own: string | null;
}

const path = '/api/variations';

/** The weights of the mix-up check as the laboratory's own results have them, beside those in use. */
export function OwnVariations() {
  const { t } = useWords();
  const [open, setOpen] = useState(false);
  return (
    <>
      <Button onClick={() => setOpen(true)}>{t('catalogue.own.open')}</Button>
      {open && <OwnDialog onClose={() => setOpen(false)} />}
    </>
  );
}

function OwnDialog({ onClose }: { readonly onClose: () => void }) {
  const { t, locale } = useWords();
  const queries = useQueryClient();
  const { data, error, isPending } = useQuery({
    queryKey: ['catalogue', 'variations', 'own'],
    queryFn: () => api.get<Page<OwnVariation>>(path),
    staleTime: 0,
  });
  const take = useMutation({
    mutationFn: () => api.post<Page<unknown>>(path, {}),
    onSuccess: async ({ items }) => {
      await queries.invalidateQueries({ queryKey: ['catalogue', 'variations'] });
      say(t('catalogue.own.taken', { n: items.length }));
      onClose();
    },
  });
  const rows = data?.items ?? [];
  const ready = rows.filter((each) => each.own !== null && each.own !== each.inUse).length;
  return (
    <Dialog title={t('catalogue.own.title')} onClose={onClose} wide>
      <p className="soft">{t('catalogue.own.text')}</p>
      <Trouble error={error ?? take.error} />
      {isPending ? (
        <p className="soft">{t('catalogue.own.reading')}</p>
      ) : (
        <div className="own-variations">
          <table className="table">
            <thead>
              <tr>
                <th scope="col">{t('catalogue.fields.analyte')}</th>
                <th scope="col" className="right">
                  {t('catalogue.own.pairs')}
                </th>
                <th scope="col" className="right">
                  {t('catalogue.own.inUse')}
                </th>
                <th scope="col" className="right">
                  {t('catalogue.own.own')}
                </th>
              </tr>
            </thead>
            <tbody>
              {rows.map(({ analyte, pairs, inUse, own }) => (
                <tr key={analyte}>
                  <th scope="row">{analyte}</th>
                  <td className="right">{showCount(pairs, locale)}</td>
                  <td className="right">{showDecimal(inUse, locale)}</td>
                  <td className="right">{own === null ? t('catalogue.own.few') : showDecimal(own, locale)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      <div className="sheet-foot">
        <Button tone="primary" disabled={ready === 0 || take.isPending} onClick={() => take.mutate()}>
          {t('catalogue.own.take', { n: ready })}
        </Button>
        <Button onClick={onClose}>{t('common.cancel')}</Button>
      </div>
    </Dialog>
  );
}
