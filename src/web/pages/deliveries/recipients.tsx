import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api, asApiError, seg } from '../../api/client.ts';
import type { Delivery, Recipient } from '../../api/types.ts';
import { useMay } from '../../app/session.ts';
import { say } from '../../app/toasts.tsx';
import { useWords } from '../../i18n/i18n.ts';
import { RecipientDialog } from './recipient-dialog.tsx';
import { kindOf } from './recipient-draft.ts';

interface Props {
  readonly recipients: readonly Recipient[];
  readonly parked: readonly Delivery[];
}

/** Who gets reports, and whether they are sent to now. */
export function Recipients({ recipients, parked }: Props) {
  const { t } = useWords();
  const may = useMay();
  const [open, setOpen] = useState<Recipient | 'new' | null>(null);
  return (
    <div className="recipients">
      <ul aria-label={t('deliveries.recipients')}>
        {recipients.map((recipient) => (
          <li key={recipient.id} className="recipient">
            <div className="grow clip">
              <b>{recipient.name ?? recipient.id}</b>{' '}
              <span className="faint">{t(`recipients.kindShort.${kindOf(recipient)}`)}</span>{' '}
              {recipient.paused && <span className="badge warn">{t('deliveries.paused')}</span>}
              <br />
              <span className="faint">
                {recipient.hl7?.connect ?? recipient.fhir?.url ?? recipient.webhook?.url ?? recipient.id}
                {recipient.source === 'file' && ` · ${t('recipients.inFile')}`}
                {stuck(parked, recipient.id) > 0 &&
                  ` · ${t('deliveries.parkedCount', { n: stuck(parked, recipient.id) })}`}
              </span>
            </div>
            <Acts recipient={recipient} onEdit={() => setOpen(recipient)} />
          </li>
        ))}
      </ul>
      {may('recipients.add') && (
        <button type="button" className="button" onClick={() => setOpen('new')}>
          {t('recipients.add')}
        </button>
      )}
      {open !== null && (
        <RecipientDialog
          taken={recipients.map(({ id }) => id)}
          recipient={open === 'new' ? null : open}
          onClose={() => setOpen(null)}
        />
      )}
    </div>
  );
}

const stuck = (parked: readonly Delivery[], recipient: string): number =>
  parked.filter((each) => each.recipient === recipient).length;

interface ActsProps {
  readonly recipient: Recipient;
  readonly onEdit: () => void;
}

function Acts({ recipient, onEdit }: ActsProps) {
  const { t, why } = useWords();
  const may = useMay();
  const queries = useQueryClient();
  const onError = (thrown: unknown): void => void say(why(asApiError(thrown)), { tone: 'trouble' });
  const turn = useMutation({
    mutationFn: () => api.post(`/api/recipients/${seg(recipient.id)}/${recipient.paused ? 'resume' : 'pause'}`),
    onSuccess: () =>
      say(
        t(recipient.paused ? 'deliveries.resumed' : 'deliveries.pausedNow', { name: recipient.name ?? recipient.id }),
      ),
    onError,
    onSettled: () => queries.invalidateQueries({ queryKey: ['deliveries'] }),
  });
  const test = useMutation({
    mutationFn: () =>
      api.post<{ readonly kind?: string; readonly code?: string; readonly text?: string }>(
        `/api/recipients/${seg(recipient.id)}/test`,
      ),
    onSuccess: ({ kind, code, text }) => {
      const answer = [code, text].filter(Boolean).join(': ');
      say(t(kind === 'accepted' ? 'deliveries.testTaken' : 'deliveries.testRefused', { answer }), {
        tone: kind === 'accepted' ? 'calm' : 'trouble',
        seconds: 12,
      });
    },
    onError,
  });
  if (!may('recipients.run')) return null;
  const name = recipient.name ?? recipient.id;
  return (
    <>
      {may('recipients.add') && recipient.source === 'api' && (
        <button type="button" className="button" aria-label={`${t('recipients.editShort')} ${name}`} onClick={onEdit}>
          {t('recipients.editShort')}
        </button>
      )}
      <button
        type="button"
        className="button"
        disabled={test.isPending}
        aria-label={`${t('deliveries.test')} ${name}`}
        onClick={() => test.mutate()}
      >
        {t('deliveries.test')}
      </button>
      <button
        type="button"
        className="button"
        disabled={turn.isPending}
        aria-label={`${t(recipient.paused ? 'deliveries.resume' : 'deliveries.pause')} ${name}`}
        onClick={() => turn.mutate()}
      >
        {t(recipient.paused ? 'deliveries.resume' : 'deliveries.pause')}
      </button>
    </>
  );
}
