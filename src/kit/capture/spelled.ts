import { control } from '../../../protocols/control.ts';
import { streamsOf } from './streams.ts';

const names: Readonly<Record<string, number>> = { ...control, SB: control.VT, EB: control.FS, SP: 0x20 };
const words = Object.keys(names).join('|');
/**
 * Control characters as logs spell them: `<STX>`, `[STX]`, `{STX}`, `\x02`, `\u0002`, `<0x02>`, `[02h]`, and the pictures
 * of Unicode (U+2400 and on, here as the bytes of UTF-8).
 */
const spelling = new RegExp(
  String.raw`[<[{](${words})[>\]}]|\\x([01][0-9a-fA-F])|\\u00([01][0-9a-fA-F])|[<[](?:0x)?([01][0-9a-fA-F])h?[>\]]|\xe2\x90([\x80-\x9f])`,
  'g',
);
const framing =
  /[<[{](?:STX|ETX|ETB|ENQ|EOT|VT|FS|SB|EB)[>\]}]|\\x(?:0[2345b]|1[7c])|\\u00(?:0[2345b]|1[7c])|[<[](?:0x)?(?:0[2345bB]|1[7cC])h?[>\]]|\xe2\x90[\x82\x83\x84\x85\x8b\x97\x9c]/g;

/** How many control characters of a link are spelled in a text. */
export const spellings = (text: string): number => (text.match(framing) ?? []).length;

/** The streams of a log whose control characters are spelled; `end` stands for the line ends inside a frame or block. */
export function readSpelled(lines: readonly string[], end: string): string[] {
  return streamsOf(lines).map((stream) => {
    let text = '';
    let inside = false;
    for (const payload of stream) {
      const said = unspelled(payload);
      for (const letter of said) {
        if (letter === '\u0002' || letter === '\u000b') inside = true;
        if (letter === '\u0003' || letter === '\u0017' || letter === '\u001c') inside = false;
      }
      text += inside ? said + end : said;
    }
    return text;
  });
}

function unspelled(text: string): string {
  return text
    .replaceAll(spelling, (_whole, name?: string, ...codes: (string | undefined)[]) => {
      if (name !== undefined) return String.fromCharCode(names[name] ?? 0);
      const [hex, unicode, bracketed, picture] = codes;
      if (picture !== undefined) return String.fromCharCode(picture.charCodeAt(0) - 0x80);
      return String.fromCharCode(Number.parseInt(hex ?? unicode ?? bracketed ?? '0', 16));
    })
    .replaceAll('\\r', '\r')
    .replaceAll('\\n', '\n');
}
