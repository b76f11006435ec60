/** What is to be done with a message, or a connection, by who else speaks on the line. */
export type Hearing =
  | { readonly kind: 'mine' }
  /** Another analyzer than the one this line hears: to be held, and told. */
  | { readonly kind: 'second'; readonly detail: string }
  /** Two of the same name speak in turn and can't be told apart: this connection is refused. */
  | { readonly kind: 'refused'; readonly detail: string };

/** Who speaks on the connections of one line. */
export interface Speakers<C> {
  /** A message of `sender` came on a connection. */
  heard(channel: C, sender: string): Hearing;
  /** Whether a new connection is let in: not while two that can't be told apart were heard and one still speaks. */
  admits(): boolean;
  closed(channel: C): void;
}

/**
 * A line is one analyzer. Its new connection may come while the old one still hangs (a power cut), so a second connection
 * is let in; two that both speak are two analyzers: told apart by how they name themselves, else the later is refused.
 */
export function createSpeakers<C>(): Speakers<C> {
  let speaker: { readonly channel: C; readonly sender: string } | null = null;
  /** Connections the speaker took over from, and that still stand. */
  const hanging = new Set<C>();
  let contested = false;
  return {
    heard(channel, sender) {
      if (speaker === null) speaker = { channel, sender };
      if (speaker.channel === channel) return { kind: 'mine' };
      if (speaker.sender !== sender) {
        return { kind: 'second', detail: `${named(sender)} speaks on the line of ${named(speaker.sender)}` };
      }
      if (hanging.has(channel)) {
        // The one that was thought dead speaks again.
        contested = true;
        return { kind: 'refused', detail: `two analyzers that call themselves ${named(sender)} on one line` };
      }
      hanging.add(speaker.channel);
      speaker = { channel, sender };
      return { kind: 'mine' };
    },
    admits: () => !contested,
    closed(channel) {
      hanging.delete(channel);
      if (speaker?.channel !== channel) return;
      speaker = null;
      contested = false;
    },
  };
}

const named = (sender: string): string => (sender === '' ? 'an analyzer without a name' : sender.slice(0, 80));
