import { useLayoutEffect, useRef, useSyncExternalStore } from 'react';
import { flushSync } from 'react-dom';
import { addCommands, armed, type Command, watchCommands } from './commands.ts';

/** Keeps these shortcut keys in force while the component is shown. Handlers may change at each render. */
export function useCommands(commands: readonly Command[]): void {
  const newest = useRef(commands);
  newest.current = commands;
  const shape = commands.map((command) => `${command.combo}\t${command.label ?? ''}`).join('\n');
  // Before the paint: a key pressed at the first sight of a page finds what it means.
  useLayoutEffect(() => {
    const standing = shape === '' ? [] : shape.split('\n').map((line) => standIn(line, newest));
    return addCommands(standing);
  }, [shape]);
}

function standIn(line: string, newest: { readonly current: readonly Command[] }): Command {
  const [combo = '', label = ''] = line.split('\t');
  const now = (): Command | undefined => newest.current.find((command) => command.combo === combo);
  const repeats = now()?.repeats;
  return {
    combo,
    ...(label === '' ? {} : { label }),
    ...(repeats === undefined ? {} : { repeats }),
    // The next key may come before the next frame: it must find what this one did.
    run: () => flushSync(() => now()?.run()),
  };
}

/** True while this key is down and waits to be told from a scan: the button answers within the frame. */
export function useArmed(combo: string | undefined): boolean {
  return useSyncExternalStore(watchCommands, () => combo !== undefined && armed() === combo);
}
