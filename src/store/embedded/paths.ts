/** Values at a dotted path of a document; an array on the way gives one for each of its elements. */
export function valuesAt(document: unknown, path: string): unknown[] {
  if (!path.includes('.') && !Array.isArray(document)) {
    const value = child(document, path);
    if (value === undefined) return [];
    return Array.isArray(value) && value.length > 0 ? value : [value];
  }
  let current: unknown[] = [document];
  for (const part of path.split('.')) {
    current = current.flatMap((each): unknown[] => {
      if (Array.isArray(each)) {
        const index = /^\d+$/.test(part) ? [each[Number(part)]] : each.map((element) => child(element, part));
        return index.filter((value) => value !== undefined);
      }
      const value = child(each, part);
      return value === undefined ? [] : [value];
    });
  }
  return current.flatMap((value) => (Array.isArray(value) && value.length > 0 ? value : [value]));
}

function child(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null && name in value
    ? (value as Readonly<Record<string, unknown>>)[name]
    : undefined;
}
