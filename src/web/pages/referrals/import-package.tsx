import { useMutation, useQueryClient } from '@tanstack/react-query';
import { api } from '../../api/client.ts';
import { say } from '../../app/toasts.tsx';
import { useWords } from '../../i18n/i18n.ts';
import { Field } from '../../parts/field.tsx';
import { Trouble } from '../../parts/trouble.tsx';

/** Take in a package another hospital made: each signature is checked, a bad one is refused whole. */
export function ImportPackage() {
  const { t } = useWords();
  const queries = useQueryClient();
  const take = useMutation({
    mutationFn: (file: File) =>
      api.send<{ readonly imported: number }>('/api/referrals/import', file, 'application/zip'),
    onSuccess: ({ imported }) => {
      say(t(imported === 0 ? 'referrals.importedNone' : 'referrals.imported', { n: imported }));
      void queries.invalidateQueries({ queryKey: ['external'] });
    },
  });
  return (
    <section className="stack">
      <h2>{t('referrals.import')}</h2>
      <Field label={t('referrals.file')} hint={t('referrals.importHint')}>
        {(control) => (
          <input
            {...control}
            type="file"
            accept=".zip,application/zip"
            onChange={(event) => {
              const file = event.target.files?.[0];
              event.target.value = '';
              if (file !== undefined) take.mutate(file);
            }}
          />
        )}
      </Field>
      {take.isPending && <p className="faint">{t('common.loading')}</p>}
      <Trouble error={take.error} />
    </section>
  );
}
