import { useWords } from '../i18n/i18n.ts';

/** The label of a specimen's tubes, in a tab of its own to be printed. */
export function LabelLink({ accession, className }: { readonly accession: string; readonly className?: string }) {
  const { t } = useWords();
  return (
    <a
      href={`/api/labels?accessions=${encodeURIComponent(accession)}`}
      target="_blank"
      rel="noopener"
      {...(className === undefined ? {} : { className })}
    >
      {t('common.printLabel')}
    </a>
  );
}
