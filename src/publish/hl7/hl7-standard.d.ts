/** The part of hl7-standard that composing uses (the package ships no types). */
declare module 'hl7-standard' {
  export interface Segment {
    set(
      field: string,
      value: string | Readonly<Record<string, string>> | readonly Readonly<Record<string, string>>[],
    ): void;
    get(path: string): unknown;
  }
  export default class HL7 {
    constructor(raw?: string, options?: { lineEndings?: string });
    createSegment(name: string): Segment;
    build(): string;
    transform(): void;
    getSegments(name: string): Segment[];
  }
}
