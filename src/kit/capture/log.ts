import { readLine } from './prefix.ts';
import { streamsOf } from './streams.ts';

const record = /^\s*"?(?:[HPOCRQML][|]|MSH[|^~]|[A-Z][A-Z0-9]{2}\|)/;

/** The streams of a log that has times or directions before bare records; null where it is none. */
export function readLog(lines: readonly string[]): string[] | null {
  const spoken = lines.filter((line) => line.trim() !== '');
  const logged = spoken.map(readLine).filter(({ marked, payload }) => marked && record.test(payload));
  if (logged.length === 0 || logged.length < spoken.filter((line) => record.test(readLine(line).payload)).length / 10)
    return null;
  // A record goes on over the lines behind it only where it has no mark of its own: each payload is one record here.
  return streamsOf(lines).map((stream) =>
    stream
      .flatMap((payload) => payload.replaceAll('\\r', '\r').split('\r'))
      .filter((payload) => record.test(payload))
      .map((payload) => `${payload.trim().replaceAll(/^"|"$/g, '')}\r`)
      .join(''),
  );
}
