import { useAnalyteMap } from '../../api/queries.ts';
import type { Observation } from '../../api/types.ts';
import { showValue } from '../../format/numbers.ts';
import { useWords } from '../../i18n/i18n.ts';
import { useCommands } from '../../keys/use-commands.ts';
import { Button } from '../../parts/button.tsx';
import { Sheet } from '../../parts/sheet.tsx';
import type { Change } from './changes.ts';

/** The page was stale: what it showed, and what is true now. Nothing was verified; one looks and decides again. */
export function ChangedSheet({
  changes,
  onClose,
}: {
  readonly changes: readonly Change[];
  readonly onClose: () => void;
}) {
  const { t, locale, nameOf } = useWords();
  const analytes = useAnalyteMap();
  useCommands([{ combo: 'Enter', run: onClose }]);
  const value = (each: Observation): string => showValue(each.value, each.comparator, locale);
  const words = ({ before, now }: Change): string => {
    if (now === undefined) return t('results.changed.gone');
    const state =
      now.state === before?.state ? '' : ` · ${t('results.changed.state', { state: t(`results.state.${now.state}`) })}`;
    if (before === undefined) return t('results.changed.added', { now: value(now) }) + state;
    if (before.value === now.value)
      return `${value(now)}${state === '' ? ` · ${t('results.changed.touched')}` : state}`;
    return t('results.changed.was', { before: value(before), now: value(now) }) + state;
  };
  return (
    <Sheet title={t('results.changed.title')} tone="look" onClose={onClose}>
      <p className="soft">{t('results.changed.text')}</p>
      <ul className="changes" role="alert">
        {changes.map((change) => (
          <li key={change.id}>
            <b>{nameOf(analytes.get(change.analyte)?.name, change.analyte)}</b> {words(change)}
          </li>
        ))}
      </ul>
      <div className="sheet-foot">
        <Button tone="primary" combo="Enter" onClick={onClose}>
          {t('results.changed.understood')}
        </Button>
      </div>
    </Sheet>
  );
}
