/** Facts a template may name; each is escaped where it is put in. */
export type Facts = Readonly<Record<string, string>>;

/** What a query asked to be echoed, as facts `echo.x`. */
export function echoFacts(echo: Facts = {}): Facts {
  return Object.fromEntries(Object.entries(echo).map(([name, text]) => [`echo.${name}`, text]));
}

/**
 * Fills `{name}`, `{name:>22}` (right-aligned to 22), `{name:<22}` (left-aligned) and `{name:.27}` (cut off behind 27).
 * The template's own characters are the driver's and stay; facts go through `quote`, so a `|` in a name can't make a
 * field.
 */
export function fill(template: string, facts: Facts, quote: (text: string) => string): string {
  return template.replaceAll(
    /\{([\w.]+)(?::([<>.])(\d{1,3}))?\}/g,
    (_whole, name: string, side?: string, width?: string) => {
      const fact = printable(facts[name] ?? '');
      const columns = Number(width ?? 0);
      if (side === '.') return quote(fact.slice(0, columns));
      return quote(side === '>' ? fact.padStart(columns) : fact.padEnd(columns));
    },
  );
}

/** Control characters would break the frame or the record: they are left out. */
function printable(text: string): string {
  return text.replaceAll(/[\u0000-\u001f\u007f]/g, '');
}

/** A record from numbered fields: field 1 is the record letter. Fields between those named are empty. */
export function fillRecord(
  letter: string,
  template: Readonly<Record<string, string>>,
  facts: Facts,
  field: string,
  quote: (text: string) => string,
): string {
  const last = Math.max(1, ...Object.keys(template).map(Number));
  const fields = [letter];
  for (let number = 2; number <= last; number += 1) fields.push(fill(template[String(number)] ?? '', facts, quote));
  return fields.join(field);
}
