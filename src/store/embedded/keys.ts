import type { Sort } from '../collection.ts';
import { valuesAt } from './paths.ts';

/** A part of an index key. LMDB's ordered-binary keys sort booleans, numbers, strings. */
export type KeyPart = string | number | boolean;

/**
 * Null and absent stand as false, which sorts before numbers and text as MongoDB's null does: `lmdb` has no null in keys.
 * The document decides where it is in question.
 */
const absent = false;

/** LMDB takes keys of up to 1,978 bytes: long text is indexed by its beginning, and the document decides. */
const longest = 160;

export interface IndexDefinition {
  readonly name: string;
  readonly paths: readonly string[];
  readonly directions: readonly (1 | -1)[];
  readonly unique: boolean;
  readonly sparse: boolean;
}

export function indexDefinition(keys: Sort, options: { unique?: boolean; sparse?: boolean }): IndexDefinition {
  const paths = Object.keys(keys);
  return {
    name: paths.map((path) => `${path}_${keys[path]}`).join('_'),
    paths,
    directions: paths.map((path) => keys[path] ?? 1),
    unique: options.unique === true,
    sparse: options.sparse === true,
  };
}

/** A value as it stands in an index. */
export function keyPart(value: unknown): KeyPart {
  if (typeof value === 'string') return value.length > longest ? value.slice(0, longest) : value;
  if (typeof value === 'number' || typeof value === 'boolean') return value;
  return absent;
}

/** Index keys of a document without its id: several where a path leads into an array; none when sparse and absent. */
export function keysOf(document: unknown, index: IndexDefinition): KeyPart[][] {
  const columns = index.paths.map((path) => {
    const values = valuesAt(document, path);
    if (values.length <= 1) return values.length === 0 ? null : values.map(keyPart);
    return [...new Set(values.map(keyPart))];
  });
  if (index.sparse && columns.every((column) => column === null)) return [];
  if (columns.every((column) => column === null || column.length === 1)) {
    return [columns.map((column) => column?.[0] ?? absent)];
  }
  let keys: KeyPart[][] = [[]];
  for (const column of columns) keys = keys.flatMap((key) => (column ?? [absent]).map((part) => [...key, part]));
  return keys;
}

/** Index keys of several documents, each once. */
export function keysOfAll(documents: readonly unknown[], index: IndexDefinition): KeyPart[][] {
  const [first] = documents;
  if (documents.length <= 1) return first === undefined ? [] : keysOf(first, index);
  const keys: KeyPart[][] = [];
  for (const document of documents) {
    for (const key of keysOf(document, index)) if (!hasKey(keys, key)) keys.push(key);
  }
  return keys;
}

/** Whether a key is among others. */
export function hasKey(keys: readonly KeyPart[][], key: readonly KeyPart[]): boolean {
  return keys.some((each) => each.length === key.length && each.every((part, position) => part === key[position]));
}
