import { useWordsOf } from '../../api/queries.ts';
import type { Specimen } from '../../api/types.ts';
import { Link } from '../../app/link.tsx';
import { pathOf } from '../../app/routes.ts';
import { useWords } from '../../i18n/i18n.ts';

/** The tube was rejected: its numbers are of no use, whatever they are. */
export function RejectedBanner({ specimen }: { readonly specimen: Specimen }) {
  const { t, nameOf } = useWords();
  const { data: reasons = [] } = useWordsOf('rejection-reasons');
  const code = specimen.rejection?.reason ?? '';
  const reason = nameOf(reasons.find((each) => each.code === code)?.name, code);
  return (
    <p className="mixup" role="note">
      {t('results.rejectedSpecimen', { reason })}{' '}
      {specimen.recollectedAs !== undefined && (
        <Link to={pathOf('results', specimen.recollectedAs)}>
          {t('results.recollectedAs', { accession: specimen.recollectedAs })}
        </Link>
      )}
    </p>
  );
}
