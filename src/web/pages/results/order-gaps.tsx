import { useAnalyteMap } from '../../api/queries.ts';
import type { Specimen } from '../../api/types.ts';
import { useWords } from '../../i18n/i18n.ts';
import { againstOrder } from './result-groups.ts';

/** What was ordered and has not come, and what came without an order. */
export function OrderGaps({ specimen }: { readonly specimen: Specimen }) {
  const { t, nameOf } = useWords();
  const analytes = useAnalyteMap();
  const { missing, extra } = againstOrder(specimen);
  const list = (codes: readonly string[]): string =>
    codes.map((code) => (codes.length > 3 ? code : nameOf(analytes.get(code)?.name, code))).join(', ');
  return (
    <>
      {missing.length > 0 && <p className="gap soft">{t('results.missing', { list: list(missing) })}</p>}
      {extra.length > 0 && <p className="gap violet">{t('results.extra', { list: list(extra) })}</p>}
    </>
  );
}
