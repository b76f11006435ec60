/** How a field of an entry is written on the page. */
export type FieldKind =
  | 'text'
  | 'code'
  | 'decimal'
  | 'number'
  | 'age'
  | 'list'
  | 'analyte'
  | 'analytes'
  | 'choice'
  | 'line';

export interface CatalogueField {
  /** As the API names it; `name.vi` is a member of a member. */
  readonly name: string;
  readonly kind: FieldKind;
  /** Its words, where those of `name` are of another kind. */
  readonly label?: string;
  readonly required?: boolean;
  /** It names the entry: written once. */
  readonly fixed?: boolean;
  /** The entries of another kind, or words of this page. */
  readonly of?: string;
  readonly options?: readonly string[];
  /** Shown in the table. */
  readonly column?: boolean;
}

export interface CatalogueKind {
  readonly path: string;
  readonly fields: readonly CatalogueField[];
  readonly removable?: boolean;
}

const names: readonly CatalogueField[] = [
  { name: 'name.vi', kind: 'text', required: true, column: true },
  { name: 'name.en', kind: 'text', required: true, column: true },
];
const section: CatalogueField = { name: 'section', kind: 'choice', of: 'sections', required: true, column: true };
const specimenType: CatalogueField = { name: 'specimenType', kind: 'choice', of: 'specimen-types', required: true };
const analyte: CatalogueField = { name: 'analyte', kind: 'analyte', required: true, column: true };
const ages: readonly CatalogueField[] = [
  { name: 'ageFrom', kind: 'age', column: true },
  { name: 'ageTo', kind: 'age', column: true },
];
const source: CatalogueField = { name: 'source', kind: 'text' };

function words(path: string): CatalogueKind {
  return { path, fields: [{ name: 'code', kind: 'code', required: true, column: true }, ...names] };
}

/** What of the catalogue is edited here, in the order of the page; codes of analyzers have a page with their analyzer. */
export const catalogueKinds: readonly CatalogueKind[] = [
  {
    path: 'analytes',
    fields: [
      { name: 'code', kind: 'code', required: true, column: true },
      ...names,
      section,
      specimenType,
      { name: 'kind', kind: 'choice', options: ['numeric', 'qualitative'], required: true },
      { name: 'unit', kind: 'text', column: true },
      { name: 'decimals', kind: 'number', column: true },
      { name: 'loinc', kind: 'text', column: true },
      { name: 'nationalCode', kind: 'text' },
      { name: 'serviceCode', kind: 'text' },
      { name: 'method', kind: 'text' },
      { name: 'sex', kind: 'choice', options: ['male', 'female'] },
      { name: 'ageFrom', kind: 'age' },
      { name: 'ageTo', kind: 'age' },
      { name: 'absurd.low', kind: 'decimal' },
      { name: 'absurd.high', kind: 'decimal' },
      { name: 'choices', kind: 'list' },
      { name: 'expected', kind: 'text' },
      { name: 'molarMass', kind: 'decimal' },
      { name: 'serumIndex', kind: 'choice', options: ['hemolysis', 'icterus', 'lipemia'] },
      { name: 'performer.code', kind: 'text' },
      { name: 'performer.name', kind: 'text' },
    ],
  },
  {
    path: 'panels',
    fields: [
      { name: 'code', kind: 'code', required: true, column: true },
      ...names,
      section,
      specimenType,
      { name: 'loinc', kind: 'text' },
      { name: 'serviceCode', kind: 'text' },
      { name: 'analytes', kind: 'analytes', required: true, column: true },
    ],
  },
  {
    path: 'ranges',
    removable: true,
    fields: [
      analyte,
      { name: 'sex', kind: 'choice', options: ['any', 'male', 'female'], required: true, column: true },
      ...ages,
      { name: 'pregnancy', kind: 'choice', options: ['pregnant'] },
      { name: 'method', kind: 'text' },
      { name: 'low', kind: 'decimal', column: true },
      { name: 'high', kind: 'decimal', column: true },
      { name: 'criticalLow', kind: 'decimal', column: true },
      { name: 'criticalHigh', kind: 'decimal', column: true },
      { name: 'text', kind: 'text' },
      { name: 'analyzer', kind: 'line' },
      source,
    ],
  },
  {
    path: 'deltas',
    removable: true,
    fields: [
      analyte,
      { name: 'absolute', kind: 'decimal', column: true },
      { name: 'percent', kind: 'decimal', column: true },
      { name: 'ratePerDay', kind: 'decimal', column: true },
      { name: 'withinDays', kind: 'number', required: true, column: true },
      source,
    ],
  },
  {
    path: 'variations',
    removable: true,
    fields: [
      analyte,
      { name: 'scale', kind: 'choice', options: ['log', 'linear'], required: true },
      { name: 'low', kind: 'decimal', required: true, column: true },
      { name: 'high', kind: 'decimal', required: true, column: true },
      { name: 'spread', kind: 'decimal', required: true, column: true },
      { name: 'source', kind: 'text', column: true },
    ],
  },
  {
    path: 'interferences',
    removable: true,
    fields: [
      analyte,
      {
        name: 'index',
        kind: 'choice',
        options: ['hemolysis', 'icterus', 'lipemia'],
        required: true,
        column: true,
      },
      { name: 'above', kind: 'text', required: true, column: true },
      { name: 'analyzer', kind: 'line', column: true },
      source,
    ],
  },
  {
    path: 'analyzers',
    removable: true,
    fields: [
      { name: 'analyzer', kind: 'line', label: 'line', required: true, column: true, fixed: true },
      { name: 'displayName', kind: 'text', column: true },
      { name: 'machineCode', kind: 'text', column: true },
    ],
  },
  words('rejection-reasons'),
  words('sections'),
  words('specimen-types'),
  words('comments'),
  words('requesters'),
];

export type Entry = Readonly<Record<string, unknown>> & { readonly id: string; readonly version: number };

/** What stands in a field, as text: a list is one line an item. */
export function textOf(entry: Readonly<Record<string, unknown>>, name: string): string {
  const [own = '', part] = name.split('.');
  const outer = entry[own];
  const value = part === undefined ? outer : (outer as Readonly<Record<string, unknown>> | undefined)?.[part];
  if (Array.isArray(value)) return value.join('\n');
  return value === undefined || value === null ? '' : String(value);
}

const lists: readonly FieldKind[] = ['list', 'analytes'];

/** The form's texts as the body the API takes; empty fields are left out. */
export function bodyOf(fields: readonly CatalogueField[], texts: Readonly<Record<string, string>>): Entry {
  const body: Record<string, unknown> = {};
  for (const { name, kind } of fields) {
    const text = (texts[name] ?? '').trim();
    if (text === '') continue;
    const [own = '', part] = name.split('.');
    const value = typed(kind, text);
    body[own] = part === undefined ? value : { ...(body[own] as object | undefined), [part]: value };
  }
  return body as Entry;
}

function typed(kind: FieldKind, text: string): unknown {
  if (lists.includes(kind)) return text.split(/[\n,;]+/).flatMap((each) => each.trim() || []);
  if (kind === 'number') return Number(text.replace(',', '.'));
  return kind === 'decimal' && /^-?\d+,\d+$/.test(text) ? text.replace(',', '.') : text;
}
