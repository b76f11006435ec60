import { createLink, type LinkInput, type LinkState, step, type TimerName } from '../../protocols/astm/link.ts';
import { concat } from '../../protocols/bytes.ts';
import { control, spell, unspell } from '../../protocols/control.ts';
import { frame } from './astm-play.ts';

/**
 * All interleavings of what an analyzer, the clock, the store and the product can do to the link machine, to a depth.
 * States that differ only in what was said before count as one.
 */
export interface Exploration {
  readonly depth: number;
  readonly states: number;
  readonly steps: number;
}

/** The machine, and what a small model of E1381 knows of it. */
interface World {
  readonly link: LinkState;
  readonly timers: readonly TimerName[];
  /** The store has a delivered message and has not spoken. */
  readonly pending: boolean;
  /** Messages committed in this session of the analyzer. */
  readonly committed: readonly string[];
  /** The analyzer's next message, and its last frame. */
  readonly message: number;
  readonly lastFrame: string;
  readonly sends: number;
  /** The analyzer holds the line: our ENQ would be out of turn. */
  readonly theirs: boolean;
}

interface Move {
  readonly name: string;
  readonly input: LinkInput;
  readonly after?: Partial<World>;
}

const start: World = {
  link: createLink({ maxTries: 2 }),
  timers: [],
  pending: false,
  committed: [],
  message: 1,
  lastFrame: '',
  sends: 0,
  theirs: false,
};

const bytes = (spelled: string): LinkInput => ({ type: 'bytes', bytes: unspell(spelled) });

/** What can happen next. */
function moves(world: World): Move[] {
  const { link } = world;
  const number = ((link.accepted?.number ?? 0) + 1) % 8;
  const begun = link.text.length > 0;
  const header = `H|\\^&|||${world.message}<CR>`;
  const middle = frame(number, begun ? 'C|1<CR>' : header, 'ETB');
  const last = frame(number, begun ? 'L|1|N<CR>' : `${header}L|1|N<CR>`);
  const found: Move[] = [
    { name: 'ENQ', input: bytes('<ENQ>') },
    { name: 'EOT', input: bytes('<EOT>') },
    { name: 'ACK', input: bytes('<ACK>') },
    { name: 'NAK', input: bytes('<NAK>') },
    { name: 'frame', input: bytes(middle), after: { lastFrame: middle } },
    { name: 'last frame', input: bytes(last), after: { lastFrame: last, message: world.message + 1 } },
    { name: 'damaged frame', input: bytes(last.replace('|', '!')) },
    { name: 'frame out of order', input: bytes(frame((number + 2) % 8, 'R|1|x|9<CR>', 'ETB')) },
    { name: 'half a frame', input: bytes(last.slice(0, 12)) },
    { name: 'disconnected', input: { type: 'disconnected' }, after: { pending: false } },
    ...world.timers.map((name): Move => ({ name: `timer ${name}`, input: { type: 'timer', name } })),
  ];
  if (world.lastFrame !== '') found.push({ name: 'frame again', input: bytes(world.lastFrame) });
  if (world.pending)
    found.push({ name: 'committed', input: { type: 'committed' } }, { name: 'refused', input: { type: 'refused' } });
  if (world.sends < 2) {
    found.push({
      name: 'send',
      input: { type: 'send', id: String(world.sends), messages: [unspell('H|\\^&<CR>L|1|N<CR>')] },
      after: { sends: world.sends + 1 },
    });
  }
  return found;
}

