import { forAll, measured, type StartingAnalyte, type StartingRange, worded } from './entries.ts';

export const coagulation: readonly StartingAnalyte[] = [
  measured('PT', 'Thời gian prothrombin', 'Prothrombin time', 's', 1, '5902-2'),
  measured('PT%', 'Tỷ lệ prothrombin', 'Prothrombin activity', '%', 0, '5894-1'),
  measured('INR', 'INR', 'INR', '{INR}', 2, '6301-6'),
  measured('APTT', 'APTT', 'Activated partial thromboplastin time', 's', 1, '14979-9'),
  measured('FIB', 'Fibrinogen', 'Fibrinogen', 'g/L', 2, '3255-7'),
  measured('TT', 'Thời gian thrombin', 'Thrombin time', 's', 1, '3243-3'),
  measured('DD', 'D-dimer', 'D-dimer', 'ug/mL{FEU}', 2, '48065-7'),
];

export const coagulationRanges: readonly StartingRange[] = [
  forAll('PT', '10.0', '14.0', undefined, '30.0'),
  forAll('PT%', '70', '140', '20'),
  forAll('INR', '0.80', '1.20', undefined, '5.00'),
  forAll('APTT', '25.0', '37.0', undefined, '90.0'),
  forAll('FIB', '2.00', '4.00', '1.00'),
  forAll('TT', '14.0', '21.0'),
  forAll('DD', undefined, '0.50'),
];

/** Urine strip and urine chemistry. */
export const urine: readonly StartingAnalyte[] = [
  worded('U-LEU', 'Bạch cầu niệu', 'Leukocytes, urine', '5799-2', 'Âm tính|Negative|NEG|-'),
  worded('U-NIT', 'Nitrit niệu', 'Nitrite, urine', '5802-4', 'Âm tính|Negative|NEG|-'),
  worded('U-URO', 'Urobilinogen niệu', 'Urobilinogen, urine', '5818-0', 'Bình thường|Normal|NORM|-'),
  worded('U-PRO', 'Protein niệu (que)', 'Protein, urine strip', '20454-5', 'Âm tính|Negative|NEG|-'),
  measured('U-PH', 'pH niệu', 'pH, urine', '[pH]', 1, '5803-2'),
  worded('U-BLD', 'Hồng cầu niệu', 'Blood, urine', '5794-3', 'Âm tính|Negative|NEG|-'),
  measured('U-SG', 'Tỷ trọng niệu', 'Specific gravity, urine', '{ratio}', 3, '5811-5'),
  worded('U-KET', 'Ceton niệu', 'Ketones, urine', '2514-8', 'Âm tính|Negative|NEG|-'),
  worded('U-BIL', 'Bilirubin niệu', 'Bilirubin, urine', '5770-3', 'Âm tính|Negative|NEG|-'),
  worded('U-GLU', 'Glucose niệu', 'Glucose, urine', '25428-4', 'Âm tính|Negative|NEG|-'),
  worded('U-COL', 'Màu sắc nước tiểu', 'Colour, urine', '5778-6', 'Vàng|Yellow'),
  worded('U-CLA', 'Độ trong nước tiểu', 'Clarity, urine', '32167-9', 'Trong|Clear'),
  measured('U-CREA', 'Creatinin niệu', 'Creatinine, urine', 'mmol/L', 2, '14683-7', { molarMass: '113.12' }),
  measured('U-ALB', 'Albumin niệu', 'Albumin, urine', 'mg/L', 1, '14957-5'),
  measured('U-PROQ', 'Protein niệu (định lượng)', 'Protein, urine', 'g/L', 3, '2888-6'),
  measured('U-ACR', 'Tỷ lệ albumin/creatinin niệu', 'Albumin/creatinine ratio, urine', 'mg/g', 1, '9318-7'),
  measured('U-PCR', 'Tỷ lệ protein/creatinin niệu', 'Protein/creatinine ratio, urine', 'mg/g', 1, '2890-2'),
];

export const urineRanges: readonly StartingRange[] = [
  forAll('U-PH', '4.5', '8.0'),
  forAll('U-SG', '1.005', '1.030'),
  forAll('U-ALB', undefined, '20.0'),
  forAll('U-PROQ', undefined, '0.150'),
];

export const bloodGas: readonly StartingAnalyte[] = [
  measured('PH', 'pH máu', 'pH, blood', '[pH]', 3, '11558-4', { absurd: { low: '6.5', high: '8.0' } }),
  measured('PCO2', 'pCO2', 'pCO2', 'mmHg', 1, '11557-6'),
  measured('PO2', 'pO2', 'pO2', 'mmHg', 1, '11556-8'),
  measured('BE', 'Kiềm dư', 'Base excess', 'mmol/L', 1, '11555-0'),
  measured('SO2', 'Độ bão hòa oxy', 'Oxygen saturation', '%', 1, '20564-1'),
  measured('ICA', 'Canxi ion hóa', 'Calcium, ionized', 'mmol/L', 2, '1994-3', { molarMass: '40.078' }),
  measured('LAC', 'Lactat', 'Lactate', 'mmol/L', 2, '2524-7', { molarMass: '90.08' }),
];

export const bloodGasRanges: readonly StartingRange[] = [
  forAll('PH', '7.350', '7.450', '7.200', '7.600'),
  forAll('PCO2', '35.0', '45.0', '20.0', '70.0'),
  forAll('PO2', '80.0', '100.0', '40.0'),
  forAll('BE', '-2.0', '3.0'),
  forAll('SO2', '95.0', '100.0'),
  forAll('ICA', '1.12', '1.32', '0.75', '1.60'),
  forAll('LAC', '0.50', '2.20', undefined, '5.00'),
];

const detected = ['Không phát hiện', 'Phát hiện', 'Không xác định'];
const notDetected = 'Không phát hiện|NOT DETECTED|Not detected|Negative';

/** Nucleic acid tests: presence in words, viral loads as numbers. */
export const molecular: readonly StartingAnalyte[] = [
  worded('MTB', 'Vi khuẩn lao (PCR)', 'Mycobacterium tuberculosis complex DNA', '38379-4', notDetected, detected),
  worded('RIF', 'Kháng rifampicin (PCR)', 'Rifampicin resistance (rpoB)', '89372-7', notDetected, detected),
  {
    ...worded('CT', 'Chlamydia trachomatis (PCR)', 'Chlamydia trachomatis DNA', '21613-5', notDetected, detected),
    specimenType: 'urine',
  },
  {
    ...worded('NG', 'Lậu cầu (PCR)', 'Neisseria gonorrhoeae DNA', '24111-7', notDetected, detected),
    specimenType: 'urine',
  },
  measured('HIVVL', 'Tải lượng HIV-1', 'HIV 1 RNA viral load', '{copies}/mL', 0, '20447-9', {
    specimenType: 'blood',
    choices: ['Không phát hiện', 'Not detected', 'Target not detected'],
  }),
];

/** Blood groups and antibody screens. */
export const bloodBank: readonly StartingAnalyte[] = [
  worded('ABO', 'Nhóm máu ABO', 'ABO group', '883-9', 'A|B|AB|O', ['A', 'B', 'AB', 'O']),
  worded('RH', 'Nhóm máu Rh(D)', 'Rh(D) type', '10331-7', 'POS|NEG', ['POS', 'NEG']),
  worded('ABS', 'Sàng lọc kháng thể bất thường', 'Antibody screen', '890-4', 'Âm tính|Negative|NEG'),
];
