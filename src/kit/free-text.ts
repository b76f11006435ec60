/** Words of a person found in the fields that name one, to be looked for where people write freely. */
export interface KnownWords {
  add(text: string): void;
  /** Ranges of a text that name somebody, or may: known words, long numbers, dates, what follows a title. */
  find(text: string): readonly (readonly [start: number, end: number])[];
}

const letters = String.raw`A-Za-z\x80-\xff`;
const word = new RegExp(`[0-9${letters}]+`, 'g');
/** Telephone numbers, numbers of cards and tubes; not a value with its point. */
const longNumber = /(?<![\d.,])\d[\d ]{4,}\d(?![.,]?\d)/g;
const dates = /(?<!\d)(?:\d{1,2}[-/.]\d{1,2}[-/.]\d{2,4}|\d{4}[-/.]\d{1,2}[-/.]\d{1,2})(?!\d)/g;
/** `Dr. Hoa Binh`, `BN: Lan`: the capitalised words behind a title, as far as they go on. */
const titled = new RegExp(
  String.raw`(?<![${letters}])(?:[Dd]r|[Mm]rs?|[Mm]s|[Pp]atient|[Nn]ame|BS|BN|KTV|[Bb]y|[\xd4\xf4]ng|B\xe0|[Tt]\xean)[.:]? +((?:[A-Z\x80-\xff][${letters}]*\.? ?)+)`,
  'g',
);

/** Shorter words are marks of the trade as often as names. */
const shortest = 3;
const shortestNumber = 4;

export function createKnownWords(isKept: (word: string) => boolean): KnownWords {
  const known = new Set<string>();
  const tells = (each: string): boolean =>
    !isKept(each) && (/\d/.test(each) ? each.length >= shortestNumber && !/^0+$/.test(each) : each.length >= shortest);
  return {
    add(text) {
      for (const [each] of text.matchAll(word)) if (tells(each)) known.add(each.toLowerCase());
    },
    find(text) {
      const found: (readonly [number, number])[] = [];
      for (const match of text.matchAll(word)) {
        if (known.has(match[0].toLowerCase())) found.push([match.index, match.index + match[0].length]);
      }
      for (const pattern of [longNumber, dates]) {
        for (const match of text.matchAll(pattern)) found.push([match.index, match.index + match[0].length]);
      }
      for (const match of text.matchAll(titled)) {
        const name = match[1] ?? '';
        const start = match.index + match[0].length - name.length;
        found.push([start, start + name.length]);
      }
      return found;
    },
  };
}
