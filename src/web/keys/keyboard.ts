import { comboOf, isTyping } from './combo.ts';
import { findCommand, setArmed } from './commands.ts';
import { burstGap, idle, type ScannerEffect, type ScannerState, shortest, step } from './scanner.ts';

export interface KeyboardOptions {
  /** A tube was scanned. */
  readonly onScan: (text: string) => void;
  /** Fast text without Enter: shown in the search field. */
  readonly onText: (text: string) => void;
  /** Is this the accession of a tube that is known here? Decides whether a scan into a form field is taken out of it. */
  readonly isAccession: (text: string) => boolean;
  /** A dialog is open: scans wait, shortcuts are the dialog's. */
  readonly isModal: () => boolean;
}

/** Listens to the whole page. Returns how to stop. */
export function listenToKeyboard(options: KeyboardOptions): () => void {
  let state: ScannerState = idle;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const field = watchField(options);

  const perform = (effects: readonly ScannerEffect[]): void => {
    for (const effect of effects) {
      clearTimeout(timer);
      if (effect.kind === 'wait') timer = setTimeout(quiet, effect.milliseconds);
      else setArmed(undefined);
      if (effect.kind === 'scan') options.onScan(effect.text);
      if (effect.kind === 'text') options.onText(effect.text);
      if (effect.kind === 'commands') for (const combo of effect.combos) findCommand(combo)?.run();
    }
  };
  const quiet = (): void => {
    const next = step(state, { kind: 'quiet' });
    state = next.state;
    setArmed(undefined);
    perform(next.effects);
  };

  const onKey = (event: KeyboardEvent): void => {
    if (event.defaultPrevented) return;
    if (isTyping(event.target)) {
      field(event);
      return;
    }
    const combo = comboOf(event);
    if (combo === undefined || options.isModal()) return;
    if (isScanCharacter(event, combo)) {
      const command = findCommand(combo);
      if (event.repeat) return;
      if (command !== undefined && state.text === '') setArmed(combo);
      const next = step(state, {
        kind: 'character',
        text: event.key,
        at: event.timeStamp,
        ...(command === undefined ? {} : { combo }),
      });
      state = next.state;
      perform(next.effects);
      return;
    }
    if (combo === 'Enter') {
      const next = step(state, { kind: 'enter', at: event.timeStamp });
      state = next.state;
      perform(next.effects);
      if (next.taken) {
        event.preventDefault();
        return;
      }
      if (pressesItself(event.target)) return;
    }
    if (combo === 'Space' && pressesItself(event.target)) return;
    const command = findCommand(combo);
    if (command === undefined || (event.repeat && command.repeats !== true)) return;
    event.preventDefault();
    command.run();
  };
  document.addEventListener('keydown', onKey);
  return () => {
    clearTimeout(timer);
    document.removeEventListener('keydown', onKey);
  };
}

/** Letters, digits and the signs of an accession; `/` and `?` act at once unless a burst runs. */
function isScanCharacter(event: KeyboardEvent, combo: string): boolean {
  return /^[A-Za-z0-9._-]$/.test(event.key) && combo.length <= 'Shift+X'.length;
}

/** Enter and Space belong to a button or link that has the focus. */
function pressesItself(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && target.closest('button, a[href], summary, input, [role="tab"]') !== null;
}

/**
 * A scan while the cursor stands in some form field: the text must not stay in the field nor send the form. Only an
 * accession known here is taken for a scan; fields that wait for one carry `data-scan`.
 */
function watchField(options: KeyboardOptions): (event: KeyboardEvent) => void {
  let text = '';
  let before = '';
  let lastAt = 0;
  return (event) => {
    const target = event.target;
    if (!(target instanceof HTMLInputElement || target instanceof HTMLTextAreaElement)) return;
    if (target.dataset.scan !== undefined) return;
    if (event.key === 'Enter') {
      const scanned = text;
      text = '';
      if (scanned.length < shortest || event.timeStamp - lastAt > burstGap || !options.isAccession(scanned)) return;
      event.preventDefault();
      event.stopPropagation();
      restore(target, before);
      if (!options.isModal()) options.onScan(scanned);
      return;
    }
    if (event.key.length !== 1 || event.ctrlKey || event.altKey || event.metaKey) return;
    if (text === '' || event.timeStamp - lastAt > burstGap) {
      text = '';
      before = target.value;
    }
    text += event.key;
    lastAt = event.timeStamp;
  };
}

function restore(field: HTMLInputElement | HTMLTextAreaElement, value: string): void {
  const prototype = field instanceof HTMLInputElement ? HTMLInputElement.prototype : HTMLTextAreaElement.prototype;
  Object.getOwnPropertyDescriptor(prototype, 'value')?.set?.call(field, value);
  field.dispatchEvent(new Event('input', { bubbles: true }));
}
