import { type Mark, parseMark } from './path.ts';

/**
 * Every mark of QC and calibration any analyzer is known to send (analyzers.md A5). When one matches, whatever the
 * driver, the specimen is a control and never a patient: a control filed to a patient is worse than a patient's
 * result that waits.
 */
export const astmQcMarks: readonly Mark[] = [
  // LIS02-A2 order record, action code Q; repeats are allowed there
  { at: 'O.12', matches: '(^|\\\\)Q($|\\\\)' },
  // Horiba Yumizen Q; Mindray QR (QC) and CR (calibration)
  { at: 'H.12', matches: '^(Q|QR|CR)$' },
  // Roche: `seq^rack^pos^^QC^SC`
  { at: 'O.4', matches: '(^|\\^)QC(\\^|$)' },
  { at: 'O.4', matches: '(^|\\^)\\s*QC-' },
  { at: 'O.3', matches: '(^|\\^)\\s*QC-' },
  // Horiba `CTRL^^CTRLLOW`, Radiometer `QCLevel^2`
  { at: 'O.16', matches: '^(CTRL|QC)' },
].map(parseMark);

export const hl7QcMarks: readonly Mark[] = [
  // Mindray hematology
  { at: 'MSH-11.1', matches: '^Q$' },
  // Mindray chemistry: 1 calibration, 2 QC
  { at: 'MSH-16', matches: '^[12]$' },
  // Siemens Clinitek: `ORH^^^^^^Q`
  { at: 'OBR-15', matches: '\\^Q$' },
  // IHE LAW: specimen role Q, and C or L for calibrators
  { at: 'SPM-11.1', matches: '^[QCL]$' },
].map(parseMark);
