/** The sentences of one language, by key. */
export interface Sentences {
  /** The sentence of a dotted key with what is put into it at `{{name}}`; the key itself where there is none. */
  readonly say: (key: string, words?: Readonly<Record<string, string | number>>) => string;
  readonly has: (key: string) => boolean;
}

/** Sentences from a tree of them: `{ nav: { held: '…' } }` has `nav.held`. */
export function sentencesOf(tree: object): Sentences {
  const found = new Map<string, string>();
  collect(tree, '', found);
  return {
    say: (key, words = {}) =>
      (found.get(key) ?? key).replace(/\{\{(\w+)\}\}/g, (_place, name: string) => String(words[name] ?? '')),
    has: (key) => found.has(key),
  };
}

function collect(tree: object, above: string, found: Map<string, string>): void {
  for (const [name, entry] of Object.entries(tree)) {
    if (typeof entry === 'string') found.set(above + name, entry);
    else if (typeof entry === 'object' && entry !== null) collect(entry, `${above}${name}.`, found);
  }
}
