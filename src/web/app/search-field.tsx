import { useQueryClient } from '@tanstack/react-query';
import { useRef } from 'react';
import { loadedRows } from '../api/worklist.ts';
import { useWords } from '../i18n/i18n.ts';
import { useCommands } from '../keys/use-commands.ts';
import { Key } from '../parts/key.tsx';
import { openTube } from './open-tube.ts';
import { goTo, pathOf, routeNow } from './routes.ts';
import { setSearch, useSearch } from './search.ts';

/** One field to scan into or search by accession, patient id or name. */
export function SearchField() {
  const { t } = useWords();
  const text = useSearch();
  const field = useRef<HTMLInputElement>(null);
  const queries = useQueryClient();
  useCommands([{ combo: '/', label: 'search', run: () => field.current?.select() }]);
  return (
    <search className="search">
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (text.trim() === '') return;
          if (openTube(text, loadedRows(queries))) {
            setSearch('');
            field.current?.blur();
          } else if (routeNow().page !== 'results') goTo(pathOf('results'));
        }}
      >
        <input
          ref={field}
          type="search"
          className="input"
          data-scan=""
          aria-label={t('search.label')}
          placeholder={t('search.label')}
          aria-keyshortcuts="/"
          autoComplete="off"
          spellCheck={false}
          value={text}
          onChange={(event) => setSearch(event.target.value)}
          onKeyDown={(event) => {
            if (event.key !== 'Escape') return;
            event.preventDefault();
            setSearch('');
            field.current?.blur();
          }}
        />
        <Key combo="/" />
      </form>
    </search>
  );
}
