import { useRef, useState } from 'react';
import { useAnalyteMap, useAnalytes } from '../../api/queries.ts';
import type { Analyte, Specimen } from '../../api/types.ts';
import { useDecides } from '../../app/session.ts';
import { readDecimal, showUnit } from '../../format/numbers.ts';
import { useWords } from '../../i18n/i18n.ts';
import { Button } from '../../parts/button.tsx';
import { Sheet } from '../../parts/sheet.tsx';
import { Trouble } from '../../parts/trouble.tsx';
import { againstOrder } from './result-groups.ts';

/** A value as it is typed. */
export interface HandValue {
  readonly analyte: string;
  readonly value: string;
  readonly dilution?: string;
}

interface Props {
  readonly specimen: Specimen;
  readonly onClose: () => void;
  readonly onEnter: (values: readonly HandValue[]) => Promise<void>;
}

const number = /^(<=|>=|<|>)?\s*-?\d+(\.\d+)?$/;

/** Values by hand: what is missing stands ready to be typed; Enter goes to the next row, and from the last one saves. */
export function EnterSheet({ specimen, onClose, onEnter }: Props) {
  const { t, nameOf } = useWords();
  const decides = useDecides();
  const analytes = useAnalyteMap();
  const { data: all = [] } = useAnalytes();
  const [codes, setCodes] = useState<readonly string[]>(() =>
    againstOrder(specimen).missing.filter((code) => {
      const analyte = analytes.get(code);
      return analyte === undefined || decides(analyte);
    }),
  );
  const [typed, setTyped] = useState<Readonly<Record<string, string>>>({});
  const [dilutions, setDilutions] = useState<Readonly<Record<string, string>>>({});
  const [error, setError] = useState<unknown>();
  const [busy, setBusy] = useState(false);
  const form = useRef<HTMLDivElement>(null);
  const filled = codes.filter((code) => (typed[code] ?? '').trim() !== '');
  const wrong = filled.filter(
    (code) => !readable(analytes.get(code), typed[code] ?? '') || !isDilution(dilutions[code] ?? ''),
  );
  const ready = filled.length > 0 && wrong.length === 0 && !busy;
  const save = (): void => {
    if (!ready) return;
    setBusy(true);
    setError(undefined);
    const values = filled.map((analyte): HandValue => {
      const dilution = readDecimal(dilutions[analyte] ?? '');
      return { analyte, value: readDecimal(typed[analyte] ?? ''), ...(dilution === '' ? {} : { dilution }) };
    });
    onEnter(values).catch((thrown: unknown) => {
      setError(thrown);
      setBusy(false);
    });
  };
  const next = (event: React.KeyboardEvent<HTMLInputElement>): void => {
    if (event.key !== 'Enter' || event.nativeEvent.isComposing) return;
    event.preventDefault();
    const fields = [...(form.current?.querySelectorAll<HTMLInputElement>('input.entry') ?? [])];
    const following = fields[fields.indexOf(event.currentTarget) + 1];
    if (following === undefined) save();
    else following.focus();
  };
  return (
    <Sheet title={t('results.enterForm.title')} onClose={onClose} className="enter">
      <p className="faint">{t('results.enterForm.hint')}</p>
      <div ref={form} className="entries">
        {codes.map((code, place) => {
          const analyte = analytes.get(code);
          const bad = wrong.includes(code);
          return (
            <label key={code} className="entry-line">
              <span className="clip">
                {nameOf(analyte?.name, code)} <span className="code">{code}</span>
              </span>
              <input
                className="input entry"
                data-first={place === 0 ? '' : undefined}
                inputMode={analyte?.kind === 'qualitative' || analyte?.choices !== undefined ? 'text' : 'decimal'}
                list={analyte?.choices === undefined ? undefined : `choices-${code}`}
                aria-invalid={bad}
                title={bad ? t('results.enterForm.unreadable') : undefined}
                value={typed[code] ?? ''}
                onChange={(event) => setTyped({ ...typed, [code]: event.target.value })}
                onKeyDown={next}
              />
              {analyte?.choices !== undefined && (
                <datalist id={`choices-${code}`}>
                  {analyte.choices.map((choice) => (
                    <option key={choice} value={choice} />
                  ))}
                </datalist>
              )}
              <span className="unit">{showUnit(analyte?.unit ?? '')}</span>
              {analyte?.kind === 'qualitative' ? (
                <span />
              ) : (
                <input
                  className="input dilution"
                  inputMode="decimal"
                  aria-label={t('results.enterForm.dilution', { analyte: code })}
                  title={t('results.enterForm.dilution', { analyte: code })}
                  placeholder="×1"
                  aria-invalid={!isDilution(dilutions[code] ?? '')}
                  value={dilutions[code] ?? ''}
                  onChange={(event) => setDilutions({ ...dilutions, [code]: event.target.value })}
                />
              )}
            </label>
          );
        })}
      </div>
      <div className="sheet-foot">
        <Button tone="primary" disabled={!ready} onClick={save}>
          {t('results.enterForm.submit')}
        </Button>
        <select
          className="select"
          aria-label={t('results.enterForm.add')}
          data-first={codes.length === 0 ? '' : undefined}
          value=""
          onChange={(event) => setCodes([...codes, event.target.value])}
        >
          <option value="">{t('results.enterForm.add')}</option>
          {all
            .filter((each) => !codes.includes(each.code) && decides(each))
            .map((each) => (
              <option key={each.code} value={each.code}>
                {each.code} · {nameOf(each.name, each.code)}
              </option>
            ))}
        </select>
        <span className="grow" />
        <Button onClick={onClose}>{t('common.cancel')}</Button>
      </div>
      {wrong.length > 0 && <p className="red">{t('results.enterForm.unreadable')}</p>}
      <Trouble error={error} />
    </Sheet>
  );
}

/** From 1 to 10,000; empty where nothing was diluted. */
function isDilution(text: string): boolean {
  const factor = readDecimal(text);
  return factor === '' || (/^\d+(\.\d+)?$/.test(factor) && Number(factor) >= 1 && Number(factor) <= 10_000);
}

const readable = (analyte: Analyte | undefined, typed: string): boolean =>
  analyte?.kind === 'qualitative' || number.test(readDecimal(typed)) || isAnswer(analyte, typed);

/** Words that the catalogue has as an answer of an analyte that is else a number. */
const isAnswer = (analyte: Analyte | undefined, typed: string): boolean =>
  (analyte?.choices ?? []).some((choice) => choice.toLowerCase() === typed.normalize('NFC').trim().toLowerCase());
