import { XMLBuilder } from 'fast-xml-parser';
import { DateTime } from 'luxon';
import type { LabConfig } from '../../laboratory/config.ts';
import type { Laboratory } from '../../laboratory/context.ts';
import type { ReportDoc, ReportedObservation } from '../../store/documents.ts';
import { localRange } from '../paper/text.ts';

/**
 * `HoSoBenhAn` with `KetQuaXetNghiem` (CV 365/TTYQG-GPQLCL). The guidance fixes the groups and `machidinh`, `machiso`;
 * the other field names were not found, so all can be renamed under `referral.fields` in lab.yaml.
 */
const defaultNames = {
  facilityCode: 'macoso',
  facilityName: 'tencoso',
  patientId: 'mabenhnhan',
  patientName: 'hoten',
  birthDate: 'ngaysinh',
  sex: 'gioitinh',
  accession: 'mabenhpham',
  reportVersion: 'phienban',
  reportStatus: 'trangthai',
  collectedAt: 'ngaylaymau',
  receivedAt: 'ngaynhanmau',
  releasedAt: 'ngayduyet',
  releasedBy: 'chuky_hoten',
  comment: 'nhanxet',
  item: 'chitiet',
  orderCode: 'machidinh',
  indexCode: 'machiso',
  indexName: 'tenchiso',
  value: 'giatri',
  unit: 'donvido',
  range: 'khoangthamchieu',
  flag: 'danhgia',
  method: 'phuongphap',
  performer: 'noithuchien',
} as const;
type FieldName = keyof typeof defaultNames;

interface RecordSources {
  readonly report: ReportDoc;
  readonly config: LabConfig;
  /** Name of who released it. */
  readonly releasedBy: string;
  /** National code (QĐ 1227) of an analyte, its own where there is none. */
  readonly nationalCode: (analyte: string) => string;
}

/** What the record of a report version is made from. */
export function recordSources(lab: Laboratory, report: ReportDoc, releasedBy: string | undefined): RecordSources {
  return {
    report,
    config: lab.config,
    releasedBy: releasedBy ?? report.actor.username,
    nationalCode: (analyte) => lab.catalogue.analyte(analyte)?.nationalCode ?? analyte,
  };
}

/** The record as an object; the same in XML and JSON. */
export function medicalRecord(sources: RecordSources): Readonly<Record<string, unknown>> {
  const { report, config, releasedBy } = sources;
  const name = (field: FieldName): string => config.referral.fields[field] ?? defaultNames[field];
  const { patient, specimen } = report;
  return {
    HoSoBenhAn: {
      KetQuaXetNghiem: {
        [name('facilityCode')]: config.lab.id,
        [name('facilityName')]: config.lab.name,
        [name('patientId')]: patient.id,
        [name('patientName')]: patient.name,
        [name('birthDate')]: patient.birthDate,
        [name('sex')]: patient.sex,
        [name('accession')]: report.accession,
        [name('reportVersion')]: String(report.version),
        [name('reportStatus')]: report.status,
        [name('collectedAt')]: minute(specimen.collectedAt, config),
        [name('receivedAt')]: specimen.receivedAt === undefined ? '' : minute(specimen.receivedAt, config),
        [name('releasedAt')]: minute(report.issued, config),
        [name('releasedBy')]: releasedBy,
        [name('comment')]: report.comment ?? '',
        [name('item')]: report.observations.map((each) => itemOf(each, sources, name)),
      },
    },
  };
}

/** The record as XML, UTF-8 with its declaration. */
export function medicalRecordXml(sources: RecordSources): string {
  const builder = new XMLBuilder({ format: true, indentBy: '  ', suppressEmptyNode: false, processEntities: true });
  return `<?xml version="1.0" encoding="UTF-8"?>\n${String(builder.build(sanitized(medicalRecord(sources))))}`;
}

function itemOf(
  observed: ReportedObservation,
  { report, nationalCode }: RecordSources,
  name: (field: FieldName) => string,
): Record<string, string> {
  const order = report.orders.find(({ analytes }) => analytes.includes(observed.analyte));
  const withdrawn = observed.status === 'entered-in-error';
  return {
    [name('orderCode')]: order?.code ?? observed.analyte,
    [name('indexCode')]: nationalCode(observed.analyte),
    [name('indexName')]: observed.name.vi,
    [name('value')]: withdrawn ? '' : `${observed.comparator ?? ''}${observed.value}`,
    [name('unit')]: observed.unit,
    [name('range')]: localRange(observed.referenceRange, 'en'),
    [name('flag')]: observed.flags.filter((flag) => ['H', 'L', 'HH', 'LL', 'A'].includes(flag)).join(' '),
    [name('method')]: observed.method ?? '',
    [name('performer')]: observed.performer?.name ?? '',
  };
}

/** `yyyymmddHHMM` in the laboratory's zone. */
function minute(instant: string, config: LabConfig): string {
  return DateTime.fromISO(instant, { zone: config.lab.timeZone }).toFormat('yyyyMMddHHmm');
}

/** Characters XML 1.0 has no form for are left out: a control character must not make the whole record unreadable. */
function sanitized(value: unknown): unknown {
  if (typeof value === 'string') return value.replaceAll(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, '');
  if (Array.isArray(value)) return value.map(sanitized);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, sanitized(member)]));
}
