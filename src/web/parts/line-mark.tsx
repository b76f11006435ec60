import type { LineState } from '../api/types.ts';

/** The state of a line as a shape, so that colour is not alone: dot, diamond, square, ring. */
export function LineMark({ state }: { readonly state: LineState }) {
  return (
    <svg className={`line-mark ${state}`} viewBox="0 0 10 10" width="10" height="10" aria-hidden="true">
      {(state === 'talking' || state === 'up') && <circle cx="5" cy="5" r="4" />}
      {state === 'silent' && <path d="M5 0 10 5 5 10 0 5z" />}
      {state === 'failing' && <path d="M5 0.5 9.8 9.5H0.2z" />}
      {state === 'down' && <path d="M1 1h8v8H1z" />}
    </svg>
  );
}
