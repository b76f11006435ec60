import { useState } from 'react';
import { Link } from '../../app/link.tsx';
import { pathOf } from '../../app/routes.ts';
import { showCount } from '../../format/numbers.ts';
import { showWhen } from '../../format/times.ts';
import { useWords } from '../../i18n/i18n.ts';
import { ScrollBox } from '../../parts/scroll-box.tsx';
import { Trouble } from '../../parts/trouble.tsx';
import { type StoredTube, useRack, useRacks } from './custody.ts';

/** Racks and what stands in each: only the rack that is looked at is read. */
export function StorageMap({ wanted }: { readonly wanted: string | undefined }) {
  const { t, locale } = useWords();
  const { data: racks, error } = useRacks();
  const [chosen, setChosen] = useState<string | undefined>(wanted);
  const [typed, setTyped] = useState('');
  const items = (racks?.items ?? []).filter((each) => each.rack.toLowerCase().includes(typed.trim().toLowerCase()));
  const rack = chosen ?? items[0]?.rack;
  const { data: tubes } = useRack(rack);
  if (error !== null) return <Trouble error={error} />;
  if (racks !== undefined && racks.items.length === 0)
    return <p className="panel-note faint">{t('specimens.noRacks')}</p>;
  return (
    <div className="storage">
      <ScrollBox className="storage-racks" label={t('specimens.racks')}>
        <input
          type="search"
          className="input"
          aria-label={t('specimens.findRack')}
          placeholder={t('specimens.findRack')}
          value={typed}
          onChange={(event) => setTyped(event.target.value)}
        />
        <ul>
          {items.map((each) => (
            <li key={each.rack}>
              <button type="button" aria-pressed={each.rack === rack} onClick={() => setChosen(each.rack)}>
                <b>{each.rack}</b> <span className="soft">{showCount(each.tubes, locale)}</span>
              </button>
            </li>
          ))}
        </ul>
      </ScrollBox>
      <ScrollBox className="storage-rack" label={rack ?? t('specimens.racks')}>
        <ul className="places">
          {[...(tubes?.items ?? [])].sort(byPosition).map((tube) => (
            <li key={tube.position}>
              <Link to={pathOf('specimens', tube.accession, undefined, { view: 'storage', rack: tube.rack })}>
                <b>{tube.position}</b>
                <span className="mono">{tube.accession}</span>
                <span className="faint">{showWhen(tube.at, locale)}</span>
              </Link>
            </li>
          ))}
        </ul>
        {tubes?.next != null && (
          <p className="faint panel-note">{t('specimens.rackFull', { n: tubes.items.length })}</p>
        )}
      </ScrollBox>
    </div>
  );
}

/** `A2` before `A10`. */
const byPosition = (a: StoredTube, b: StoredTube): number =>
  a.position.localeCompare(b.position, undefined, { numeric: true });
