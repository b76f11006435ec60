import { LisError } from '../../errors.ts';

/** What a scope allows on a type: create, read, update, delete, search. */
export type Interaction = 'c' | 'r' | 'u' | 'd' | 's';

interface Scope {
  readonly type: string;
  readonly interactions: ReadonlySet<string>;
}

const pattern = /^system\/(\*|[A-Z][A-Za-z]{1,63})\.(read|write|\*|[cruds]{1,5})$/;
const versionOne: Readonly<Record<string, string>> = { read: 'rs', write: 'cud', '*': 'cruds' };

/** SMART v2 system scope (`system/Observation.rs`; v1 `.read`, `.write`, `.*` too). Null when it is none. */
function parseScope(text: string): Scope | null {
  const match = pattern.exec(text);
  const [, type, letters] = match ?? [];
  if (type === undefined || letters === undefined) return null;
  const spelled = versionOne[letters] ?? letters;
  const inOrder = [...'cruds'].filter((letter) => spelled.includes(letter)).join('');
  return inOrder === spelled ? { type, interactions: new Set(spelled) } : null;
}

/** Check scopes before a token is made. Throws REQUEST_INVALID naming the one that is none. */
export function requireScopes(scopes: readonly string[]): void {
  if (scopes.length === 0)
    throw new LisError('REQUEST_INVALID', { detail: 'scope: at least one, such as system/*.rs' });
  for (const scope of scopes) {
    if (parseScope(scope) === null) {
      throw new LisError('REQUEST_INVALID', {
        detail: `scope: ${scope.slice(0, 80)} is not a SMART system scope such as system/*.rs or system/Observation.r`,
      });
    }
  }
}

/** Whether scopes cover an interaction on a resource type. */
export function covers(scopes: readonly string[], type: string, interaction: Interaction): boolean {
  return scopes.some((text) => {
    const scope = parseScope(text);
    return scope !== null && (scope.type === '*' || scope.type === type) && scope.interactions.has(interaction);
  });
}

/** What of the scopes asked for lies within those registered, each narrowed to both. */
export function grantedScopes(registered: readonly string[], asked: readonly string[]): string[] {
  const granted = new Set<string>();
  for (const text of asked) {
    const wanted = parseScope(text);
    if (wanted === null) continue;
    for (const own of registered.flatMap((each) => parseScope(each) ?? [])) {
      const type = wanted.type === '*' ? own.type : wanted.type;
      if (own.type !== '*' && own.type !== type) continue;
      const letters = [...'cruds'].filter((letter) => own.interactions.has(letter) && wanted.interactions.has(letter));
      if (letters.length > 0) granted.add(`system/${type}.${letters.join('')}`);
    }
  }
  return [...granted];
}
