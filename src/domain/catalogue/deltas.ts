/** A delta limit of the starting catalogue: it looks back this many days. */
export interface StartingDelta {
  readonly analyte: string;
  readonly absolute?: string;
  readonly percent?: string;
  readonly withinDays: number;
}

/**
 * Wide limits that most laboratories would call suspicious; each laboratory sets its own, which then go before these.
 * In the manner of the delta limits that CLSI EP33 tells to derive from a laboratory's own patients.
 */
export const startingDeltas: readonly StartingDelta[] = [
  { analyte: 'HGB', absolute: '4.0', withinDays: 7 },
  { analyte: 'MCV', absolute: '8.0', withinDays: 30 },
  { analyte: 'PLT', percent: '75', withinDays: 3 },
  { analyte: 'NA', absolute: '12.0', withinDays: 3 },
  { analyte: 'K', absolute: '2.00', withinDays: 3 },
  { analyte: 'CREA', percent: '100', withinDays: 7 },
  { analyte: 'UREA', percent: '150', withinDays: 7 },
  { analyte: 'CA', absolute: '0.60', withinDays: 7 },
  { analyte: 'ALB', absolute: '12.0', withinDays: 7 },
  { analyte: 'TP', absolute: '20.0', withinDays: 7 },
  { analyte: 'INR', absolute: '3.00', withinDays: 3 },
];
