import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import { api, seg } from '../../api/client.ts';
import { readWhole, useAnalyteMap, useAnalyzers } from '../../api/queries.ts';
import type { Observation, Specimen } from '../../api/types.ts';
import { useMay } from '../../app/session.ts';
import { showWhen } from '../../format/times.ts';
import { useWords } from '../../i18n/i18n.ts';
import { Button } from '../../parts/button.tsx';
import { Field } from '../../parts/field.tsx';
import { Sheet } from '../../parts/sheet.tsx';
import { Trouble } from '../../parts/trouble.tsx';
import { onEnter } from './judge-sheets.tsx';
import { pendingOf } from './waiting.ts';

/** A stop of verification in force: of an analyzer, an analyte, or one on the other. */
export interface Block {
  readonly id: string;
  readonly analyzer?: string;
  readonly analyte?: string;
  readonly reason: string;
  readonly by: string;
  readonly at: string;
}

export function useBlocks(): readonly Block[] {
  const { data = [] } = useQuery({
    // Under the catalogue, where the server keeps them: its events make this stale as well.
    queryKey: ['catalogue', 'verification-blocks'],
    queryFn: () => readWhole<Block>('/api/verification-blocks'),
    staleTime: 60_000,
  });
  return data;
}

const stops = (block: Block, each: Observation): boolean =>
  (block.analyzer === undefined || block.analyzer === each.analyzer) &&
  (block.analyte === undefined || block.analyte === each.analyte);

/** Whether an observation of this specimen, or one it is calculated from, may not be verified now. */
export function useStopped(specimen: Specimen): (observation: Observation) => boolean {
  const blocks = useBlocks();
  return useMemo(() => {
    const stopped = new Set(
      specimen.observations.filter((each) => blocks.some((block) => stops(block, each))).map((each) => each.id),
    );
    return (observation) =>
      stopped.has(observation.id) || (observation.calculatedFrom ?? []).some((source) => stopped.has(source));
  }, [blocks, specimen]);
}

/** Says over the numbers what may not be verified, why and since when. */
export function BlockBanner({ specimen }: { readonly specimen: Specimen }) {
  const { t, locale, nameOf } = useWords();
  const may = useMay();
  const queries = useQueryClient();
  const analytes = useAnalyteMap();
  const { data: lines = [] } = useAnalyzers();
  const [lifting, setLifting] = useState<Block>();
  const [reason, setReason] = useState('');
  const [error, setError] = useState<unknown>();
  const concerned = useBlocks().filter((block) => pendingOf(specimen).some((each) => stops(block, each)));
  const lift = (block: Block): void => {
    api
      .post(`/api/verification-blocks/${seg(block.id)}/lift`, { reason: reason.trim() })
      .then(() => {
        setLifting(undefined);
        return queries.invalidateQueries({ queryKey: ['catalogue', 'verification-blocks'] });
      })
      .catch(setError);
  };
  return concerned.map((block) => (
    <div key={block.id} className="stop" role="status">
      <b>
        {t('results.block.stopped')}{' '}
        {[
          block.analyte === undefined ? undefined : nameOf(analytes.get(block.analyte)?.name, block.analyte),
          block.analyzer === undefined
            ? undefined
            : (lines.find((line) => line.id === block.analyzer)?.name ?? block.analyzer),
        ]
          .filter((each) => each !== undefined)
          .join(' · ')}
      </b>
      : {block.reason}{' '}
      <span className="soft">({t('common.by', { who: block.by, at: showWhen(block.at, locale) })})</span>{' '}
      {may('results.block') &&
        (lifting?.id === block.id ? (
          <span className="row">
            <input
              className="input"
              aria-label={t('results.block.liftReason')}
              placeholder={t('results.block.liftReason')}
              value={reason}
              onChange={(event) => setReason(event.target.value)}
              onKeyDown={onEnter(() => lift(block))}
            />
            <Button className="small" disabled={reason.trim() === ''} onClick={() => lift(block)}>
              {t('results.block.lift')}
            </Button>
          </span>
        ) : (
          <button type="button" className="link" onClick={() => setLifting(block)}>
            {t('results.block.lift')}
          </button>
        ))}
      <Trouble error={error} />
    </div>
  ));
}

/** Stopping verification of what is pointed at: the analyzer, the analyte, or the analyte on this analyzer. */
export function BlockSheet({
  observation,
  onClose,
}: {
  readonly observation: Observation;
  readonly onClose: () => void;
}) {
  const { t, nameOf } = useWords();
  const queries = useQueryClient();
  const analytes = useAnalyteMap();
  const { data: lines = [] } = useAnalyzers();
  const [scope, setScope] = useState<'both' | 'analyte' | 'analyzer'>('both');
  const [reason, setReason] = useState('');
  const [error, setError] = useState<unknown>();
  const analyte = nameOf(analytes.get(observation.analyte)?.name, observation.analyte);
  const analyzer = lines.find((line) => line.id === observation.analyzer)?.name ?? observation.analyzer;
  const save = (): void => {
    if (reason.trim() === '') return;
    api
      .post('/api/verification-blocks', {
        ...(scope === 'analyte' ? {} : { analyzer: observation.analyzer }),
        ...(scope === 'analyzer' ? {} : { analyte: observation.analyte }),
        reason: reason.trim(),
      })
      .then(async () => {
        await queries.invalidateQueries({ queryKey: ['catalogue', 'verification-blocks'] });
        onClose();
      })
      .catch(setError);
  };
  return (
    <Sheet title={t('results.block.title')} tone="look" onClose={onClose}>
      <fieldset className="scope">
        <legend className="unseen">{t('results.block.what')}</legend>
        {(['both', 'analyte', 'analyzer'] as const).map((each) => (
          <label key={each} className="check">
            <input type="radio" name="scope" checked={scope === each} onChange={() => setScope(each)} />
            {t(`results.block.scope.${each}`, { analyte, analyzer })}
          </label>
        ))}
      </fieldset>
      <Field label={t('common.reason')} hint={t('results.block.hint')}>
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
        <Button tone="look" disabled={reason.trim() === ''} onClick={save}>
          {t('results.block.submit')}
        </Button>
        <Button onClick={onClose}>{t('common.cancel')}</Button>
      </div>
      <Trouble error={error} />
    </Sheet>
  );
}
