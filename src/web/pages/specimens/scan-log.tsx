import type { Priority } from '../../api/types.ts';
import { useWords } from '../../i18n/i18n.ts';
import { ScrollBox } from '../../parts/scroll-box.tsx';
import type { Mode } from './custody.ts';

/** One scan and what came of it. */
export interface Scanned {
  readonly key: number;
  readonly accession: string;
  readonly mode: Mode;
  readonly name?: string;
  readonly orders?: readonly string[];
  readonly priority?: Priority;
  readonly place?: string;
  /** Why nothing was done, in words. */
  readonly trouble?: string;
}

interface Props {
  readonly log: readonly Scanned[];
  readonly shown: string | undefined;
  readonly onOpen: (accession: string) => void;
}

/** The scans of this sitting, the last one first: done, or refused with the reason. */
export function ScanLog({ log, shown, onOpen }: Props) {
  const { t } = useWords();
  if (log.length === 0) return <p className="panel-note faint">{t('specimens.empty')}</p>;
  return (
    <ScrollBox className="scan-log" label={t('specimens.log')}>
      <p className="unseen" role="status">
        {log[0]?.trouble ?? `${log[0]?.accession} ${t(`specimens.did.${log[0]?.mode ?? 'look'}`)}`}
      </p>
      <table className="table">
        <thead className="unseen">
          <tr>
            <th>{t('results.columns.accession')}</th>
            <th>{t('results.columns.patient')}</th>
            <th>{t('register.order')}</th>
            <th>{t('specimens.outcome')}</th>
          </tr>
        </thead>
        <tbody>
          {log.map((entry) => (
            <tr key={entry.key} className={entry.accession === shown ? 'chosen' : undefined}>
              <td className="mono">
                <button type="button" className="row-link" onClick={() => onOpen(entry.accession)}>
                  {entry.accession}
                </button>
              </td>
              <td>
                {entry.name}{' '}
                {entry.priority !== undefined && entry.priority !== 'routine' && (
                  <b className="red">{t(`priority.${entry.priority}`)}</b>
                )}
              </td>
              <td className="soft">{entry.orders?.join(' ')}</td>
              <td>
                {entry.trouble === undefined ? (
                  <span className="good">
                    {t(`specimens.did.${entry.mode}`)} {entry.place}
                  </span>
                ) : (
                  <span className="red">✕ {entry.trouble}</span>
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </ScrollBox>
  );
}
