import type { Specimen } from '../../api/types.ts';
import { ageAt, showBirthDate, showLater, showWhen } from '../../format/times.ts';
import { useWords } from '../../i18n/i18n.ts';
import { PriorityMark } from '../../parts/priority-mark.tsx';

interface Props {
  readonly specimen: Specimen;
  readonly onReports: () => void;
  /** Absent for who may not say so. */
  readonly onPregnancy: (() => void) | undefined;
}

/** Who and what: the patient, the tube, its times, who asked. */
export function SpecimenHead({ specimen, onReports, onPregnancy }: Props) {
  const { t, locale } = useWords();
  const { patient, priority } = specimen;
  const age = ageAt(patient.birthDate, specimen.collectedAt);
  const report = specimen.reports.at(-1);
  const collected =
    specimen.collectedAtSource === 'assumed' ? (
      <span title={t('results.head.assumed')}>({showWhen(specimen.collectedAt, locale)})</span>
    ) : (
      showWhen(specimen.collectedAt, locale)
    );
  const facts: readonly (readonly [label: string, value: React.ReactNode] | undefined)[] = [
    [
      t('results.head.specimen'),
      <span key="a" className="mono whole">
        {specimen.accession}
      </span>,
    ],
    [
      t('results.head.times'),
      <span key="t">
        {collected} · {showLater(specimen.receivedAt, specimen.collectedAt, locale)}
      </span>,
    ],
    specimen.requester === undefined ? undefined : [t('results.head.requester'), specimen.requester],
    specimen.ward === undefined ? undefined : [t('results.head.ward'), specimen.ward],
    specimen.diagnosis === undefined ? undefined : [t('results.head.diagnosis'), specimen.diagnosis],
    report === undefined
      ? undefined
      : [
          t('results.head.reports'),
          <button key="r" type="button" className="link" onClick={onReports}>
            {t('results.head.report', { n: report.version, at: showWhen(report.issued, locale) })}
          </button>,
        ],
  ];
  return (
    <header className="specimen-head">
      <div className="who">
        <h1 className="clip">{patient.name === '' ? patient.id : patient.name}</h1>
        <EarlierName specimen={specimen} />
        <p className="soft">
          {age === undefined ? (
            <b className="violet">{t('results.ageUnknown')}</b>
          ) : (
            <span title={showBirthDate(patient.birthDate)}>{t(`common.${age.unit}`, { n: age.count })}</span>
          )}{' '}
          · {t(`sex.${patient.sex}`)}
          {(specimen.pregnant === true || (onPregnancy !== undefined && patient.sex === 'female')) && ' · '}
          <Pregnancy specimen={specimen} onPregnancy={onPregnancy} /> ·{' '}
          {/^\p{L}/u.test(patient.id) ? patient.id : t('results.patientId', { id: patient.id })}
          {priority !== 'routine' && (
            <>
              {' · '}
              <b className={`priority ${priority}`}>
                <PriorityMark priority={priority} /> {t(`priority.${priority}`)}
              </b>
            </>
          )}
        </p>
      </div>
      <dl className="facts">
        {facts.map(
          (fact) =>
            fact !== undefined && (
              <div key={fact[0]}>
                <dt>{fact[0]}</dt>
                <dd className="clip">{fact[1]}</dd>
              </div>
            ),
        )}
      </dl>
    </header>
  );
}

/** Whether she is pregnant; a click says otherwise. */
function Pregnancy({ specimen, onPregnancy }: Pick<Props, 'specimen' | 'onPregnancy'>) {
  const { t } = useWords();
  const pregnant = specimen.pregnant === true;
  if (onPregnancy === undefined) return pregnant ? t('results.pregnant') : null;
  if (!pregnant && specimen.patient.sex !== 'female') return null;
  return (
    <button type="button" className="link" title={t('results.pregnancy.change')} onClick={onPregnancy}>
      {t(pregnant ? 'results.pregnant' : 'results.pregnancy.notSaid')}
    </button>
  );
}

/** Who was registered under the id when this specimen was, where that was said otherwise since, or with it. */
function EarlierName({ specimen }: Pick<Props, 'specimen'>) {
  const { t, locale } = useWords();
  const { name, earlier = [] } = specimen.patient;
  const before = earlier.filter(({ until }) => until >= specimen.registeredAt).at(-1);
  if (before === undefined) return null;
  const was = [before.name === name ? '' : before.name, t(`sex.${before.sex}`), showBirthDate(before.birthDate)];
  return (
    <p className="earlier-name">
      {t('results.head.earlier', {
        was: was.filter(Boolean).join(', '),
        by: before.by,
        at: showWhen(before.until, locale),
      })}
    </p>
  );
}
