import { showCombo } from '../keys/combo.ts';

/** A key as it is printed on a button. */
export function Key({ combo }: { readonly combo: string }) {
  return (
    <kbd className="kbd" aria-hidden="true">
      {showCombo(combo)}
    </kbd>
  );
}
