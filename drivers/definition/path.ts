import { z } from 'zod';

/**
 * Where something stands, as printed in manuals: ASTM `R.3.4` (record letter is field 1), HL7 `OBX-3.1`. Without a
 * component the whole field is meant. `pick` takes the first group of a pattern out of the text found there.
 */
export const pathSchema = z.union([
  z.string().regex(/^[A-Z][A-Z0-9]{0,2}[.-]\d+(?:\.\d+)?$/),
  z.strictObject({ at: z.string().regex(/^[A-Z][A-Z0-9]{0,2}[.-]\d+(?:\.\d+)?$/), pick: z.string() }),
]);

export type PathText = z.infer<typeof pathSchema>;

export interface Path {
  readonly record: string;
  /** As printed. */
  readonly field: number;
  /** Absent: the whole field. */
  readonly component?: number;
  readonly pick?: RegExp;
}

/** Reads `R.3.4`, `OBX-3.1` or `{ at, pick }`. */
export function parsePath(path: PathText): Path {
  const at = typeof path === 'string' ? path : path.at;
  const [, record = '', field = '0', component] = /^([A-Z][A-Z0-9]{0,2})[.-](\d+)(?:\.(\d+))?$/.exec(at) ?? [];
  return {
    record,
    field: Number(field),
    ...(component === undefined ? {} : { component: Number(component) }),
    ...(typeof path === 'string' ? {} : { pick: new RegExp(path.pick) }),
  };
}

export function parsePaths(paths: readonly PathText[]): readonly Path[] {
  return paths.map(parsePath);
}

/** A pattern on what stands at a place. */
export const markSchema = z.strictObject({ at: pathSchema, matches: z.string() });
export type MarkText = z.infer<typeof markSchema>;

export interface Mark {
  readonly path: Path;
  readonly matches: RegExp;
}

export function parseMark(mark: MarkText): Mark {
  return { path: parsePath(mark.at), matches: new RegExp(mark.matches) };
}
