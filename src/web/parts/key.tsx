import { showCombo } from '../keys/combo.ts';

/** A key as it is printed on a button. */
export function Key({ combo }: { readonly combo: string }) {
  return (
    <span className="kbd" aria-hidden="true">
      {showCombo(combo)}
    </span>
  );
}
