import { append } from '../bytes.ts';
import { control } from '../control.ts';
import { endsWithTerminator, isLetterOrDigit, untouched } from './frame.ts';
import { commit } from './receiver.ts';
import { type Draft, keep, leaveUnfinished, start, take, tell } from './state.ts';

const { CR, LF } = control;
const nothing = new Uint8Array(0);

/**
 * Bare records, one line each: a message begins with its header and ends with the line end of its terminator record.
 * Nothing is answered on such a line. False when the next line end is not there yet.
 */
export function nextLine(draft: Draft): boolean {
  const { inbox, settings } = draft;
  let end = draft.progress.at - 1;
  while (end < inbox.length && inbox[end] !== CR && inbox[end] !== LF) end += 1;
  if (end > settings.maxFrame) {
    tell(draft, 'LINK_OVERSIZE', `record over ${settings.maxFrame} characters`);
    leaveUnfinished(draft);
    take(draft, end);
    return true;
  }
  if (end === inbox.length) {
    draft.progress = { ...untouched, at: end + 1 };
    return false;
  }
  takeLine(draft, take(draft, end + 1));
  return true;
}

function takeLine(draft: Draft, line: Uint8Array): void {
  const first = line.findIndex((byte) => byte !== 0x20 && byte !== 0x09);
  const letter = line[first] ?? CR;
  const blank = letter === CR || letter === LF;
  if (blank && !draft.anyFrame) return;
  const record = letter >= 0x41 && letter <= 0x5a && !isLetterOrDigit(line[first + 1] ?? CR);
  if (record && letter === 0x48 && draft.anyFrame) leaveUnfinished(draft);
  if (!draft.anyFrame && !record) {
    if (!draft.noisy) tell(draft, 'LINK_NOISE', 'outside a message');
    draft.noisy = true;
    return;
  }
  addLine(draft, line);
}

function addLine(draft: Draft, line: Uint8Array): void {
  if (draft.text.length + line.length > draft.settings.maxMessage) {
    tell(draft, 'LINK_OVERSIZE', `message over ${draft.settings.maxMessage} characters`);
    leaveUnfinished(draft);
    return;
  }
  draft.phase = 'receiving';
  draft.noisy = false;
  draft.anyFrame = true;
  keep(draft, line);
  draft.text = append(draft.text.length === 0 ? nothing : draft.text, line);
  if (endsWithTerminator(line)) endMessage(draft);
  else start(draft, 'receiver', draft.settings.receiverTimeoutMs);
}

/** What has no header lost its beginning: it is shown, never filed. */
function endMessage(draft: Draft): void {
  const first = draft.text.find((byte) => byte > 0x20);
  if (first === 0x48) commit(draft);
  else leaveUnfinished(draft);
}
