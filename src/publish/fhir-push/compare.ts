import { isLosslessNumber, parse } from 'lossless-json';
import { compareDecimals, isDecimal } from '../../domain/decimal.ts';
import { fhirJson } from '../fhir/json.ts';
import type { Resource } from '../fhir/types.ts';

/** What a server keeps in its own way: it is not what we said of the patient. */
const theirs = new Set(['meta', 'text', 'id']);

/**
 * Where what a recipient holds says something else than what we sent, field by field: `Observation/A1..GLU
 * valueQuantity.value: 7.10 sent, 71.0 held`. What it added by itself is no difference; a number may lose zeros.
 */
export function differencesOf(sent: Resource, held: string): string[] {
  const name = `${sent.resourceType}/${sent.id}`;
  let read: unknown;
  try {
    read = parse(held);
  } catch {
    return [`${name}: what is held is not JSON`];
  }
  const found: string[] = [];
  compare(parse(fhirJson(sent)), read, '', (path, one, other) =>
    found.push(`${name} ${path}: ${one} sent, ${other} held`),
  );
  return found;
}

function compare(
  sent: unknown,
  held: unknown,
  path: string,
  differs: (path: string, sent: string, held: string) => void,
): void {
  if (Array.isArray(sent)) {
    const list: unknown[] = Array.isArray(held) ? held : [];
    if (list.length < sent.length) differs(path, `${sent.length} entries`, `${list.length}`);
    else for (const [index, each] of sent.entries()) compare(each, list[index], `${path}[${index}]`, differs);
    return;
  }
  if (typeof sent === 'object' && sent !== null && !isLosslessNumber(sent)) {
    for (const [name, member] of Object.entries(sent)) {
      if (path === '' && theirs.has(name)) continue;
      // The receiver may know the patient under an id of its own; his identifier stands beside.
      if (name === 'reference' && String(member).startsWith('Patient/')) continue;
      const other =
        typeof held === 'object' && held !== null && Object.hasOwn(held, name) ? Reflect.get(held, name) : undefined;
      compare(member, other, path === '' ? name : `${path}.${name}`, differs);
    }
    return;
  }
  if (!same(String(sent), held === undefined ? 'nothing' : String(held)))
    differs(path, String(sent), held === undefined ? 'nothing' : String(held));
}

const same = (sent: string, held: string): boolean =>
  sent === held || (isDecimal(sent) && isDecimal(held) && compareDecimals(sent, held) === 0) || sameInstant(sent, held);

function sameInstant(sent: string, held: string): boolean {
  const form = /^\d{4}-\d{2}-\d{2}T/;
  return form.test(sent) && form.test(held) && Date.parse(sent) === Date.parse(held);
}
