import type { Held } from '../../api/types.ts';
import type { Say } from '../../i18n/i18n.ts';

/**
 * The detail of a held item in the language of the page. The pipeline writes it in English; what has a known shape is
 * said anew, everything else is shown as it was written.
 */
const shapes: readonly { readonly shape: RegExp; readonly words: string }[] = [
  { shape: /^Accession .+ is not registered; (?<n>\d+) values wait$/, words: 'held.details.unregistered' },
  {
    shape: /^(?<number>.+) is a number of the day on this line; (?<n>\d+) values wait to be assigned$/,
    words: 'held.details.dayNumber',
  },
  { shape: /^(?<n>\d+) values without a specimen number$/, words: 'held.details.nameless' },
  { shape: /^Code (?<code>\S+) \((?<name>.+)\) has no mapping$/, words: 'held.details.unmappedNamed' },
  { shape: /^Code (?<code>\S+) has no mapping$/, words: 'held.details.unmapped' },
  { shape: /^(?<code>.+): no unit was sent$/, words: 'held.details.noUnit' },
  { shape: /^(?<code>.+): unit (?<unit>.+) does not convert to (?<target>.+)$/, words: 'held.details.unit' },
  { shape: /^(?<code>.+): the value is not a number$/, words: 'held.details.notNumber' },
  { shape: /^The analyzer gives no value: (?<said>.+)$/s, words: 'held.details.noValue' },
  {
    shape: /^None of the (?<n>\d+) rows is known as a result: (?<codes>.+)$/,
    words: 'held.details.noResult',
  },
  { shape: /^The session ended inside a message$/, words: 'held.details.unfinished' },
  { shape: /^No message could be read from these bytes$/, words: 'held.details.unreadable' },
  { shape: /^More that can not be read came on this line/, words: 'held.details.noise' },
  { shape: /^A frame of the message was refused and did not come again: (?<code>.+)$/, words: 'held.details.hole' },
  { shape: /^a frame under the number of the one before/, words: 'held.details.leftOut' },
  { shape: /^the message did not come whole: (?<code>.+)$/, words: 'held.details.notWhole' },
  { shape: /^Processing failed; replay the message$/, words: 'held.details.failed' },
];

export function sayDetail(item: Pick<Held, 'detail'>, t: Say): string {
  for (const { shape, words } of shapes) {
    const found = shape.exec(item.detail);
    if (found !== null) return t(words, { ...found.groups });
  }
  return item.detail;
}
