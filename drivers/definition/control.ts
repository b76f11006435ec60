import type { DecodedMessage } from '../driver.ts';
import { type Path, type PathText, parsePaths } from './path.ts';
import { findText, type Scope } from './scope.ts';

/** Where a control material is named. */
export interface ControlRules {
  readonly name: readonly Path[];
  readonly lot: readonly Path[];
  readonly level: readonly Path[];
}

type ControlPaths = { readonly [Part in keyof ControlRules]?: readonly PathText[] | undefined };

export function compileControl({ name = [], lot = [], level = [] }: ControlPaths = {}): ControlRules {
  return { name: parsePaths(name), lot: parsePaths(lot), level: parsePaths(level) };
}

/** The control as far as it is named. */
export function readControl(scope: Scope, rules: ControlRules): DecodedMessage['control'] {
  const name = findText(scope, rules.name);
  const lot = findText(scope, rules.lot);
  const level = findText(scope, rules.level);
  return {
    ...(name === undefined ? {} : { name }),
    ...(lot === undefined ? {} : { lot }),
    ...(level === undefined ? {} : { level }),
  };
}
