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
  const text = (from: number, to: number): string => printable(new TextDecoder().decode(bytes.subarray(from, to)));
  return (
    <code className="wire">
      {text(record.span[0], span[0])}
      <mark>{text(...span)}</mark>
      {text(span[1], record.span[1])}
    </code>
  );
}

/** Control characters (a frame boundary inside a record) as their pictures. */
const printable = (text: string): string =>
  [...text.trimEnd()]
    .map((each) => (each < ' ' ? String.fromCodePoint(0x2400 + (each.codePointAt(0) ?? 0)) : each))
    .join('');
