import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api, seg } from '../../api/client.ts';
import type { Recipient } from '../../api/types.ts';
import { say } from '../../app/toasts.tsx';
import { useWords } from '../../i18n/i18n.ts';
import { Dialog } from '../../parts/dialog.tsx';
import { Trouble } from '../../parts/trouble.tsx';
import { DestinationFields } from './destination-fields.tsx';
import { Choice, Line } from './draft-fields.tsx';
import { MappingPart } from './mapping-part.tsx';
import { bodyOf, draftOf, emptyDraft, faultsOf, type RecipientDraft, recipientKinds } from './recipient-draft.ts';

interface Props {
  /** The recipient that is changed; null: a new one. */
  readonly recipient: Recipient | null;
  /** Ids that are taken. */
  readonly taken: readonly string[];
  readonly onClose: () => void;
}

/** A recipient added or changed. Each field says what it is for; secrets go in and never come back. */
export function RecipientDialog({ recipient, taken, onClose }: Props) {
  const { t } = useWords();
  const queries = useQueryClient();
  const [draft, setDraft] = useState<RecipientDraft>(recipient === null ? emptyDraft : draftOf(recipient));
  const [tried, setTried] = useState(false);
  const found = faultsOf(draft, recipient, taken);
  const faults = tried ? found : {};
  const change = (part: Partial<RecipientDraft>): void => setDraft((now) => ({ ...now, ...part }));
  const save = useMutation({
    mutationFn: () =>
      recipient === null
        ? api.post<Recipient>('/api/recipients', bodyOf(draft, null))
        : api.put<Recipient>(`/api/recipients/${seg(recipient.id)}`, bodyOf(draft, recipient)),
    onSuccess: ({ id, name }) => {
      say(t(recipient === null ? 'recipients.added' : 'recipients.changed', { name: name ?? id }));
      void queries.invalidateQueries({ queryKey: ['deliveries'] });
      onClose();
    },
  });
  return (
    <Dialog
      title={recipient === null ? t('recipients.add') : t('recipients.edit', { name: recipient.name ?? recipient.id })}
      onClose={onClose}
      wide
    >
      <form
        className="recipient-form"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          setTried(true);
          if (Object.keys(found).length === 0) save.mutate();
        }}
      >
        <div className="recipient-fields">
          <Choice
            field="kind"
            draft={draft}
            change={change}
            disabled={recipient !== null}
            options={recipientKinds}
            hint={t(`recipients.kindHint.${draft.kind}`)}
          />
          <Line field="id" draft={draft} change={change} faults={faults} disabled={recipient !== null} mono />
          <Line field="name" draft={draft} change={change} faults={faults} />
          <DestinationFields draft={draft} change={change} faults={faults} known={recipient} />
          <Line field="firstWait" draft={draft} change={change} faults={faults} mono />
          <Line field="longestWait" draft={draft} change={change} faults={faults} mono />
        </div>
        {draft.kind === 'hl7' && <MappingPart draft={draft} change={change} faults={faults} recipient={recipient} />}
        <Trouble error={save.error} />
        {tried && Object.keys(found).length > 0 && (
          <p className="trouble" role="alert">
            {t('recipients.faults', { n: Object.keys(found).length })}
          </p>
        )}
        <div className="dialog-foot">
          <button type="button" className="button" onClick={onClose}>
            {t('common.cancel')}
          </button>
          <button type="submit" className="button primary" disabled={save.isPending}>
            {t(recipient === null ? 'recipients.add' : 'recipients.save')}
          </button>
        </div>
      </form>
    </Dialog>
  );
}
