import { useSyncExternalStore } from 'react';
import { useWords } from '../i18n/i18n.ts';
import { listedCommands, watchCommands } from '../keys/commands.ts';
import { Dialog } from '../parts/dialog.tsx';
import { Key } from '../parts/key.tsx';

const order = ['/', 'ArrowDown', 'ArrowUp', 'ArrowRight', 'ArrowLeft', 'Space', 'V', 'Shift+V', 'R', 'H', 'C', 'E'];
const place = (combo: string): number => {
  const at = order.indexOf(combo);
  return at < 0 ? order.length : at;
};

/** All keys in force on this page. */
export function KeysDialog({ onClose }: { readonly onClose: () => void }) {
  const { t } = useWords();
  const commands = useSyncExternalStore(watchCommands, listedCommands);
  const sorted = [...commands].sort((a, b) => place(a.combo) - place(b.combo));
  return (
    <Dialog title={t('keys.title')} onClose={onClose}>
      <dl className="keys-list">
        {sorted.map((command) => (
          <div key={command.combo}>
            <dt>
              <Key combo={command.combo} />
            </dt>
            <dd>{t(`keys.${command.label}`)}</dd>
          </div>
        ))}
      </dl>
      <p className="faint">{t('keys.scan')}</p>
      <p className="faint">{t('keys.typing')}</p>
    </Dialog>
  );
}
