/** What stands on the label of a tube. */
export interface Label {
  /** In the barcode, whole. */
  readonly accession: string;
  readonly container?: string;
  readonly patient: string;
  readonly patientId: string;
  /** `dd/mm/yyyy` or what is known of it, and the letter of the sex. */
  readonly person: string;
  /** Orders, tube, ward: short. */
  readonly detail: string;
  readonly urgent: boolean;
}

export type Symbology = 'code128' | 'datamatrix';
