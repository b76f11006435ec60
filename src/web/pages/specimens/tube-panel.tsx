import { useState } from 'react';
import { useSpecimen, useWordsOf } from '../../api/queries.ts';
import type { Specimen, Word } from '../../api/types.ts';
import { Link } from '../../app/link.tsx';
import { pathOf } from '../../app/routes.ts';
import { useMay } from '../../app/session.ts';
import { showBirthDate, showWhen } from '../../format/times.ts';
import { useWords, type Words } from '../../i18n/i18n.ts';
import { Dialog } from '../../parts/dialog.tsx';
import { Empty } from '../../parts/empty.tsx';
import { LabelLink } from '../../parts/label-link.tsx';
import { ScrollBox } from '../../parts/scroll-box.tsx';
import { Trouble } from '../../parts/trouble.tsx';
import { type Step, type TimelineEvent, useStep, useTimeline } from './custody.ts';

interface Props {
  readonly accession: string;
  readonly onReject: () => void;
}

/** One tube: whose, what for, where it stands, and everything that happened to it. */
export function TubePanel({ accession, onReject }: Props) {
  const { t } = useWords();
  const may = useMay();
  const { data: specimen, error } = useSpecimen(accession);
  if (error !== null)
    return (
      <section className="tube-panel" aria-label={accession}>
        <Empty title={t('results.notFound.title', { accession })}>
          {may('specimens.register') && (
            <Link to={pathOf('register', undefined, undefined, { accession })}>{t('results.notFound.register')}</Link>
          )}
        </Empty>
      </section>
    );
  if (specimen === undefined) return <section className="tube-panel" aria-label={accession} />;
  return <Tube specimen={specimen} onReject={onReject} />;
}

function Tube({ specimen, onReject }: { readonly specimen: Specimen; readonly onReject: () => void }) {
  const { t } = useWords();
  const may = useMay();
  const step = useStep();
  const { accession, patient, state } = specimen;
  const act = (action: Step['action']) => () => step.mutate({ action, accession });
  const [disposing, setDisposing] = useState(false);
  const ended = state === 'disposed' || state === 'rejected';
  return (
    <section className="tube-panel" aria-label={accession}>
      <header className="panel-top">
        <div>
          <h1>
            <span className="mono">{accession}</span> {patient.name}
          </h1>
          <p className="soft">
            {[t(`sex.${patient.sex}`), showBirthDate(patient.birthDate), patient.id, specimen.ward, specimen.requester]
              .filter(Boolean)
              .join(' · ')}
          </p>
          <p className="soft">
            {specimen.orders.map((order) => order.code).join(' ')}
            {specimen.priority !== 'routine' && <b className="red"> {t(`priority.${specimen.priority}`)}</b>}
          </p>
        </div>
        <span className={`tube-state ${state}`}>{t(`results.specimenState.${state}`)}</span>
      </header>
      <Custody specimen={specimen} />
      <Timeline accession={accession} />
      <Trouble error={step.error} />
      <div className="panel-actions no-print">
        {may('specimens.receive') && (state === 'ordered' || state === 'collected') && (
          <button type="button" className="button primary" onClick={act('receive')} disabled={step.isPending}>
            {t('specimens.mode.receive')}
          </button>
        )}
        {may('specimens.handle') && !ended && (
          <button type="button" className="button danger" onClick={onReject}>
            {t('specimens.mode.reject')}
          </button>
        )}
        {may('specimens.handle') && state === 'stored' && (
          <button type="button" className="button" onClick={() => setDisposing(true)} disabled={step.isPending}>
            {t('specimens.mode.dispose')}
          </button>
        )}
        <LabelLink accession={accession} className="button" />
        <span className="grow" />
        {may('results.read') && <Link to={pathOf('results', accession)}>{t('specimens.toResults')}</Link>}
      </div>
      {disposing && (
        <Dialog title={t('specimens.mode.dispose')} onClose={() => setDisposing(false)}>
          <p>{t('specimens.disposeAsk', { accession, name: patient.name })}</p>
          <div className="dialog-foot">
            <button type="button" className="button" onClick={() => setDisposing(false)}>
              {t('common.cancel')}
            </button>
            <button
              type="button"
              className="button danger"
              onClick={() => {
                setDisposing(false);
                step.mutate({ action: 'dispose', accession });
              }}
            >
              {t('specimens.mode.dispose')}
            </button>
          </div>
        </Dialog>
      )}
    </section>
  );
}

