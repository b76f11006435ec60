import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { api, seg } from '../../api/client.ts';
import type { Page, Specimen } from '../../api/types.ts';
import { useWords } from '../../i18n/i18n.ts';
import { Button } from '../../parts/button.tsx';
import { Field } from '../../parts/field.tsx';
import { Sheet } from '../../parts/sheet.tsx';
import { Trouble } from '../../parts/trouble.tsx';
import { type OtherJudgement, useJudgementWords } from './demographics-banner.tsx';
import { onEnter } from './judge-sheets.tsx';

/** Saying that who a specimen is from is pregnant, or is not: what it would change is seen before it is said. */
export function PregnancySheet(props: {
  readonly specimen: Specimen;
  readonly onClose: () => void;
  readonly onSay: (pregnant: boolean, reason: string) => Promise<void>;
}) {
  const { specimen, onClose, onSay } = props;
  const { t } = useWords();
  const say = useJudgementWords();
  const [reason, setReason] = useState('');
  const [error, setError] = useState<unknown>();
  const [busy, setBusy] = useState(false);
  const pregnant = specimen.pregnant !== true;
  const { data: changes, error: unread } = useQuery({
    queryKey: ['specimen', specimen.accession, 'changes', 'pregnant', pregnant, specimen.version],
    queryFn: () =>
      api.get<Page<OtherJudgement>>(`/api/specimens/${seg(specimen.accession)}/changes?pregnant=${pregnant}`),
    select: (page) => page.items,
  });
  const waiting = changes?.filter((each) => each.state === 'pending') ?? [];
  const kept = changes?.filter((each) => each.state !== 'pending') ?? [];
  const ready = reason.trim() !== '' && !busy;
  const save = (): void => {
    if (!ready) return;
    setBusy(true);
    setError(undefined);
    onSay(pregnant, reason.trim()).catch((thrown: unknown) => {
      setError(thrown);
      setBusy(false);
    });
  };
  return (
    <Sheet title={t(pregnant ? 'results.pregnancy.yes' : 'results.pregnancy.no')} onClose={onClose}>
      {changes?.length === 0 && <p className="soft">{t('results.pregnancy.nothing')}</p>}
      {waiting.length > 0 && (
        <p>
          <b>{t('results.pregnancy.waiting', { n: waiting.length })}</b> {waiting.map(say).join(' · ')}
        </p>
      )}
      {kept.length > 0 && (
        <p>
          <b>{t('results.pregnancy.kept', { n: kept.length })}</b> {kept.map(say).join(' · ')}
        </p>
      )}
      <Field label={t('common.reason')} hint={t('results.pregnancy.hint')}>
        {(control) => (
          <input
            {...control}
            className="input"
            data-first=""
            value={reason}
            maxLength={500}
            onChange={(event) => setReason(event.target.value)}
            onKeyDown={onEnter(save)}
          />
        )}
      </Field>
      <div className="sheet-foot">
        <Button tone="primary" disabled={!ready} onClick={save}>
          {t(pregnant ? 'results.pregnancy.submitYes' : 'results.pregnancy.submitNo')}
        </Button>
        <Button onClick={onClose}>{t('common.cancel')}</Button>
      </div>
      <Trouble error={error ?? unread} />
    </Sheet>
  );
}
