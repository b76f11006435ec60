import { type ReactNode, useEffect, useId, useRef } from 'react';
import { useWords } from '../i18n/i18n.ts';
import { useCommands } from '../keys/use-commands.ts';

interface Props {
  readonly title: string;
  readonly onClose: () => void;
  readonly children: ReactNode;
  /** `look`: something to look at before one goes on. */
  readonly tone?: 'calm' | 'look' | 'danger';
  readonly className?: string;
}

/** A sheet that comes up within the page, over nothing that is being read: the list stays live, Escape puts it away. */
export function Sheet({ title, onClose, children, tone = 'calm', className }: Props) {
  const { t } = useWords();
  const box = useRef<HTMLElement>(null);
  const heading = useId();
  useCommands([{ combo: 'Escape', run: onClose }]);
  useEffect(() => {
    const inside = box.current?.querySelector<HTMLElement>('[data-first]');
    (inside ?? box.current)?.focus();
  }, []);
  return (
    <section
      ref={box}
      className={['sheet', tone, className].filter(Boolean).join(' ')}
      aria-labelledby={heading}
      tabIndex={-1}
      onKeyDown={(event) => {
        // A field that has the focus keeps keys from the page: Escape must still put the sheet away.
        if (event.key !== 'Escape' || event.defaultPrevented) return;
        event.preventDefault();
        event.stopPropagation();
        onClose();
      }}
    >
      <header className="sheet-head">
        <h3 id={heading}>{title}</h3>
        <button type="button" className="button plain small" onClick={onClose} aria-label={t('common.close')}>
          ✕
        </button>
      </header>
      {children}
    </section>
  );
}
