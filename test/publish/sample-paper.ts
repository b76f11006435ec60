import type { PaperContent } from '../../src/publish/paper/content.ts';
import type { ReportDoc, ReportedObservation } from '../../src/store/documents.ts';

type Given<T> = { readonly [K in keyof T]?: T[K] };

/** A reported value with everything a fixture does not care about filled in. */
export function sampleObservation(given: Given<ReportedObservation> = {}): ReportedObservation {
  const analyte = given.analyte ?? 'GLU';
  return {
    id: `obs-${analyte}`,
    analyte,
    name: { vi: 'Glucose máu', en: 'Glucose' },
    section: 'chemistry',
    kind: 'numeric',
    value: '5.10',
    unit: 'mmol/L',
    flags: [],
    referenceRange: { low: '3.9', high: '6.4', reason: 'adult' },
    status: 'final',
    observedAt: '2026-11-24T02:30:00.000Z',
    analyzer: 'c311-1',
    comments: [],
    verifiedBy: 'lan',
    verifiedAt: '2026-11-24T03:00:00.000Z',
    ...given,
  };
}

/** A report version of one patient, made up. */
export function sampleReport(given: Given<ReportDoc> = {}): ReportDoc {
  const accession = given.accession ?? '2611240017';
  const version = given.version ?? 1;
  return {
    _id: `${accession}-v${version}`,
    accession,
    version,
    status: 'final',
    issued: '2026-11-24T03:05:12.418Z',
    actor: { username: 'minh', role: 'doctor' },
    patient: { id: 'BN-000123', name: 'Nguyễn Thị Hường', sex: 'female', birthDate: '1968-03-09' },
    specimen: {
      collectedAt: '2026-11-24T01:10:00.000Z',
      collectedAtSource: 'given',
      receivedAt: '2026-11-24T01:25:00.000Z',
      type: 'serum',
      requester: 'BS. Trần Văn Quý',
      ward: 'Khoa Nội tổng hợp',
      diagnosis: 'Đái tháo đường týp 2',
    },
    orders: [],
    observations: [sampleObservation()],
    latest: true,
    ...given,
  };
}

/** What a sheet says of a report, with the names around it. */
export function samplePaper(report: ReportDoc, given: Given<PaperContent> = {}): PaperContent {
  return {
    report,
    language: 'vi',
    timeZone: 'Asia/Ho_Chi_Minh',
    letterhead: {
      hospital: 'Bệnh viện Đa khoa tỉnh Bắc Giang',
      name: 'Khoa Xét nghiệm',
      address: 'Đường Lê Lợi, phường Bắc Giang',
      phone: '0204 3854 283',
    },
    people: { lan: 'KTV. Phạm Thị Lan', minh: 'BS. CKI Lê Quang Minh' },
    analyzers: { 'c311-1': 'cobas c 311', 'xn-1': 'Sysmex XN-1000' },
    panels: { CBC: { vi: 'Tổng phân tích tế bào máu', en: 'Complete blood count' } },
    sections: {
      chemistry: { vi: 'Hóa sinh', en: 'Chemistry' },
      hematology: { vi: 'Huyết học', en: 'Hematology' },
      immunology: { vi: 'Miễn dịch', en: 'Immunology' },
    },
    specimenType: { vi: 'Huyết thanh', en: 'Serum' },
    history: {},
    code: { text: report._id, signed: false, included: 0 },
    ...given,
  };
}
