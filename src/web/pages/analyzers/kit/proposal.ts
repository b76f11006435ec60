/** What is sent to have a driver proposed. */
export interface Capture {
  /** Base64. */
  readonly capture: string;
  readonly name: string;
  readonly vendor?: string;
  readonly model?: string;
}

/** A driver proposed from a capture, as the API shows it. */
export interface Proposal {
  readonly driver: string;
  readonly section: string;
  readonly protocol: string;
  readonly exists: boolean;
  readonly found: readonly string[];
  readonly unknown: readonly string[];
  readonly rows: number;
  readonly observations: number;
  readonly attachments: number;
  readonly held: number;
  readonly codes: readonly {
    readonly hostCode: string;
    readonly name?: string;
    readonly units: readonly string[];
    readonly count: number;
    readonly analyte?: string;
    readonly loinc?: string;
    readonly why: string;
  }[];
  readonly sample: readonly {
    readonly accession?: string;
    readonly hostCode: string;
    readonly value: string;
    readonly unit?: string;
    readonly flags: readonly string[];
  }[];
}
