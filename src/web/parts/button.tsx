import type { ButtonHTMLAttributes, ReactNode } from 'react';
import { useArmed } from '../keys/use-commands.ts';
import { Key } from './key.tsx';

interface Props extends ButtonHTMLAttributes<HTMLButtonElement> {
  readonly tone?: 'primary' | 'look' | 'danger' | 'plain';
  /** Shortcut shown on it; it looks pressed while that key waits to be told from a scan. */
  readonly combo?: string;
  readonly children: ReactNode;
}

export function Button({ tone, combo, children, className, ...rest }: Props) {
  const pressed = useArmed(combo);
  const classes = ['button', tone, pressed && 'pressed', className].filter(Boolean).join(' ');
  return (
    <button type="button" className={classes} aria-keyshortcuts={combo} {...rest}>
      {children}
      {combo !== undefined && <Key combo={combo} />}
    </button>
  );
}
