import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { api } from '../../api/client.ts';
import type { Page } from '../../api/types.ts';
import { showUnit, showValue } from '../../format/numbers.ts';
import { showDate, showWhen } from '../../format/times.ts';
import { useWords } from '../../i18n/i18n.ts';
import { TextField } from '../../parts/text-field.tsx';
import { Trouble } from '../../parts/trouble.tsx';
import type { ExternalReport, ExternalValue } from './shapes.ts';

interface Props {
  readonly patient: string;
  readonly onPatient: (patient: string) => void;
}

/** Results of other laboratories, each with who made and who signed it. */
export function ExternalReports({ patient, onPatient }: Props) {
  const { t } = useWords();
  const [typed, setTyped] = useState(patient);
  const reports = useQuery({
    queryKey: ['external', patient],
    queryFn: () =>
      api.get<Page<ExternalReport>>('/api/external', { limit: 50, ...(patient === '' ? {} : { patient }) }),
  });
  const rows = reports.data?.items ?? [];
  return (
    <section aria-label={t('referrals.external')}>
      <h2>{t('referrals.external')}</h2>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          onPatient(typed.trim());
        }}
      >
        <TextField
          label={t('referrals.findPatient')}
          hint={t('referrals.findHint')}
          mono
          value={typed}
          onChange={setTyped}
        />
      </form>
      <Trouble error={reports.error} />
      {reports.isSuccess && rows.length === 0 && <p className="faint">{t('referrals.noExternal')}</p>}
      {rows.map((report) => (
        <Report key={report.id} report={report} />
      ))}
    </section>
  );
}

function Report({ report }: { readonly report: ExternalReport }) {
  const { t, locale, known } = useWords();
  const { origin, signature } = report;
  const intact = signature.state === 'valid';
  return (
    <article className="external">
      <div className="external-head">
        <b>{report.patient.name}</b>
        <span className="mono faint">{report.patient.id}</span>
        <span>
          {origin.lab.name} · <span className="mono">{origin.accession}</span> ·{' '}
          {t('catalogue.version', { n: origin.version })}
        </span>
        <span className="soft">{showWhen(report.collectedAt, locale)}</span>
        <span className={intact ? 'badge ok' : 'badge critical'}>
          {known(`referrals.signature.${signature.state}`, signature.state)}
        </span>
        <span className="soft">
          {signature.signer} {showWhen(signature.signedAt, locale)}
        </span>
        {report.advice.map((advice) => (
          <span key={`${advice.code}/${advice.field ?? ''}`} className="badge look">
            {known(`referrals.advice.${advice.code}`, advice.code)}
          </span>
        ))}
      </div>
      <dl>
        {report.observations.map((each) => (
          <Value key={`${each.analyte}/${each.value}`} value={each} />
        ))}
      </dl>
    </article>
  );
}

function Value({ value }: { readonly value: ExternalValue }) {
  const { t, locale } = useWords();
  return (
    <div>
      <dt>{value.name}</dt>
      <dd>
        {value.status === 'cancelled' || value.status === 'entered-in-error' ? (
          <span className="faint">
            {t(value.status === 'cancelled' ? 'results.state.notPerformed' : 'results.state.withdrawn')}
          </span>
        ) : (
          showValue(value.value, value.comparator, locale)
        )}{' '}
        <span className="soft">{showUnit(value.unit)}</span>{' '}
        {value.flags.map((flag) => (
          <span key={flag} className={flag === 'HH' || flag === 'LL' ? 'badge critical' : 'badge warn'}>
            {flag}
          </span>
        ))}
        {value.validity?.over === true && (
          <span className="badge quiet">{t('referrals.over', { at: showDate(value.validity.until) })}</span>
        )}
      </dd>
    </div>
  );
}
