/** A panel of the starting catalogue. */
export interface StartingPanel {
  readonly code: string;
  readonly vi: string;
  readonly en: string;
  readonly section: string;
  readonly specimenType: string;
  readonly loinc?: string;
  readonly analytes: readonly string[];
}

const bloodCount =
  'WBC RBC HGB HCT MCV MCH MCHC PLT NEUT# NEUT% LYMPH# LYMPH% MONO# MONO% EO# EO% BASO# BASO% RDW-CV'.split(' ');

export const panels: readonly StartingPanel[] = [
  {
    code: 'CBC',
    vi: 'Tổng phân tích tế bào máu',
    en: 'Complete blood count',
    section: 'hematology',
    specimenType: 'blood',
    loinc: '57021-8',
    analytes: bloodCount,
  },
  {
    code: 'LIPID',
    vi: 'Bộ mỡ máu',
    en: 'Lipid panel',
    section: 'chemistry',
    specimenType: 'serum',
    loinc: '24331-1',
    analytes: ['CHOL', 'HDL', 'TG', 'LDL-F', 'LDL-S'],
  },
  {
    code: 'LYTES',
    vi: 'Điện giải đồ',
    en: 'Electrolytes',
    section: 'chemistry',
    specimenType: 'serum',
    loinc: '24326-1',
    analytes: ['NA', 'K', 'CL', 'HCO3', 'AGAP'],
  },
  {
    code: 'RENAL',
    vi: 'Chức năng thận',
    en: 'Kidney function',
    section: 'chemistry',
    specimenType: 'serum',
    analytes: ['UREA', 'CREA', 'EGFR', 'UA'],
  },
  {
    code: 'LIVER',
    vi: 'Chức năng gan',
    en: 'Liver function',
    section: 'chemistry',
    specimenType: 'serum',
    loinc: '24325-3',
    analytes: ['AST', 'ALT', 'ALP', 'GGT', 'TBIL', 'DBIL', 'IBIL', 'TP', 'ALB', 'GLOB', 'AG'],
  },
  {
    code: 'COAG',
    vi: 'Đông máu cơ bản',
    en: 'Coagulation',
    section: 'coagulation',
    specimenType: 'plasma',
    analytes: ['PT', 'PT%', 'INR', 'APTT', 'FIB'],
  },
  {
    code: 'UA10',
    vi: 'Tổng phân tích nước tiểu',
    en: 'Urinalysis',
    section: 'urine',
    specimenType: 'urine',
    loinc: '24357-6',
    analytes: ['U-LEU', 'U-NIT', 'U-URO', 'U-PRO', 'U-PH', 'U-BLD', 'U-SG', 'U-KET', 'U-BIL', 'U-GLU'],
  },
  {
    code: 'BG',
    vi: 'Khí máu',
    en: 'Blood gases',
    section: 'blood-gas',
    specimenType: 'arterial-blood',
    loinc: '24338-6',
    analytes: ['PH', 'PCO2', 'PO2', 'HCO3', 'BE', 'SO2'],
  },
  {
    code: 'THYR',
    vi: 'Chức năng tuyến giáp',
    en: 'Thyroid function',
    section: 'immunology',
    specimenType: 'serum',
    analytes: ['TSH', 'FT4', 'FT3'],
  },
];

/** A code and its words. */
export type Word = readonly [code: string, vi: string, en: string];

export const sections: readonly Word[] = [
  ['hematology', 'Huyết học', 'Hematology'],
  ['chemistry', 'Hóa sinh', 'Chemistry'],
  ['immunology', 'Miễn dịch', 'Immunology'],
  ['coagulation', 'Đông máu', 'Coagulation'],
  ['urine', 'Nước tiểu', 'Urine'],
  ['blood-gas', 'Khí máu', 'Blood gas'],
  ['molecular', 'Sinh học phân tử', 'Molecular biology'],
  ['blood-bank', 'Huyết thanh học nhóm máu', 'Blood bank'],
];

export const rejectionReasons: readonly Word[] = [
  ['hemolysed', 'Mẫu tan huyết', 'Hemolysed'],
  ['clotted', 'Mẫu đông', 'Clotted'],
  ['insufficient', 'Không đủ thể tích', 'Not enough material'],
  ['lipemic', 'Mẫu đục mỡ', 'Lipemic'],
  ['icteric', 'Mẫu vàng', 'Icteric'],
  ['wrong-tube', 'Sai loại ống', 'Wrong tube'],
  ['unlabelled', 'Không có nhãn hoặc nhãn không khớp', 'Unlabelled or mislabelled'],
  ['leaking', 'Ống vỡ, rò rỉ', 'Broken or leaking'],
  ['too-old', 'Quá thời gian cho phép', 'Too old'],
  ['contaminated', 'Nhiễm bẩn hoặc lẫn dịch truyền', 'Contaminated or diluted by infusion'],
  ['analyzer-flag', 'Cờ báo của máy, cần chạy lại', 'Analyzer flag, to be run again'],
  ['qc-failed', 'Nội kiểm không đạt', 'Quality control failed'],
  ['implausible', 'Kết quả không phù hợp', 'Implausible'],
];

export const specimenTypes: readonly Word[] = [
  ['blood', 'Máu toàn phần (EDTA)', 'Whole blood (EDTA)'],
  ['serum', 'Huyết thanh', 'Serum'],
  ['plasma', 'Huyết tương (citrat)', 'Plasma (citrate)'],
  ['arterial-blood', 'Máu động mạch', 'Arterial blood'],
  ['urine', 'Nước tiểu', 'Urine'],
  ['sputum', 'Đờm', 'Sputum'],
];

export const comments: readonly Word[] = [
  ['repeated', 'Đã chạy lại và xác nhận', 'Run again and confirmed'],
  ['hemolysis', 'Mẫu tan huyết nhẹ, kali có thể tăng', 'Slightly hemolysed, potassium may be high'],
  ['called', 'Đã báo bác sĩ lâm sàng', 'Clinician informed'],
];
