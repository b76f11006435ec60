import type { LabConfig } from '../../laboratory/config.ts';
import type { ReportDoc, ReportedObservation } from '../../store/documents.ts';
import { localNumber, localTime, localValue } from '../paper/text.ts';

/** Flags in full: what is handed to another facility carries no abbreviation (TT 32/2023 Đ52 k2 c). */
const flagWords: Readonly<Record<string, string>> = {
  H: 'cao',
  L: 'thấp',
  HH: 'cao ở mức nguy kịch',
  LL: 'thấp ở mức nguy kịch',
  A: 'bất thường',
};

/** `TOMTAT_KQ` of the referral paper (XML13): the results of one report in sentences. */
export function resultSummary(report: ReportDoc, config: LabConfig, specimenType: string | undefined): string {
  const zone = config.lab.timeZone;
  const head = [
    `${config.lab.name}, bệnh phẩm ${report.accession}`,
    ...(specimenType === undefined ? [] : [`loại bệnh phẩm ${specimenType.toLowerCase()}`]),
    `lấy mẫu lúc ${localTime(report.specimen.collectedAt, zone)}`,
    `duyệt kết quả lúc ${localTime(report.issued, zone)}`,
  ].join(', ');
  const lines = report.observations.map((each) => `- ${sentence(each)}`);
  const comment = report.comment === undefined ? [] : [`Nhận xét: ${report.comment}`];
  return `${[`Kết quả xét nghiệm của ${report.patient.name}, mã bệnh nhân ${report.patient.id}. ${head}.`, ...lines, ...comment].join('\n')}\n`;
}

function sentence(observed: ReportedObservation): string {
  const { referenceRange: range } = observed;
  if (observed.status === 'entered-in-error') return `${observed.name.vi}: kết quả đã bị thu hồi.`;
  if (observed.status === 'cancelled')
    return `${[`${observed.name.vi}: không thực hiện`, ...observed.comments].join('; ')}.`;
  const value = observed.value === '' ? 'không có kết quả' : localValue(observed.value, observed.comparator, 'vi');
  const words = observed.flags.flatMap((flag) => flagWords[flag] ?? []);
  const limits =
    range?.low !== undefined && range.high !== undefined
      ? `khoảng tham chiếu từ ${localNumber(range.low, 'vi')} đến ${localNumber(range.high, 'vi')}`
      : range?.high !== undefined
        ? `khoảng tham chiếu không quá ${localNumber(range.high, 'vi')}`
        : range?.low !== undefined
          ? `khoảng tham chiếu từ ${localNumber(range.low, 'vi')} trở lên`
          : undefined;
  const notes = [...words, ...(limits === undefined ? [] : [limits])];
  const was =
    observed.was === undefined
      ? ''
      : ` Đã sửa, trước khi sửa là ${localValue(observed.was.value, observed.was.comparator, 'vi')} ${observed.was.unit}, lý do: ${observed.was.reason}.`;
  const performer = observed.performer === undefined ? '' : ` Thực hiện tại ${observed.performer.name}.`;
  return `${observed.name.vi}: ${`${value} ${observed.unit}`.trim()}${notes.length === 0 ? '' : ` (${notes.join('; ')})`}.${was}${performer}`;
}
