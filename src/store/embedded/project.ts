/** A document cut to a projection: the named paths (and `_id`), or all but the named ones. Paths may be dotted. */
export function project(document: unknown, projection: Readonly<Record<string, 0 | 1>>): unknown {
  const paths = Object.keys(projection);
  const including = paths.some((path) => path !== '_id' && projection[path] === 1);
  if (including || (paths.length === 1 && projection._id === 1)) {
    const kept = paths.filter((path) => projection[path] === 1);
    return pick(document, projection._id === 0 ? kept : ['_id', ...kept]);
  }
  return omit(
    document,
    paths.map((path) => path.split('.')),
  );
}

function pick(document: unknown, paths: readonly string[]): unknown {
  const picked: Record<string, unknown> = {};
  for (const path of paths) {
    const [head = '', ...rest] = path.split('.');
    const value = memberOf(document, head);
    if (value === undefined) continue;
    if (rest.length === 0) picked[head] = value;
    else picked[head] = merge(picked[head], pickInside(value, rest.join('.')));
  }
  return picked;
}

function pickInside(value: unknown, path: string): unknown {
  if (Array.isArray(value)) return value.map((each) => pick(each, [path]));
  return isPlain(value) ? pick(value, [path]) : {};
}

function merge(one: unknown, other: unknown): unknown {
  if (Array.isArray(one) && Array.isArray(other)) return one.map((each, position) => merge(each, other[position]));
  return isPlain(one) && isPlain(other) ? { ...one, ...other } : other;
}

function omit(document: unknown, paths: readonly (readonly string[])[]): unknown {
  if (Array.isArray(document)) return document.map((each) => omit(each, paths));
  if (!isPlain(document)) return document;
  const kept: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(document)) {
    const here = paths.filter(([head]) => head === name);
    if (here.some((path) => path.length === 1)) continue;
    kept[name] =
      here.length === 0
        ? value
        : omit(
            value,
            here.map((path) => path.slice(1)),
          );
  }
  return kept;
}

function memberOf(value: unknown, name: string): unknown {
  return isPlain(value) ? value[name] : undefined;
}

function isPlain(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Uint8Array);
}
