import { type ReactNode, useEffect, useId, useRef } from 'react';
import { useWords } from '../i18n/i18n.ts';

let open = 0;

/** While a dialog is open, page shortcuts rest. */
export const isDialogOpen = (): boolean => open > 0;

interface Props {
  readonly title: string;
  readonly onClose: () => void;
  readonly children: ReactNode;
  readonly wide?: boolean;
}

/** A modal dialog of the browser's own: focus stays inside, Escape closes, focus returns to where it was. */
export function Dialog({ title, onClose, children, wide = false }: Props) {
  const { t } = useWords();
  const box = useRef<HTMLDialogElement>(null);
  const heading = useId();
  useEffect(() => {
    const dialog = box.current;
    const before = document.activeElement;
    open += 1;
    dialog?.showModal();
    firstOf(dialog)?.focus();
    return () => {
      open -= 1;
      dialog?.close();
      if (before instanceof HTMLElement && before.isConnected) before.focus();
    };
  }, []);
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the keyboard closes it with Escape, which the browser gives as cancel
    <dialog
      ref={box}
      className={wide ? 'dialog wide' : 'dialog'}
      aria-labelledby={heading}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
      onClick={(event) => {
        if (event.target === box.current) onClose();
      }}
    >
      <div className="dialog-inside">
        <div className="dialog-head">
          <h2 id={heading}>{title}</h2>
          <button type="button" className="button plain" onClick={onClose} aria-label={t('common.close')}>
            ✕
          </button>
        </div>
        {children}
      </div>
    </dialog>
  );
}

/** What the dialog was opened for: its first field, else its main button. The browser alone would take the cross. */
function firstOf(dialog: HTMLDialogElement | null): HTMLElement | null | undefined {
  return (
    dialog?.querySelector<HTMLElement>('input:not([type="checkbox"]), select, textarea') ??
    dialog?.querySelector<HTMLElement>('.button.primary')
  );
}
