import { useState } from 'react';
import { useCatalogue } from '../../api/queries.ts';
import { Link } from '../../app/link.tsx';
import { goTo, pathOf, useRoute } from '../../app/routes.ts';
import { useMay } from '../../app/session.ts';
import { useWords } from '../../i18n/i18n.ts';
import { Button } from '../../parts/button.tsx';
import { Trouble } from '../../parts/trouble.tsx';
import { EntryForm } from './entry-form.tsx';
import { EntryHistory } from './entry-history.tsx';
import { EntryTable } from './entry-table.tsx';
import { catalogueKinds, type Entry } from './kinds.ts';
import { OwnVariations } from './own-variations.tsx';
import { TableFiles } from './table-files.tsx';
import './catalogue.css';

/** What the laboratory measures and how it judges: one kind at a time, an entry beside the list, its versions below. */
export function CataloguePage() {
  const { t } = useWords();
  const may = useMay();
  const { of, and } = useRoute();
  const kind = catalogueKinds.find((each) => each.path === of) ?? catalogueKinds[0];
  const [sought, setSought] = useState('');
  const entries = useCatalogue<Entry>(kind?.path ?? 'analytes');
  if (kind === undefined) return null;
  const edits = may('catalogue.edit');
  const chosen = entries.data?.find((entry) => entry.id === and);
  const open = (id?: string): void => goTo(pathOf('catalogue', kind.path, id), true);
  return (
    <div className="catalogue">
      <h1 className="unseen">{t('catalogue.title')}</h1>
      <nav className="tabs" aria-label={t('catalogue.title')}>
        {catalogueKinds.map(({ path }) => (
          <Link key={path} to={pathOf('catalogue', path)} className="chip" current={path === kind.path}>
            {t(`catalogue.kinds.${path}`)}
          </Link>
        ))}
      </nav>
      <div className="catalogue-body">
        <section className="catalogue-rows" aria-label={t(`catalogue.kinds.${kind.path}`)}>
          <div className="catalogue-tools">
            <input
              type="search"
              className="input"
              aria-label={t('catalogue.find')}
              placeholder={t('catalogue.find')}
              value={sought}
              onChange={(event) => setSought(event.target.value)}
            />
            <span className="grow" />
            {edits && kind.path === 'variations' && <OwnVariations />}
            <TableFiles path={kind.path} edits={edits} />
            {edits && (
              <Button tone="primary" onClick={() => open()}>
                {t('catalogue.new')}
              </Button>
            )}
          </div>
          <Trouble error={entries.error} />
          <EntryTable kind={kind} entries={entries.data ?? []} sought={sought} chosen={and} onOpen={open} />
        </section>
        <aside className="catalogue-side" aria-label={chosen === undefined ? t('catalogue.new') : chosen.id}>
          {chosen === undefined && !edits ? (
            <p className="soft">{t('catalogue.choose')}</p>
          ) : (
            <EntryForm
              key={`${kind.path}/${chosen?.id ?? ''}/${chosen?.version ?? 0}`}
              kind={kind}
              entry={chosen}
              edits={edits}
              onSaved={open}
            />
          )}
          {chosen !== undefined && <EntryHistory path={kind.path} id={chosen.id} version={chosen.version} />}
        </aside>
      </div>
    </div>
  );
}
