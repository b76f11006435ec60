import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useId } from 'react';
import { api } from '../../api/client.ts';
import { saveTable, type TableForm, tableTypes } from '../../api/tables.ts';
import { say } from '../../app/toasts.tsx';
import { useWords } from '../../i18n/i18n.ts';
import { Button } from '../../parts/button.tsx';
import { Trouble } from '../../parts/trouble.tsx';

interface Counts {
  readonly created: number;
  readonly changed: number;
  readonly unchanged: number;
}

/** The kind as a table, out and in: what comes back is checked whole before any row is written. */
export function TableFiles({ path, edits }: { readonly path: string; readonly edits: boolean }) {
  const { t } = useWords();
  const queries = useQueryClient();
  const id = useId();
  const export_ = useMutation({
    mutationFn: (form: TableForm) => saveTable(`/api/catalogue/${path}`, {}, form, path),
  });
  const import_ = useMutation({
    mutationFn: (file: File) =>
      api.send<Counts>(
        `/api/catalogue/${path}/import`,
        file,
        /\.xlsx$/i.test(file.name) ? tableTypes.xlsx : tableTypes.csv,
      ),
    onSuccess: (counts) => {
      say(t('catalogue.imported', { ...counts }));
      void queries.invalidateQueries({ queryKey: ['catalogue'] });
    },
  });
  return (
    <>
      <Button onClick={() => export_.mutate('csv')}>CSV</Button>
      <Button onClick={() => export_.mutate('xlsx')}>XLSX</Button>
      {edits && (
        <label htmlFor={id} className="button catalogue-file">
          {t('catalogue.import')}
          <input
            id={id}
            type="file"
            accept=".csv,.xlsx"
            onChange={(event) => {
              const file = event.target.files?.[0];
              event.target.value = '';
              if (file !== undefined) import_.mutate(file);
            }}
          />
        </label>
      )}
      <Trouble error={export_.error ?? import_.error} />
    </>
  );
}
