import { useState } from 'react';
import { useMay } from '../../app/session.ts';
import { useWords } from '../../i18n/i18n.ts';
import { ExternalReports } from './external-reports.tsx';
import { ImportPackage } from './import-package.tsx';
import { NewReferral } from './new-referral.tsx';
import { NoticeList } from './notice-list.tsx';
import { ReferralList } from './referral-list.tsx';
import './referrals.css';

/** Results that go with a patient to another hospital, and those that came with one: never mixed with our own. */
export function ReferralsPage() {
  const { t } = useWords();
  const may = useMay();
  const [patient, setPatient] = useState('');
  return (
    <div className="referrals">
      <div className="referrals-main">
        <h1 className="unseen">{t('referrals.title')}</h1>
        <ReferralList />
        <NoticeList />
        {may('results.read') && <ExternalReports patient={patient} onPatient={setPatient} />}
      </div>
      {may('referrals.send') && (
        <aside className="referrals-side" aria-label={t('referrals.new')}>
          <NewReferral />
          <ImportPackage />
        </aside>
      )}
    </div>
  );
}
