import { DateTime } from 'luxon';
import { LisError } from '../../errors.ts';
import type { Laboratory } from '../../laboratory/context.ts';
import { machineCodeOf } from '../../laboratory/machines.ts';
import type { OrderDoc, ReportDoc, ReportedObservation, UserDoc } from '../../store/documents.ts';
import { type Decision, type FieldIssue, issuesOf, type Xml4Row } from './fields.ts';

/** One released value as the insurance wants it. */
export interface InsuranceRow {
  readonly accession: string;
  /** Sort and paging: NGAY_KQ in UTC, accession, analyte. */
  readonly position: string;
  readonly fields: Xml4Row;
  /** What was sent before is not what holds now: a correction, or a result that came after the time for sending. */
  readonly resend: 'corrected' | 'late' | null;
  readonly issues: readonly FieldIssue[];
  readonly withdrawn: boolean;
  /** Bảng 3, as far as the laboratory knows it. */
  readonly xml3: Readonly<Record<string, string>>;
}

export interface InsurancePeriod {
  /** Local days of NGAY_KQ, both inside. */
  readonly from: string;
  readonly to: string;
  readonly decision: Decision;
}

/** Dossiers leave within seven days of the episode (TT 48/2017 Đ7 k1): what comes later was not among them. */
const lateMs = 7 * 86_400_000;
const mostReports = 50_000;

/** All values whose result time lies in the period, in its order. Throws REQUEST_INVALID for days that are none. */
export async function insuranceRows(lab: Laboratory, { from, to, decision }: InsurancePeriod): Promise<InsuranceRow[]> {
  const zone = lab.config.lab.timeZone;
  const start = day(from, zone, 'from');
  const end = day(to, zone, 'to').plus({ days: 1 });
  const within = { $gte: start.toUTC().toISO() ?? '', $lt: end.toUTC().toISO() ?? '' };
  const issued = await lab.collections.reports
    .find({ issued: within }, { sort: { issued: 1 }, limit: mostReports, projection: { accession: 1 } })
    .toArray();
  // What is left out in silence would never be paid.
  if (issued.length === mostReports)
    throw new LisError('REQUEST_INVALID', { detail: `from, to: more than ${mostReports} reports; ask for fewer days` });
  const users = new Map((await lab.collections.users.find({}).toArray()).map((each) => [each._id, each]));
  const rows: InsuranceRow[] = [];
  for (const accession of new Set(issued.map((each) => each.accession))) {
    const versions = await lab.collections.reports.find({ accession }, { sort: { version: 1 } }).toArray();
    const orders = await lab.collections.orders.find({ accession }).toArray();
    rows.push(...rowsOf(lab, versions, orders, users, decision));
  }
  const inside = rows.filter(({ position }) => position >= within.$gte && position < within.$lt);
  return inside.sort((one, other) => (one.position < other.position ? -1 : 1));
}

function day(text: string, zone: string, name: string): DateTime {
  const at = DateTime.fromISO(text, { zone });
  if (!/^\d{4}-\d\d-\d\d$/.test(text) || !at.isValid)
    throw new LisError('REQUEST_INVALID', { detail: `${name}: a day such as 2026-11-24` });
  return at.startOf('day');
}

function rowsOf(
  lab: Laboratory,
  versions: readonly ReportDoc[],
  orders: readonly OrderDoc[],
  users: ReadonlyMap<string, UserDoc>,
  decision: Decision,
): InsuranceRow[] {
  const latest = versions.at(-1);
  if (latest === undefined) return [];
  // What was not performed is not paid.
  const performed = latest.observations.filter((each) => each.status !== 'cancelled');
  return performed.map((observed) => {
    const since = versions.find((version) => version.observations.some((each) => sameValue(each, observed))) ?? latest;
    const withdrawn = observed.status === 'entered-in-error';
    const at = since.issued;
    const reader = users.get(since.actor.username);
    const fields = fieldsOf(lab, latest, observed, at, reader?.practiceNumber ?? '');
    const late = Date.parse(at) - Date.parse(latest.specimen.collectedAt) > lateMs;
    const { insurance } = lab.config;
    const order = orders.find(({ analytes }) => analytes.includes(observed.analyte));
    return {
      accession: latest.accession,
      position: `${at}/${latest.accession}/${observed.analyte}`,
      fields,
      resend: withdrawn || observed.was !== undefined ? 'corrected' : late ? 'late' : null,
      issues: withdrawn
        ? [{ field: 'GIA_TRI', code: 'withdrawn' }]
        : issuesOf(fields, decision, insurance.lengths, observed.performer !== undefined),
      withdrawn,
      xml3: {
        MA_LK: fields.MA_LK,
        MA_DICH_VU: fields.MA_DICH_VU,
        MA_BAC_SI: latest.specimen.requester ?? '',
        NGUOI_THUC_HIEN: users.get(observed.verifiedBy)?.practiceNumber ?? '',
        NGAY_YL: order === undefined ? '' : minute(lab, order.orderedAt),
        NGAY_TH_YL: minute(lab, observed.observedAt),
        NGAY_KQ: fields.NGAY_KQ,
        MA_MAY: observed.performer === undefined ? machineCodeOf(lab, observed.analyzer) : '',
      },
    };
  });
}

const sameValue = (one: ReportedObservation, other: ReportedObservation): boolean =>
  one.id === other.id && (one.status === 'entered-in-error') === (other.status === 'entered-in-error');

function fieldsOf(
  lab: Laboratory,
  report: ReportDoc,
  observed: ReportedObservation,
  at: string,
  reader: string,
): Xml4Row {
  const withdrawn = observed.status === 'entered-in-error';
  return {
    MA_LK: report.specimen.encounter ?? '',
    STT: '',
    MA_DICH_VU: serviceCode(lab, observed),
    MA_CHI_SO: lab.catalogue.analyte(observed.analyte)?.nationalCode ?? '',
    TEN_CHI_SO: observed.name.vi,
    GIA_TRI: withdrawn ? '' : `${observed.comparator ?? ''}${observed.value}`,
    DON_VI_DO: observed.unit,
    MO_TA: '',
    KET_LUAN: '',
    NGAY_KQ: minute(lab, at),
    MA_BS_DOC_KQ: reader,
    DU_PHONG: '',
  };
}

/** The service's code, of the panel it was ordered with or its own; another facility's code is put behind it. */
function serviceCode(lab: Laboratory, observed: ReportedObservation): string {
  const panel = observed.panel === undefined ? undefined : lab.catalogue.panel(observed.panel);
  const code = panel?.serviceCode ?? lab.catalogue.analyte(observed.analyte)?.serviceCode ?? '';
  return code === '' || observed.performer === undefined ? code : `${code}.K.${observed.performer.code}`;
}

const minute = (lab: Laboratory, instant: string): string =>
  DateTime.fromISO(instant, { zone: lab.config.lab.timeZone }).toFormat('yyyyMMddHHmm');
