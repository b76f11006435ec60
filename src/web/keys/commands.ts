/**
 * The shortcut keys in force: each page adds its commands while it is shown; the newest of a combination wins, so a
 * panel that opens may take Escape or Enter for itself and give it back when it closes.
 */
export interface Command {
  readonly combo: string;
  /** Key of the words in `keys.*`, for the list that `?` shows; absent: not listed. */
  readonly label?: string;
  readonly run: () => void;
  /** Holding the key repeats it (arrows); acts of a person never repeat. */
  readonly repeats?: boolean;
}

const stack: Command[] = [];
const watchers = new Set<() => void>();
let listed: readonly Command[] = [];

function changed(): void {
  const seen = new Set<string>();
  listed = [...stack].reverse().filter((command) => {
    if (command.label === undefined || seen.has(command.combo)) return false;
    seen.add(command.combo);
    return true;
  });
  for (const tell of watchers) tell();
}

export function addCommands(commands: readonly Command[]): () => void {
  stack.push(...commands);
  changed();
  return () => {
    for (const command of commands) {
      const at = stack.indexOf(command);
      if (at >= 0) stack.splice(at, 1);
    }
    changed();
  };
}

export function findCommand(combo: string): Command | undefined {
  return stack.findLast((command) => command.combo === combo);
}

/** Newest first, one of each combination. A stable array between changes. */
export const listedCommands = (): readonly Command[] => listed;

export function watchCommands(watcher: () => void): () => void {
  watchers.add(watcher);
  return () => watchers.delete(watcher);
}

let armedCombo: string | undefined;

/** The key just pressed, while it is not yet known whether a scan follows: its button shows it at once. */
export const armed = (): string | undefined => armedCombo;

export function setArmed(combo: string | undefined): void {
  if (armedCombo === combo) return;
  armedCombo = combo;
  for (const tell of watchers) tell();
}
