import { DelimiterParser } from '@serialport/parser-delimiter';

/** Bytes without a line end that may wait: an older analyzer prints lines of some 80 characters. */
const mostUnended = 16_384;
const CR = 0x0d;
const LF = 0x0a;

/** The bytes of a printing analyzer, cut at its line ends. */
export interface Intake {
  take(bytes: Uint8Array): void;
  /** Hand over what has no line end yet; resolves when all that was taken has been handed over. */
  flush(): Promise<void>;
}

/**
 * A line parser behind a ceiling: the parser keeps what has no end yet without limit, so beyond the ceiling what waits is
 * let go and `onOversize` is told. Lines end with whatever end comes first: CR (with or without LF) or LF alone.
 */
export function createIntake(onLines: (bytes: Uint8Array) => void, onOversize: (bytes: number) => void): Intake {
  let parser: { readonly cut: DelimiterParser; readonly end: number } | null = null;
  let unended = 0;

  function open(end: number): DelimiterParser {
    const cut = new DelimiterParser({ delimiter: Buffer.from([end]), includeDelimiter: true });
    cut.on('data', (line: Buffer) => onLines(line));
    parser = { cut, end };
    return cut;
  }

  return {
    take(bytes) {
      const end = parser?.end ?? (bytes.includes(CR) || !bytes.includes(LF) ? CR : LF);
      const last = bytes.lastIndexOf(end);
      unended = last < 0 ? unended + bytes.length : bytes.length - last - 1;
      if (unended > mostUnended) {
        onOversize(unended);
        parser = null;
        unended = 0;
        return;
      }
      (parser?.cut ?? open(end)).write(Buffer.from(bytes));
    },
    flush() {
      const ending = parser?.cut;
      parser = null;
      unended = 0;
      if (ending === undefined) return Promise.resolve();
      return new Promise((resolve) => {
        ending.once('end', resolve);
        ending.end();
      });
    },
  };
}
