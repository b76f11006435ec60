import { useEffect, useState, useSyncExternalStore } from 'react';
import { useWords } from '../i18n/i18n.ts';
import { Key } from '../parts/key.tsx';

export interface Toast {
  readonly id: number;
  readonly text: string;
  readonly tone: 'calm' | 'trouble';
  /** Epoch milliseconds at which it goes. */
  readonly until: number;
  /** A verification that may be undone until then. */
  readonly undo?: () => void;
}

let toasts: readonly Toast[] = [];
let last = 0;
const watchers = new Set<() => void>();

function set(next: readonly Toast[]): void {
  toasts = next;
  for (const tell of watchers) tell();
}

export function dismissToast(id: number): void {
  set(toasts.filter((toast) => toast.id !== id));
}

/** Say something in passing. Returns its id. */
export function say(text: string, options: Partial<Pick<Toast, 'tone' | 'undo'>> & { seconds?: number } = {}): number {
  last += 1;
  const { seconds = 5, tone = 'calm', undo } = options;
  const toast: Toast = { id: last, text, tone, until: Date.now() + seconds * 1000, ...(undo ? { undo } : {}) };
  set([...toasts.slice(-2), toast]);
  return toast.id;
}

/** The newest verification that can still be undone. */
export const lastUndo = (): Toast | undefined => toasts.findLast((toast) => toast.undo !== undefined);

export function Toasts() {
  const shown = useSyncExternalStore(
    (tell) => {
      watchers.add(tell);
      return () => watchers.delete(tell);
    },
    () => toasts,
  );
  return (
    <div className="toasts no-print" role="status" aria-live="polite">
      {shown.map((toast) => (
        <ToastLine key={toast.id} toast={toast} />
      ))}
    </div>
  );
}

function ToastLine({ toast }: { readonly toast: Toast }) {
  const { t } = useWords();
  const [left, setLeft] = useState(() => secondsLeft(toast));
  useEffect(() => {
    const timer = setInterval(() => {
      if (Date.now() >= toast.until) dismissToast(toast.id);
      else setLeft(secondsLeft(toast));
    }, 250);
    return () => clearInterval(timer);
  }, [toast]);
  return (
    <div className={`toast ${toast.tone}`}>
      <span>{toast.text}</span>
      {toast.undo !== undefined && (
        <>
          <span aria-hidden="true">· {t('results.verify.leaves', { n: left })}</span>
          <button type="button" onClick={toast.undo}>
            {t('results.verify.undo')} <Key combo="U" />
          </button>
        </>
      )}
    </div>
  );
}

const secondsLeft = (toast: Toast): number => Math.max(0, Math.ceil((toast.until - Date.now()) / 1000));
