import { control } from '../control.ts';
import type { Fault, MessageText } from '../wire.ts';
import { type BlockCheck, scanBlock, tailText } from './block.ts';

const { STX, ENQ, ACK, NAK, EOT, CR, LF } = control;

/** Bytes between blocks that mean nothing by themselves. */
const silent: ReadonlySet<number> = new Set([ENQ, ACK, NAK, EOT, CR, LF, 0x20]);

/**
 * Blocks of a capture or of journalled bytes, each a message of its own. Bytes without any STX are one text without its
 * framing. A block whose proof is wrong, that is over the ceiling or broken by a control character is told as a fault
 * and is no message; one whose end never came is not complete.
 */
export function extractBlocks(
  raw: Uint8Array,
  check: BlockCheck,
  maxBlock: number,
): { messages: readonly MessageText[]; faults: readonly Fault[] } {
  const messages: MessageText[] = [];
  const faults: Fault[] = [];
  const push = (start: number, end: number, from: number, to: number, complete: boolean): void => {
    messages.push({ text: raw.subarray(start, end), pieces: [{ text: 0, raw: start }], span: [from, to], complete });
  };
  if (!raw.includes(STX)) {
    if (raw.some((byte) => !silent.has(byte))) push(0, raw.length, 0, raw.length, true);
    return { messages, faults };
  }
  let at = 0;
  let noisy = false;
  while (at < raw.length) {
    if (raw[at] !== STX) {
      if (!noisy && !silent.has(raw[at] ?? 0)) faults.push({ code: 'LINK_NOISE', at });
      noisy = noisy || !silent.has(raw[at] ?? 0);
      at += 1;
      continue;
    }
    noisy = false;
    const found = scanBlock(raw, at, check);
    if (found.type === 'broken') {
      faults.push({ code: 'LINK_BROKEN_FRAME', at: found.end });
      at = found.end;
    } else if (found.type === 'open') {
      faults.push({ code: 'LINK_UNFINISHED', at: raw.length });
      push(at + 1, raw.length, at, raw.length, false);
      at = raw.length;
    } else {
      const [start, end] = found.type === 'tail' ? tailText(raw, at) : found.text;
      if (found.type === 'block' && !found.good) faults.push({ code: 'LINK_CHECKSUM_MISMATCH', at });
      else if (end - start > maxBlock) faults.push({ code: 'LINK_OVERSIZE', at });
      else push(start, end, at, found.end, true);
      at = found.end;
    }
  }
  return { messages, faults };
}
