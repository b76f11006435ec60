import { useMutation, useQueryClient } from '@tanstack/react-query';
import { api, asApiError, seg } from '../../api/client.ts';
import type { Delivery } from '../../api/types.ts';
import { Link } from '../../app/link.tsx';
import { pathOf } from '../../app/routes.ts';
import { useMay } from '../../app/session.ts';
import { say } from '../../app/toasts.tsx';
import { showWhen } from '../../format/times.ts';
import { useWords } from '../../i18n/i18n.ts';
import { useNow } from '../../parts/use-now.ts';
import { reasonWords } from './reason-words.ts';

interface Props {
  readonly deliveries: readonly Delivery[];
  readonly names: ReadonlyMap<string, string>;
}

const tones: Readonly<Record<Delivery['state'], string>> = {
  queued: 'warn',
  sending: 'warn',
  delivered: 'ok',
  parked: 'critical',
  superseded: 'quiet',
};

/** From here a delivery that still waits is late (publish/outbox/completeness.ts). */
const lateAfterMs = 15 * 60_000;

export function isLate({ state, createdAt }: Delivery, now: number): boolean {
  const waits = state === 'queued' || state === 'sending';
  return waits && createdAt !== undefined && Date.parse(createdAt) < now - lateAfterMs;
}

/** Deliveries a line each, the reason below where there is one. */
export function DeliveryRows({ deliveries, names }: Props) {
  const { t } = useWords();
  return (
    <table className="table delivery-table">
      <thead>
        <tr>
          {(['at', 'recipient', 'accession', 'version', 'state', 'attempts', 'ack'] as const).map((column) => (
            <th key={column} className={column === 'attempts' || column === 'version' ? 'right' : undefined}>
              {t(`deliveries.columns.${column}`)}
            </th>
          ))}
          <th>
            <span className="unseen">{t('deliveries.redrive')}</span>
          </th>
        </tr>
      </thead>
      <tbody>
        {deliveries.map((each) => (
          <Row key={each.id} delivery={each} name={names.get(each.recipient) ?? each.recipient} />
        ))}
      </tbody>
    </table>
  );
}

function Row({ delivery, name }: { readonly delivery: Delivery; readonly name: string }) {
  const { t, locale } = useWords();
  const may = useMay();
  const { ack, readBack } = delivery;
  const now = useNow(30_000);
  const waits = delivery.state === 'queued' || delivery.state === 'sending';
  return (
    <tr>
      <td className="soft">{showWhen(delivery.createdAt, locale)}</td>
      <td>{name}</td>
      <td className="mono">
        <Link to={pathOf('results', delivery.accession)}>{delivery.accession}</Link>
      </td>
      <td className="right">{delivery.version}</td>
      <td>
        <span className={`badge ${tones[delivery.state]}`}>{t(`deliveries.state.${delivery.state}`)}</span>
        {isLate(delivery, now) && <span className="badge critical">{t('recipients.lateBadge')}</span>}
      </td>
      <td className="right">{delivery.attempts}</td>
      <td>
        {ack !== undefined && (
          <>
            <b>{ack.code}</b> <span className="soft">{showWhen(ack.at, locale)}</span>
          </>
        )}
        {waits && delivery.attempts > 0 && (
          <span className="soft"> {t('deliveries.next', { at: showWhen(delivery.nextAt, locale) })}</span>
        )}
        <Reason delivery={delivery} />
        {readBack?.equal === false && (
          <div className="red">{t('recipients.differs', { what: readBack.differences.join('; ') })}</div>
        )}
      </td>
      <td className="right">
        {may('deliveries.redrive') && delivery.state !== 'sending' && <Redrive delivery={delivery} />}
      </td>
    </tr>
  );
}

function Reason({ delivery }: { readonly delivery: Delivery }) {
  const { t } = useWords();
  const { ack, reason } = delivery;
  const words = delivery.state === 'parked' ? (ack?.text ?? reason) : reason;
  if (words === undefined || words === '') return null;
  const ours = reasonWords(words);
  return (
    <div className={delivery.state === 'parked' ? 'red' : 'soft'}>
      {ours === null ? words : t(`recipients.why.${ours.key}`, { version: ours.version })}
      {ours !== null && ours.key !== 'overtaken' && <span className="faint small"> {words}</span>}
    </div>
  );
}

function Redrive({ delivery }: { readonly delivery: Delivery }) {
  const { t, why } = useWords();
  const queries = useQueryClient();
  const redrive = useMutation({
    mutationFn: () => api.post<Delivery>(`/api/deliveries/${seg(delivery.id)}/redrive`),
    onSuccess: (after) =>
      say(
        t(after.state === 'superseded' ? 'deliveries.overtaken' : 'deliveries.redriven', {
          accession: after.accession,
        }),
      ),
    onError: (thrown) => say(why(asApiError(thrown)), { tone: 'trouble' }),
    onSettled: () => queries.invalidateQueries({ queryKey: ['deliveries'] }),
  });
  return (
    <button
      type="button"
      className={delivery.state === 'parked' ? 'button' : 'button plain'}
      disabled={redrive.isPending}
      aria-label={`${t('deliveries.redrive')} ${delivery.accession}`}
      onClick={() => redrive.mutate()}
    >
      {t('deliveries.redrive')}
    </button>
  );
}
