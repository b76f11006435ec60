import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api, seg } from '../../api/client.ts';
import { useAnalyteMap } from '../../api/queries.ts';
import type { Observation, Page, Specimen } from '../../api/types.ts';
import { useMay } from '../../app/session.ts';
import { showRange } from '../../format/numbers.ts';
import { useWords } from '../../i18n/i18n.ts';
import { Button } from '../../parts/button.tsx';
import { Trouble } from '../../parts/trouble.tsx';
import { onEnter } from './judge-sheets.tsx';

type Judged = Pick<Observation, 'flags' | 'alerts' | 'referenceRange'>;
/** A value as it was judged, and as it would be. */
export interface OtherJudgement {
  readonly id: string;
  readonly analyte: string;
  readonly state: string;
  readonly was: Judged;
  readonly now: Judged;
}

/** `TSH 0,4–4 → 0,1–2,5 H`: how the judgement of a value differs. */
export function useJudgementWords(): (judgement: OtherJudgement) => string {
  const { locale, nameOf } = useWords();
  const analytes = useAnalyteMap();
  const say = ({ referenceRange, flags }: Judged): string =>
    [showRange(referenceRange, locale), ...flags].filter(Boolean).join(' ');
  return ({ analyte, was, now }) => `${nameOf(analytes.get(analyte)?.name, analyte)} ${say(was)} → ${say(now)}`;
}

/** Sex, birth date or pregnancy were corrected since: what that would change is shown, and done only when someone asks for it. */
export function DemographicsBanner({ specimen }: { readonly specimen: Specimen }) {
  const { t } = useWords();
  const say = useJudgementWords();
  const may = useMay();
  const queries = useQueryClient();
  const [reason, setReason] = useState('');
  const [error, setError] = useState<unknown>();
  const { accession } = specimen;
  const { data: changes = [] } = useQuery({
    queryKey: ['specimen', accession, 'changes', specimen.patient.version, specimen.version],
    queryFn: () => api.get<Page<OtherJudgement>>(`/api/specimens/${seg(accession)}/changes`),
    select: (page) => page.items,
    staleTime: 60_000,
  });
  if (changes.length === 0) return null;
  const judge = (): void => {
    api
      .post(`/api/specimens/${seg(accession)}/reevaluate`, { reason: reason.trim() })
      .then(() => queries.invalidateQueries({ queryKey: ['specimen', accession] }))
      .catch(setError);
  };
  return (
    <div className="stop" role="status">
      <b>{t('results.demographics.changed', { n: changes.length })}</b> {changes.map(say).join(' · ')}{' '}
      {may('results.judge') && (
        <span className="row">
          <input
            className="input"
            aria-label={t('common.reason')}
            placeholder={t('common.reason')}
            value={reason}
            onChange={(event) => setReason(event.target.value)}
            onKeyDown={onEnter(judge)}
          />
          <Button className="small" disabled={reason.trim() === ''} onClick={judge}>
            {t('results.demographics.judge')}
          </Button>
        </span>
      )}
      <Trouble error={error} />
    </div>
  );
}
