import { useQuery } from '@tanstack/react-query';
import { api, seg } from '../../api/client.ts';
import type { MessageView, Span } from '../../api/types.ts';

/** The record of a message that holds a span, as it came, with the value marked. */
export function WireRecord({ message, span }: { readonly message: string; readonly span: Span }) {
  const { data } = useQuery({
    queryKey: ['messages', 'one', message],
    queryFn: () => api.get<MessageView>(`/api/messages/${seg(message)}`),
    staleTime: 300_000,
  });
  const record = data?.records.find((each) => each.span[0] <= span[0] && each.span[1] >= span[1]);
  if (data === undefined || record === undefined) return null;
  const bytes = Uint8Array.from(atob(data.raw), (character) => character.charCodeAt(0));
  const text = (from: number, to: number): string => new TextDecoder().decode(bytes.subarray(from, to));
  return (
    <code className="wire">
      <Printable text={text(record.span[0], span[0])} />
      <mark>
        <Printable text={text(...span)} />
      </mark>
      <Printable text={text(span[1], record.span[1]).trimEnd()} />
    </code>
  );
}

const names: Readonly<Record<string, string>> = {
  '\u0002': 'STX',
  '\u0003': 'ETX',
  '\u000a': 'LF',
  '\u000b': 'VT',
  '\u000d': 'CR',
  '\u0017': 'ETB',
  '\u001c': 'FS',
};

/** Text of a message; control characters (a frame that ends inside a record) by their names. */
function Printable({ text }: { readonly text: string }) {
  const pieces = text.split(/(\p{Cc})/u);
  return pieces.map((piece, place) =>
    place % 2 === 0 ? (
      piece
    ) : (
      // biome-ignore lint/suspicious/noArrayIndexKey: the pieces of one text stand where they stand
      <span key={place} className="control">
        {names[piece] ?? `x${(piece.codePointAt(0) ?? 0).toString(16).padStart(2, '0')}`}
      </span>
    ),
  );
}