function useReasonWords(): (code: string) => string {
  const { nameOf } = useWords();
  const { data = [] } = useWordsOf('rejection-reasons');
  const known = new Map<string, Word>(data.map((each) => [each.code, each]));
  return (code) => nameOf(known.get(code)?.name, code);
}

function Custody({ specimen }: { readonly specimen: Specimen }) {
  const { t } = useWords();
  const reason = useReasonWords();
  const { storage, rejection, recollectedAs, recollectOf, containers = [] } = specimen;
  if (storage === undefined && rejection === undefined && recollectOf === undefined && containers.length === 0)
    return null;
  return (
    <div className="tube-facts">
      {storage !== undefined && (
        <p>
          {t('specimens.stands')}{' '}
          <Link to={pathOf('specimens', specimen.accession, undefined, { view: 'storage', rack: storage.rack })}>
            <b>
              {storage.rack} / {storage.position}
            </b>
          </Link>
        </p>
      )}
      {rejection !== undefined && (
        <p className="red">
          {t('specimens.rejectedFor', { reason: reason(rejection.reason) })}
          {rejection.told !== undefined && ` · ${t('specimens.toldTo', { who: rejection.told })}`}
        </p>
      )}
      {recollectedAs !== undefined && (
        <p>
          {t('specimens.recollectedAs')} <Link to={pathOf('specimens', recollectedAs)}>{recollectedAs}</Link>
        </p>
      )}
      {recollectOf !== undefined && (
        <p>
          {t('specimens.recollectOf')} <Link to={pathOf('specimens', recollectOf)}>{recollectOf}</Link>
        </p>
      )}
      {containers.map((container) => (
        <p key={container.id}>
          <span className="mono">{container.id}</span> {container.type} ·{' '}
          {t(`results.specimenState.${container.state}`)}
          {container.storage !== undefined && ` · ${container.storage.rack} / ${container.storage.position}`}
        </p>
      ))}
    </div>
  );
}

function Timeline({ accession }: { readonly accession: string }) {
  const { t } = useWords();
  const { data, error } = useTimeline(accession);
  return (
    <ScrollBox className="timeline" label={t('specimens.timeline')}>
      <h2>{t('specimens.timeline')}</h2>
      <Trouble error={error} />
      <ol>
        {(data?.items ?? []).map((event, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: what happened keeps its place
          <Event key={index} event={event} />
        ))}
      </ol>
    </ScrollBox>
  );
}

function Event({ event }: { readonly event: TimelineEvent }) {
  const { t, locale, known } = useWords();
  const reason = useReasonWords();
  const { kind, detail, container } = event;
  const words = detail === undefined ? undefined : sayDetail(kind, detail, { t, known }, reason);
  return (
    <li>
      <time dateTime={event.at}>{showWhen(event.at, locale)}</time>
      <b>{known(`specimens.kinds.${kind}`, known(`audit.actions.${kind}`, kind))}</b>
      <span>
        {[words, container === undefined ? undefined : t('specimens.tube', { id: container })]
          .filter(Boolean)
          .join(' · ')}
      </span>
      <span className="faint">{event.by === 'system' ? '' : event.by}</span>
    </li>
  );
}

/** What the server says of an event in numbers and codes, in the language shown. */
function sayDetail(
  kind: string,
  detail: string,
  { t, known }: Pick<Words, 't' | 'known'>,
  reason: (code: string) => string,
): string {
  const [number = '', status = ''] = detail.split(' ');
  switch (kind) {
    case 'reject':
      return rejected(detail, reason);
    case 'results':
      return t('results.reports.count', { n: Number(number) });
    case 'report':
      return `${t('specimens.version', { n: Number(number) })}, ${known(`results.reports.status.${status}`, status)}`;
    case 'delivered':
      return t('specimens.version', { n: Number(number) });
    default:
      return detail;
  }
}

/** The first word of a rejection is the code of its reason. */
function rejected(detail: string, reason: (code: string) => string): string {
  const [code = '', ...others] = detail.split(', ');
  return [reason(code), ...others].join(', ');
}
