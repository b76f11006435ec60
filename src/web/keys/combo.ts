/** What of a keyboard event decides a shortcut. */
export interface KeyPress {
  readonly key: string;
  readonly shiftKey: boolean;
  readonly ctrlKey: boolean;
  readonly altKey: boolean;
  readonly metaKey: boolean;
  readonly isComposing?: boolean;
}

const named: Readonly<Record<string, string>> = { ' ': 'Space', Spacebar: 'Space', Esc: 'Escape' };

/**
 * The combination as the keymap writes it: `V`, `Shift+V`, `?`, `/`, `Space`, `ArrowUp`. Letters by their shift key, so
 * caps lock changes nothing; signs by the sign itself, whatever it takes to type it. Undefined with Ctrl, Alt or Meta
 * (the browser's own), and while an input method composes.
 */
export function comboOf(press: KeyPress): string | undefined {
  if (press.ctrlKey || press.altKey || press.metaKey || press.isComposing === true) return undefined;
  if (press.key === 'Process' || press.key === 'Dead' || press.key === 'Shift') return undefined;
  if (/^\p{L}$/u.test(press.key)) return `${press.shiftKey ? 'Shift+' : ''}${press.key.toUpperCase()}`;
  if (press.key.length === 1 && press.key !== ' ') return press.key;
  return `${press.shiftKey ? 'Shift+' : ''}${named[press.key] ?? press.key}`;
}

/** True where keys write text: no shortcut may fire there. */
export function isTyping(target: EventTarget | null): boolean {
  if (target === null || !('tagName' in target)) return false;
  const element = target as HTMLElement & { type?: string };
  if (element.isContentEditable) return true;
  if (element.tagName === 'TEXTAREA' || element.tagName === 'SELECT') return true;
  return element.tagName === 'INPUT' && !['checkbox', 'radio', 'button', 'submit'].includes(element.type ?? 'text');
}

const shown: Readonly<Record<string, string>> = {
  ArrowUp: '↑',
  ArrowDown: '↓',
  ArrowLeft: '←',
  ArrowRight: '→',
  Escape: 'Esc',
  Enter: '↵',
};

/** A combination as printed on a key: `⇧V`, `↑`, `Space`. */
export function showCombo(combo: string): string {
  const shifted = combo.startsWith('Shift+');
  const key = shifted ? combo.slice('Shift+'.length) : combo;
  return `${shifted ? '⇧' : ''}${shown[key] ?? key}`;
}
