import type { KeyboardEvent } from 'react';
import { useMemo } from 'react';
import { useAnalyteMap, usePanels } from '../../api/queries.ts';
import type { Panel } from '../../api/types.ts';
import { useWords } from '../../i18n/i18n.ts';
import { AnalytePicker } from '../../parts/analyte-picker.tsx';
import { Field } from '../../parts/field.tsx';
import { Key } from '../../parts/key.tsx';
import type { Draft } from './draft.ts';

interface Props {
  readonly draft: Draft;
  readonly change: (part: Partial<Draft>) => void;
  readonly wrong: string | undefined;
  readonly onNext: (from: string) => void;
}

const keys = [...'123456789'];

const sections = ['hematology', 'chemistry', 'immunology', 'coagulation', 'urinalysis'];
const placeOf = (panel: Panel): number => {
  const place = sections.indexOf(panel.section);
  return place < 0 ? sections.length : place;
};

/** The daily ones first: by section, the large panels before the small. Their keys stay the same from day to day. */
function useSortedPanels(): readonly Panel[] {
  const { data } = usePanels();
  return useMemo(
    () => [...(data ?? [])].sort((a, b) => placeOf(a) - placeOf(b) || b.analytes.length - a.analytes.length),
    [data],
  );
}

/** What is asked: panels as buttons, single analytes by search. */
export function OrdersPart({ draft, change, wrong, onNext }: Props) {
  const { t, nameOf } = useWords();
  const panels = useSortedPanels();
  const analytes = useAnalyteMap();
  const toggle = (code: string): void =>
    change({
      orders: draft.orders.includes(code) ? draft.orders.filter((each) => each !== code) : [...draft.orders, code],
    });
  const covered = useMemo(
    () =>
      new Set([
        ...draft.orders,
        ...panels.filter((each) => draft.orders.includes(each.code)).flatMap((each) => each.analytes),
        // What says something of the specimen is not ordered.
        ...[...analytes.values()].filter((each) => each.serumIndex !== undefined).map((each) => each.code),
      ]),
    [draft.orders, panels, analytes],
  );
  const single = draft.orders.filter((code) => !panels.some((panel) => panel.code === code));
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    const panel = panels[keys.indexOf(event.key)];
    if (panel !== undefined) {
      event.preventDefault();
      toggle(panel.code);
    } else if (event.key === 'Enter') {
      event.preventDefault();
      onNext('panels');
    }
  };
  return (
    <fieldset className="register-part">
      <legend>
        {t('register.order')}{' '}
        <span className="faint">{t('register.chosen', { n: covered.size - draft.orders.length + single.length })}</span>
      </legend>
      {/* biome-ignore lint/a11y/useSemanticElements: a group of toggle buttons within the fieldset */}
      <div
        role="group"
        aria-label={t('register.panels')}
        className="order-panels"
        data-stop="panels"
        // Where the panels have not come yet the group takes the focus: no key of theirs falls into the field before.
        tabIndex={-1}
        onKeyDown={onKeyDown}
      >
        {panels.map((panel, index) => (
          <button
            key={panel.code}
            type="button"
            className="chip"
            aria-pressed={draft.orders.includes(panel.code)}
            onClick={() => toggle(panel.code)}
          >
            {keys[index] !== undefined && <Key combo={keys[index]} />} {nameOf(panel.name, panel.code)}{' '}
            <span className="soft">{panel.analytes.length}</span>
          </button>
        ))}
      </div>
      <p className="small faint">{t('register.panelKeys')}</p>
      <Field label={t('register.findAnalyte')} wrong={wrong}>
        {(control) => (
          <span data-stop="analyte">
            <AnalytePicker
              id={control.id}
              describedBy={control['aria-describedby']}
              label={t('register.findAnalyte')}
              placeholder={t('register.findAnalyteHint')}
              exclude={covered}
              onPick={(code) => toggle(code)}
              onEnter={() => onNext('analyte')}
            />
          </span>
        )}
      </Field>
      {single.length > 0 && (
        <div className="chosen-analytes">
          {single.map((code) => (
            <button
              key={code}
              type="button"
              className="chip"
              aria-pressed="true"
              aria-label={t('register.remove', { name: nameOf(analytes.get(code)?.name, code) })}
              onClick={() => toggle(code)}
            >
              {nameOf(analytes.get(code)?.name, code)} <span aria-hidden="true">✕</span>
            </button>
          ))}
        </div>
      )}
    </fieldset>
  );
}
