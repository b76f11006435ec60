import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api } from '../../api/client.ts';
import { readWhole } from '../../api/queries.ts';
import { useMay } from '../../app/session.ts';
import { say } from '../../app/toasts.tsx';
import { dayAfter, startOfDay, today } from '../../format/days.ts';
import { useWords } from '../../i18n/i18n.ts';
import { DateField } from '../../parts/date-field.tsx';
import { Field } from '../../parts/field.tsx';
import { TextField } from '../../parts/text-field.tsx';
import { Trouble } from '../../parts/trouble.tsx';
import type { RecipientRow, Referral } from './shapes.ts';

/** Choose patient, recipient and days of collection: the released reports go as one signed package. */
export function NewReferral() {
  const { t } = useWords();
  const may = useMay();
  const queries = useQueryClient();
  const [patient, setPatient] = useState('');
  const [chosen, setChosen] = useState('');
  const [from, setFrom] = useState(() => today());
  const [to, setTo] = useState(() => today());
  const recipients = useQuery({
    queryKey: ['recipients', 'referral'],
    queryFn: () => readWhole<RecipientRow>('/api/recipients', 200),
    enabled: may('recipients.read'),
    select: (rows) => rows.filter((row) => row.referral === true),
  });
  const known = recipients.data ?? [];
  const recipient = chosen === '' ? (known[0]?.id ?? '') : chosen;
  const send = useMutation({
    mutationFn: () =>
      api.post<Referral>('/api/referrals', {
        patient,
        recipient,
        from: startOfDay(from),
        to: startOfDay(dayAfter(to, 1)),
      }),
    onSuccess: (made) => {
      say(t('referrals.made', { n: made.accessions.length }));
      setPatient('');
      void queries.invalidateQueries({ queryKey: ['referrals'] });
    },
  });
  return (
    <form
      className="stack"
      onSubmit={(event) => {
        event.preventDefault();
        send.mutate();
      }}
    >
      <h2>{t('referrals.new')}</h2>
      <TextField label={t('referrals.patient')} required mono value={patient} onChange={setPatient} />
      <Field label={t('referrals.recipient')} hint={known.length === 0 ? t('referrals.noRecipient') : undefined}>
        {(control) => (
          <select
            {...control}
            className="select"
            required
            value={recipient}
            onChange={(event) => setChosen(event.target.value)}
          >
            {known.map(({ id, name }) => (
              <option key={id} value={id}>
                {name ?? id}
              </option>
            ))}
          </select>
        )}
      </Field>
      <DateField required label={t('referrals.from')} value={from} onChange={setFrom} />
      <DateField required label={t('referrals.to')} value={to} onChange={setTo} />
      <Trouble error={send.error ?? recipients.error} />
      <button type="submit" className="button primary" disabled={send.isPending || recipient === ''}>
        {t('referrals.send')}
      </button>
    </form>
  );
}
