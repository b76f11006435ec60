/**
 * How analytes vary within one person: what the mix-up index begins with, until the laboratory takes what its own history
 * says (acts/own-variations.ts). Spread is twice sqrt(2) times the within-subject variation of the EFLM Biological Variation Database
 * (biologicalvariation.eu), put on the scale of the reference interval: hospital patients vary about twice as much as
 * the healthy volunteers it was measured on.
 */
export interface StartingVariation {
  readonly analyte: string;
  readonly scale: 'log' | 'linear';
  readonly low: string;
  readonly high: string;
  readonly spread: string;
}

const log = (analyte: string, low: string, high: string, within: number): StartingVariation => {
  const half = (Math.log(Number(high)) - Math.log(Number(low))) / 2;
  return { analyte, scale: 'log', low, high, spread: ((2 * Math.SQRT2 * within * 1.96) / 100 / half).toFixed(2) };
};

/** Within-subject variation in percent stands last. */
export const startingVariations: readonly StartingVariation[] = [
  log('WBC', '4.0', '10.0', 10.8),
  log('RBC', '3.9', '5.8', 2.6),
  log('HGB', '12.0', '17.0', 2.7),
  log('HCT', '35.0', '51.0', 2.8),
  log('MCV', '80.0', '100.0', 0.8),
  log('MCH', '27.0', '34.0', 0.9),
  log('MCHC', '31.0', '36.0', 1.1),
  log('PLT', '150', '400', 7.3),
  log('RDW-CV', '11.0', '15.0', 1.7),
  log('MPV', '6.5', '12.0', 2.3),
  log('GLU', '3.90', '6.40', 5.0),
  log('UREA', '2.50', '7.50', 13.9),
  log('CREA', '44.0', '115.0', 4.5),
  log('UA', '150', '420', 8.3),
  log('CHOL', '3.10', '5.20', 5.3),
  log('HDL', '0.90', '2.10', 5.8),
  log('TG', '0.50', '1.70', 19.9),
  log('AST', '10.0', '37.0', 9.6),
  log('ALT', '7.0', '40.0', 10.1),
  log('ALP', '40', '130', 5.3),
  log('GGT', '8.0', '61.0', 8.9),
  log('LDH', '125', '250', 5.2),
  log('TBIL', '4.0', '21.0', 20.0),
  log('TP', '64.0', '83.0', 2.6),
  log('ALB', '35.0', '52.0', 2.6),
  log('NA', '135.0', '145.0', 0.5),
  log('K', '3.50', '5.00', 4.1),
  log('CL', '96.0', '107.0', 1.1),
  log('CA', '2.15', '2.55', 1.8),
];
