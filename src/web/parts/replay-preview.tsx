import { useQuery } from '@tanstack/react-query';
import { api, seg } from '../api/client.ts';
import { useAnalyteMap } from '../api/queries.ts';
import type { PreviewedValue } from '../api/types.ts';
import { showDecimal, showUnit } from '../format/numbers.ts';
import { useWords } from '../i18n/i18n.ts';
import './replay-preview.css';
import { Trouble } from './trouble.tsx';

/** What a person thinks of doing before the replay; as the API takes it. */
export interface Intention {
  readonly mapping?: {
    readonly hostCode: string;
    readonly analyte?: string;
    readonly unit?: string;
    readonly factor?: string;
    readonly decimalComma?: boolean;
    readonly ignored?: boolean;
  };
  readonly assign?: { readonly from?: string; readonly to: string };
}

/** More messages than this are summed up from the first ones: the replay takes them all. */
const mostRead = 25;
const mostRows = 12;

/** Before anything is done: which values a replay of these messages would add, leave, or go on holding. */
export function ReplayPreview({
  messages,
  intention = {},
}: {
  readonly messages: readonly string[];
  readonly intention?: Intention;
}) {
  const { t } = useWords();
  const asked = messages.slice(0, mostRead);
  const preview = useQuery({
    queryKey: ['preview', asked, intention],
    queryFn: async () => {
      const answers = await Promise.all(
        asked.map((id) =>
          api.post<{ items: readonly PreviewedValue[] }>(`/api/messages/${seg(id)}/preview`, intention),
        ),
      );
      return answers.flatMap((answer) => answer.items);
    },
    staleTime: 0,
    retry: false,
  });
  if (preview.isPending) return <p className="faint">{t('common.loading')}</p>;
  if (preview.error !== null) return <Trouble error={preview.error} />;
  const values = preview.data;
  const count = (kind: PreviewedValue['becomes']): number => values.filter((each) => each.becomes === kind).length;
  const mapped = intention.mapping?.hostCode;
  const worth = values
    .filter((each) => each.becomes === 'new' || each.becomes === 'held')
    .sort((a, b) => Number(b.hostCode === mapped) - Number(a.hostCode === mapped));
  return (
    <div className="replay-preview stack" aria-live="polite">
      <p>
        <b>
          {t('preview.sum', {
            added: count('new'),
            same: count('same'),
            held: count('held'),
            ignored: count('ignored'),
          })}
        </b>
        {messages.length > asked.length && (
          <span className="faint"> {t('preview.part', { n: asked.length, all: messages.length })}</span>
        )}
      </p>
      {worth.length > 0 && <Values values={worth.slice(0, mostRows)} />}
      {worth.length > mostRows && <p className="faint small">{t('preview.more', { n: worth.length - mostRows })}</p>}
      <p className="faint small">{t('preview.safe')}</p>
    </div>
  );
}

function Values({ values }: { readonly values: readonly PreviewedValue[] }) {
  const { t, nameOf, known, locale } = useWords();
  const analytes = useAnalyteMap();
  return (
    <table className="table">
      <thead>
        <tr>
          <th>{t('preview.columns.accession')}</th>
          <th>{t('preview.columns.sent')}</th>
          <th>{t('preview.columns.becomes')}</th>
        </tr>
      </thead>
      <tbody>
        {values.map((value, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: the same code may stand twice
          <tr key={index}>
            <td className="mono">{value.accession ?? '–'}</td>
            <td>
              <span className="mono">{value.hostCode}</span> {value.sent.value} {value.sent.unit}
            </td>
            <td>
              {value.becomes === 'held' ? (
                <span className="badge look">
                  {known(`held.reasons.${value.reason ?? 'other'}`, t('held.reasons.other'))}
                </span>
              ) : (
                <>
                  {nameOf(analytes.get(value.analyte ?? '')?.name, value.analyte ?? '')}{' '}
                  <b>{showDecimal(value.value ?? '', locale)}</b> {showUnit(value.unit ?? '')}
                </>
              )}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
