import { useQuery } from '@tanstack/react-query';
import { api, seg } from '../../api/client.ts';
import type { Page } from '../../api/types.ts';
import { showClock, showDate } from '../../format/times.ts';
import { useWords } from '../../i18n/i18n.ts';
import { Trouble } from '../../parts/trouble.tsx';

interface Version {
  readonly version: number;
  readonly at: string;
  readonly by: string;
  readonly before: Readonly<Record<string, unknown>> | null;
  readonly after: Readonly<Record<string, unknown>> | null;
}

interface Props {
  readonly path: string;
  readonly id: string;
  readonly version: number;
}

/** Every version of an entry: who, when, and what became of what. */
export function EntryHistory({ path, id, version }: Props) {
  const { t, locale } = useWords();
  const history = useQuery({
    queryKey: ['catalogue', path, 'history', id, version],
    queryFn: () => api.get<Page<Version>>(`/api/catalogue/${path}/${seg(id)}/history`, { limit: 50 }),
  });
  return (
    <section className="catalogue-history">
      <h2>{t('catalogue.history')}</h2>
      <Trouble error={history.error} />
      {history.data?.items.length === 0 && <p className="faint">{t('catalogue.noHistory')}</p>}
      <ul>
        {history.data?.items.map((each) => (
          <li key={each.version}>
            <b>{t('catalogue.version', { n: each.version })}</b>{' '}
            <span className="soft">
              {t('common.by', { who: each.by, at: `${showDate(each.at)} ${showClock(each.at, locale)}` })}
            </span>
            {changesOf(each).map(([name, before, after]) => (
              <div key={name} className="small">
                <span className="faint">{name}</span> <s className="faint">{before}</s> → {after}
              </div>
            ))}
          </li>
        ))}
      </ul>
    </section>
  );
}

function changesOf({ before, after }: Version): (readonly [string, string, string])[] {
  if (before === null || after === null) return [];
  const text = (value: unknown): string =>
    value === undefined ? '–' : typeof value === 'string' ? value : JSON.stringify(value);
  return [...new Set([...Object.keys(before), ...Object.keys(after)])]
    .filter((name) => name !== 'version' && JSON.stringify(before[name]) !== JSON.stringify(after[name]))
    .map((name) => [name, text(before[name]), text(after[name])] as const);
}
