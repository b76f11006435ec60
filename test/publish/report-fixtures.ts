import type { ReportDoc, ReportedObservation, ReportStatus } from '../../src/store/documents.ts';

/** Report versions as the store keeps them, for what public samples lack: written by us, no real patient. */
type Observed = Partial<ReportedObservation> & { readonly analyte: string; readonly value: string };

export function observed(each: Observed): ReportedObservation {
  return {
    id: `run-${each.analyte}`,
    name: { vi: `Xét nghiệm ${each.analyte}`, en: `Test ${each.analyte}` },
    section: 'chemistry',
    kind: 'numeric',
    unit: '',
    flags: [],
    status: 'final',
    observedAt: '2026-11-24T02:10:05.000Z',
    analyzer: 'c311-1',
    comments: [],
    verifiedBy: 'lan',
    verifiedAt: '2026-11-24T02:20:00.000Z',
    ...each,
  };
}

export function report(
  accession: string,
  version: number,
  status: ReportStatus,
  observations: readonly ReportedObservation[],
  more: Partial<ReportDoc> = {},
): ReportDoc {
  return {
    _id: `${accession}-v${version}`,
    accession,
    version,
    status,
    issued: new Date(Date.parse('2026-11-24T02:30:00.000Z') + version * 1000).toISOString(),
    actor: { username: 'bs-minh', role: 'doctor' },
    patient: { id: 'BN001', name: 'Nguyễn Thị Đào', sex: 'female', birthDate: '1980-05-17' },
    specimen: { collectedAt: '2026-11-24T01:30:00.000Z', collectedAtSource: 'given', type: 'serum' },
    orders: observations.map(({ analyte }, position) => ({
      id: `${accession}.${position + 1}`,
      code: analyte,
      placer: `HIS-${accession}-${position + 1}`,
      analytes: [analyte],
    })),
    observations,
    latest: true,
    ...more,
  };
}

const glucose = observed({
  analyte: 'GLU',
  value: '7.10',
  unit: 'mmol/L',
  loinc: '14749-6',
  flags: ['H'],
  referenceRange: { low: '3.90', high: '6.40', reason: 'any' },
});

/** Every kind of history and value that interfaces.md sections 1.3, 1.4 and 5 name. */
export const fixtures: Readonly<Record<string, ReportDoc>> = {
  final: report('F1', 1, 'final', [glucose]),
  corrected: report(
    'F2',
    2,
    'corrected',
    [
      {
        ...glucose,
        value: '5.40',
        flags: [],
        status: 'corrected',
        was: { value: '7.10', unit: 'mmol/L', reason: 'Nhầm ống | đo lại & xác nhận' },
      },
      observed({ analyte: 'CREA', value: '80.0', unit: 'umol/L', loinc: '14682-9' }),
    ],
    { reason: 'Nhầm ống | đo lại & xác nhận' },
  ),
  withdrawn: report('F3', 2, 'entered-in-error', [{ ...glucose, value: '', flags: [], status: 'entered-in-error' }], {
    reason: 'Nhầm bệnh nhân',
  }),
  cancelled: report('F4', 1, 'cancelled', [{ ...glucose, value: '', flags: [], status: 'cancelled' }], {
    reason: 'Bệnh phẩm vỡ hồng cầu',
  }),
  critical: report('F5', 1, 'final', [
    observed({
      analyte: 'K',
      value: '7.2',
      unit: 'mmol/L',
      loinc: '2823-3',
      flags: ['HH'],
      referenceRange: { low: '3.5', high: '5.1', reason: 'any' },
    }),
    observed({
      analyte: 'NA',
      value: '112',
      unit: 'mmol/L',
      loinc: '2951-2',
      flags: ['LL'],
      referenceRange: { low: '136', high: '145', reason: 'any' },
    }),
  ]),
  words: report('F6', 1, 'final', [
    observed({ analyte: 'ANA', value: '1:128', kind: 'qualitative', loinc: '5048-4' }),
    observed({ analyte: 'ASO', value: '>1:640', kind: 'qualitative' }),
    observed({ analyte: 'WBC-U', value: '5-10', kind: 'qualitative', unit: '/HPF' }),
    observed({ analyte: 'PRO-U', value: '2+', kind: 'qualitative', flags: ['A'] }),
    observed({ analyte: 'HBSAG', value: 'Âm tính', kind: 'qualitative', loinc: '5195-3' }),
    observed({ analyte: 'TXT', value: 'Hồng cầu đẳng sắc.\nTiểu cầu bình thường.', kind: 'qualitative' }),
  ]),
  comparators: report('F7', 1, 'final', [
    observed({ analyte: 'TSH', value: '0.010', comparator: '<', unit: 'mIU/L', loinc: '3016-3', flags: ['L'] }),
    observed({ analyte: 'FERR', value: '1000', comparator: '>', unit: 'ng/mL', loinc: '2276-4' }),
    observed({ analyte: 'CRP', value: '5', comparator: '<=', unit: 'mg/L', referenceRange: { high: '5', reason: '' } }),
    observed({ analyte: 'VITD', value: '150', comparator: '>=', unit: 'nmol/L' }),
  ]),
  digits: report('F8', 1, 'final', [
    observed({ analyte: 'PH', value: '7.0' }),
    observed({ analyte: 'BE', value: '-2.50', unit: 'mmol/L' }),
    observed({ analyte: 'ZERO', value: '0.00', unit: 'g/L' }),
    observed({ analyte: 'LEAD', value: '065.88', unit: 'odd unit' }),
  ]),
  pending: report('F9', 1, 'preliminary', [glucose], {
    orders: [{ id: 'F9.1', code: 'LIPID', analytes: ['GLU', 'TG'] }],
  }),
  merged: report('F10', 2, 'amended', [glucose], {
    patient: { id: 'BN900', name: 'Nguyễn Thị Đào', sex: 'female', birthDate: '1980' },
  }),
  calculated: report('F11', 1, 'final', [
    observed({ analyte: 'LDL-F', value: '', unit: 'mmol/L', analyzer: 'calculated', comments: ['TG quá cao'] }),
  ]),
};
