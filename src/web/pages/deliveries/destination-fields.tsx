import type { Recipient } from '../../api/types.ts';
import { useWords } from '../../i18n/i18n.ts';
import { Choice, type DraftPart, Line } from './draft-fields.tsx';
import { charsets, newSecret } from './recipient-draft.ts';

interface Props extends DraftPart {
  readonly known: Recipient | null;
}

/** What each kind of recipient needs to be reached. */
export function DestinationFields({ known, ...part }: Props) {
  const { t } = useWords();
  const { draft, change } = part;
  const { kind } = draft;
  const addressHint = kind === 'file' ? undefined : t(`recipients.addressHint.${kind}`);
  const stored = known === null ? undefined : t('recipients.stored');
  if (addressHint === undefined) return null;
  return (
    <>
      <Line {...part} field="address" hint={addressHint} mono />
      {kind === 'hl7' && (
        <>
          <Choice field="acknowledgement" draft={draft} change={change} options={['', 'original', 'enhanced']} />
          <Choice field="charset" draft={draft} change={change} options={['', ...charsets]} />
          <Choice field="unmapped" draft={draft} change={change} options={['', 'send', 'refuse']} />
        </>
      )}
      {(kind === 'fhir' || kind === 'cuvette') && (
        <>
          <Choice field="auth" draft={draft} change={change} options={['token', 'smart', 'none']} />
          {draft.auth === 'token' && (
            <Line {...part} field="token" secret {...(known?.fhir?.auth === 'token' ? { hint: stored ?? '' } : {})} />
          )}
          {draft.auth === 'smart' && (
            <>
              <Line
                {...part}
                field="clientId"
                mono
                {...(known?.fhir?.auth === 'smart' ? { hint: stored ?? '' } : {})}
              />
              <Line {...part} field="keyFile" mono />
            </>
          )}
        </>
      )}
      {kind === 'webhook' && (
        <div className="recipient-secret">
          <Line {...part} field="secret" mono {...(stored === undefined ? {} : { hint: stored })} />
          <button type="button" className="button" onClick={() => change({ secret: newSecret() })}>
            {t('recipients.newSecret')}
          </button>
        </div>
      )}
      <Line {...part} field="patience" mono />
    </>
  );
}