/** One move. Throws with the way that led there when a promise is broken. */
function make(world: World, move: Move, way: () => string): World {
  const broken = (what: string): never => {
    throw new Error(`${what} after ${way()}, ${move.name}`);
  };
  const next = step(world.link, move.input);
  const timers = new Set(world.timers);
  if (move.input.type === 'timer') timers.delete(move.input.name);
  const deciding = move.input.type === 'committed' || move.input.type === 'refused';
  let pending = world.pending && !deciding && move.input.type !== 'disconnected';
  // A new session may bring the same message again: that is a resend, and not the link's to tell.
  let committed = next.state.accepted === null ? [] : [...world.committed];
  for (const effect of next.effects) {
    if (effect.type === 'startTimer') timers.add(effect.name);
    if (effect.type === 'stopTimer') timers.delete(effect.name);
    if (effect.type === 'deliver' && effect.complete) {
      const text = spell(effect.text);
      if (pending) broken('a second message was delivered while the store had the first');
      if (effect.raw[0] !== control.ENQ && committed.includes(text)) broken(`delivered twice: ${text}`);
      pending = true;
    }
    if (effect.type === 'write') {
      const [byte] = effect.bytes;
      if (pending && effect.bytes.length === 1 && byte === control.ACK) broken('ACK before the store had spoken');
      // What the analyzer sent without waiting for the answer is answered in the same step.
      const waited = world.link.inbox.length === 0;
      if (move.input.type === 'refused' && waited && byte === control.ACK) broken('ACK for what the store refused');
      if (byte === control.ENQ && ['receiving', 'committing', 'yielding'].includes(next.state.phase))
        broken('ENQ out of turn');
    }
  }
  if (move.input.type === 'committed' && next.state.accepted !== null)
    committed = [...committed, spell(world.link.text)];
  return {
    ...world,
    ...move.after,
    link: next.state,
    timers: [...timers].sort(),
    pending,
    committed,
    theirs: next.state.phase === 'receiving' || next.state.phase === 'committing',
  };
}

/** Left alone, the machine comes to rest; then a session is answered and its message taken. */
function settles(world: World, way: () => string): void {
  let link = world.link;
  const timers = new Set(world.timers);
  const feed = (input: LinkInput): string => {
    const next = step(link, input);
    link = next.state;
    const written: Uint8Array[] = [];
    for (const effect of next.effects) {
      if (effect.type === 'startTimer') timers.add(effect.name);
      if (effect.type === 'stopTimer') timers.delete(effect.name);
      if (effect.type === 'write') written.push(effect.bytes);
    }
    return spell(concat(written));
  };
  for (let count = 0; count < 60 && link.phase !== 'idle'; count += 1) {
    if (link.phase === 'committing') {
      feed({ type: 'committed' });
      continue;
    }
    const [name] = timers;
    if (name === undefined) throw new Error(`nothing moves it on from ${link.phase} after ${way()}`);
    timers.delete(name);
    feed({ type: 'timer', name });
  }
  if (link.phase !== 'idle') throw new Error(`it does not come to rest after ${way()}`);
  if (link.inbox.length > 0) throw new Error(`bytes are left over after ${way()}`);
  if (feed(bytes('<ENQ>')) !== '<ACK>') throw new Error(`ENQ is not answered after ${way()}`);
  feed(bytes(frame(1, 'H|\\^&|||good<CR>L|1|N<CR>')));
  if (feed({ type: 'committed' }) !== '<ACK>') throw new Error(`a good message is not taken after ${way()}`);
}

/** What of a world decides what can happen next: frame numbers count from the last accepted one, texts by their kind. */
function keyOf({ link, timers, pending, sends, lastFrame }: World): string {
  const { phase, inbox, text, accepted, before, late, outbox, frameIndex, tries, interrupted, heldOff, tailOpen } =
    link;
  const origin = accepted?.number ?? 0;
  const relative = (spelled: string): string =>
    spelled
      .replaceAll(/\|\|\|\d+/g, '')
      .replaceAll(/<STX>(\d)/g, (_all, digit: string) => `<STX>${(Number(digit) - origin + 8) % 8}`)
      .replaceAll(/(<ET[XB]>)[0-9A-F]{2}/g, '$1');
  return [
    phase,
    relative(spell(inbox)),
    relative(lastFrame),
    text.length > 0,
    accepted === null,
    before === null,
    late,
    outbox.length,
    frameIndex,
    tries,
    interrupted,
    heldOff,
    tailOpen,
    timers.join(),
    pending,
    sends,
  ].join('/');
}

/** Explore to a depth. Throws at the first broken promise. */
export function explore(depth: number): Exploration {
  const seen = new Set<string>([keyOf(start)]);
  let front: { world: World; way: readonly string[] }[] = [{ world: start, way: [] }];
  let steps = 0;
  for (let level = 0; level < depth; level += 1) {
    const next: typeof front = [];
    for (const { world, way } of front) {
      for (const move of moves(world)) {
        steps += 1;
        const after = make(world, move, () => way.join(', '));
        const key = keyOf(after);
        if (seen.has(key)) continue;
        seen.add(key);
        const whole = [...way, move.name];
        settles(after, () => whole.join(', '));
        next.push({ world: after, way: whole });
      }
    }
    front = next;
  }
  return { depth, states: seen.size, steps };
}
