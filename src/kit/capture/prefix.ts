/** A line of a log without what its writer put before the traffic, and who spoke, where that was said. */
export interface LoggedLine {
  readonly payload: string;
  /** `host`: sent by the one who wrote the log, which is taken for the host; content decides in the end. */
  readonly speaker: 'analyzer' | 'host' | null;
  /** Something of a log stood before it. */
  readonly marked: boolean;
}

const date = String.raw`(?:\d{4}[-/.]\d{1,2}[-/.]\d{1,2}|\d{1,2}[-/.]\d{1,2}[-/.]\d{2,4}|[A-Z][a-z]{2} +\d{1,2})`;
const clock = String.raw`\d{1,2}:\d{2}(?::\d{2}(?:[.,:]\d{1,9})?)?(?: ?[AP]M\b)?(?:Z|[+-]\d{2}:?\d{2})?`;
/** Marks in their order of trial; the speaker each tells of, from the host's side. */
const marks: readonly (readonly [RegExp, LoggedLine['speaker']])[] = [
  [new RegExp(String.raw`^[[(]?(?:${date}[T ,_]+)?${clock}[\])]?(?=\W|$)`), null],
  [new RegExp(String.raw`^[[(]${date}[\])]`), null],
  [/^[[(]?(?:INFO|DEBUG|TRACE|WARN(?:ING)?|NOTICE|VERBOSE)[\])]?(?=\W|$)/i, null],
  [/^[[(]?(?:RX|RXD|RECV|RCVD|RECEIVED?|RECEIVING|INCOMING|INBOUND|READ|IN)[\])]?(?=[\s:=>\])-])/i, 'analyzer'],
  [/^[[(]?(?:TX|TXD|SENT|SEND|SENDING|OUTGOING|OUTBOUND|WRITE|WROTE|OUT)[\])]?(?=[\s:=>\])-])/i, 'host'],
  [/^[[(]?(?:ANALY[ZS]ER|INSTRUMENT|DEVICE|MACHINE)[\])]?(?=[\s:=>\])-])/i, 'analyzer'],
  [/^[[(]?(?:HOST|LIS|SERVER|PC)[\])]?(?=[\s:=>\])-])/i, 'host'],
  [/^(?:<--?|<<+|<==?|\u2190)(?=\s)/, 'analyzer'],
  [/^(?:--?>|>>+|==?>|\u2192)(?=\s)/, 'host'],
  [/^[[(]\d+ ?(?:bytes?|B)[\])]/i, null],
  [/^\d+ bytes?(?=\W)/i, null],
  [/^(?:data|message|msg|frame|from|to)(?=[\s:=])/i, null],
  [/^[[(]?(?:thread|pid)?[-# ]?\d{1,6}[\])](?=\s)/i, null],
];

/** Take the marks off a line one after the other: times, levels, directions, sizes. */
export function readLine(line: string): LoggedLine {
  let payload = line.trimStart();
  let speaker: LoggedLine['speaker'] = null;
  let marked = false;
  for (let tries = 0; tries < 12; tries += 1) {
    const found = marks.find(([pattern]) => pattern.test(payload));
    if (found === undefined) break;
    const [pattern, who] = found;
    payload = payload.replace(pattern, '').replace(/^\s*(?:[:;,|]|-(?![->])|=(?![=>]))?\s*/, '');
    speaker ??= who;
    marked = true;
  }
  return { payload: marked ? payload : line, speaker, marked };
}
