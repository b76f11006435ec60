import { useQuery } from '@tanstack/react-query';
import { api, seg } from '../../api/client.ts';
import { useWordsOf } from '../../api/queries.ts';
import type { Report, Specimen } from '../../api/types.ts';
import { useMe } from '../../app/session.ts';
import { showRange, showUnit, showValue } from '../../format/numbers.ts';
import { showBirthDate, showClock, showDate, showWhen } from '../../format/times.ts';
import { useWords } from '../../i18n/i18n.ts';
import { ownFlagOf } from '../../parts/flag-badge.tsx';

/** The plain printed slip: the latest report version of the specimen, only on paper. What is not released is not on it. */
export function Slip({ specimen }: { readonly specimen: Specimen }) {
  const { t } = useWords();
  const latest = specimen.reports.at(-1);
  const { data: report } = useReport(latest?.id);
  if (report === undefined) {
    return (
      <article className="slip print-only">
        <p>{t('results.slip.notReleased')}</p>
      </article>
    );
  }
  return <SlipOf report={report} />;
}

/** One report version; it never changes. */
export function useReport(id: string | undefined) {
  return useQuery({
    queryKey: ['report', id],
    queryFn: () => api.get<Report>(`/api/reports/${seg(id ?? '')}`),
    enabled: id !== undefined,
    staleTime: Number.POSITIVE_INFINITY,
  });
}

function SlipOf({ report }: { readonly report: Report }) {
  const { t, locale, nameOf } = useWords();
  const { laboratory } = useMe();
  const { data: sections = [] } = useWordsOf('sections');
  const { patient, specimen, observations } = report;
  const now = new Date().toISOString();
  const groups = [...new Set(observations.map((each) => each.section))];
  const corrected = report.status === 'corrected' || report.status === 'amended';
  return (
    <article className="slip print-only">
      <table>
        <thead>
          <tr>
            <td colSpan={5}>
              <header className="slip-head">
                <p>
                  <b>{laboratory.name}</b>
                </p>
                <h1>
                  {t('results.slip.title')}{' '}
                  {corrected && <span className="corrected">{t('results.slip.corrected')}</span>}
                </h1>
                <p>
                  {t('results.slip.patient')}: <b>{patient.name}</b> · {t(`sex.${patient.sex}`)} ·{' '}
                  {t('results.slip.born')} {showBirthDate(patient.birthDate)} ·{' '}
                  {t('results.patientId', { id: patient.id })}
                </p>
                <p>
                  {t('results.head.specimen')} <b className="mono">{report.accession}</b> · {t('results.head.times')}{' '}
                  {showWhen(specimen.collectedAt, locale)} · {showWhen(specimen.receivedAt, locale) || '–'}
                  {specimen.requester !== undefined && ` · ${specimen.requester}`}
                  {specimen.ward !== undefined && ` · ${specimen.ward}`}
                  {specimen.diagnosis !== undefined && ` · ${specimen.diagnosis}`}
                </p>
              </header>
            </td>
          </tr>
          <tr>
            <th scope="col">{t('results.table.analyte')}</th>
            <th scope="col" className="right">
              {t('results.table.value')}
            </th>
            <th scope="col">{t('results.table.unit')}</th>
            <th scope="col">{t('results.table.flag')}</th>
            <th scope="col">{t('results.table.range')}</th>
          </tr>
        </thead>
        {groups.map((section) => (
          <tbody key={section}>
            <tr>
              <th colSpan={5} scope="colgroup">
                {nameOf(sections.find((each) => each.code === section)?.name, section)}
              </th>
            </tr>
            {observations
              .filter((each) => each.section === section)
              .map((each) => (
                <tr key={each.id}>
                  <td>
                    {nameOf(each.name, each.analyte)}
                    {each.comments.map((comment) => (
                      <em key={comment}> {comment}</em>
                    ))}
                    {each.was !== undefined && (
                      <em>
                        {' '}
                        {t('results.slip.was', {
                          value: showValue(each.was.value, each.was.comparator, locale),
                          reason: each.was.reason,
                        })}
                      </em>
                    )}
                  </td>
                  <td className="right">
                    {each.status === 'entered-in-error' ? (
                      t('results.state.withdrawn')
                    ) : each.status === 'cancelled' ? (
                      t('results.state.notPerformed')
                    ) : (
                      <b>{showValue(each.value, each.comparator, locale)}</b>
                    )}
                  </td>
                  <td>{showUnit(each.unit)}</td>
                  <td>{ownFlagOf(each.flags) ?? ''}</td>
                  <td>{showRange(each.referenceRange, locale)}</td>
                </tr>
              ))}
          </tbody>
        ))}
      </table>
      <footer className="slip-foot">
        {report.comment !== undefined && <p>{report.comment}</p>}
        <p>
          {t('results.slip.verifiedBy')}: {[...new Set(observations.map((each) => each.verifiedBy))].join(', ')} ·{' '}
          {t('results.slip.version', {
            n: report.version,
            at: `${showDate(report.issued)} ${showClock(report.issued, locale)}`,
          })}
        </p>
        <p className="slip-printed">
          {t('results.slip.printed', {
            at: `${showDate(now)} ${showClock(now, locale)}`,
          })}
        </p>
      </footer>
    </article>
  );
}
