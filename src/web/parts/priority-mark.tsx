import type { Priority } from '../api/types.ts';
import { useWords } from '../i18n/i18n.ts';

/** How urgent, as a shape: a red dot for stat, an amber diamond for urgent, nothing for routine. */
export function PriorityMark({ priority }: { readonly priority: Priority }) {
  const { t } = useWords();
  if (priority === 'routine') return null;
  return (
    <svg
      className={`priority-mark ${priority}`}
      viewBox="0 0 10 10"
      width="10"
      height="10"
      role="img"
      aria-label={t(`priority.${priority}`)}
    >
      {priority === 'stat' ? <circle cx="5" cy="5" r="5" /> : <path d="M5 0.5 9.5 5 5 9.5 0.5 5z" />}
    </svg>
  );
}
