import { useQueryClient } from '@tanstack/react-query';
import { type KeyboardEvent, useEffect, useRef, useState } from 'react';
import { asApiError } from '../../api/client.ts';
import { useAnalyteMap } from '../../api/queries.ts';
import { Link } from '../../app/link.tsx';
import { goTo, pathOf, useRoute } from '../../app/routes.ts';
import { useMe } from '../../app/session.ts';
import { useWords } from '../../i18n/i18n.ts';
import { Key } from '../../parts/key.tsx';
import { LabelLink } from '../../parts/label-link.tsx';
import { Trouble } from '../../parts/trouble.tsx';
import { type Draft, emptyDraft, useDraft } from './draft.ts';
import { OrdersPart } from './orders-part.tsx';
import { PatientPart } from './patient-part.tsx';
import { Recent } from './recent.tsx';
import './register.css';
import { placeOf, useSave, type Wrong, wrongOf } from './save.ts';
import { AccessionPart, AskedPart } from './specimen-part.tsx';

interface Saved {
  readonly accession: string;
  readonly name: string;
}

/** Register one specimen after the other, without the mouse: Enter goes on, Ctrl+Enter saves. */
export function RegisterPage() {
  const { t } = useWords();
  const me = useMe();
  const { of, query } = useRoute();
  const [draft, change] = useDraft(me.username);
  const [saved, setSaved] = useState<Saved>();
  const [tried, setTried] = useState(false);
  const form = useRef<HTMLFormElement>(null);
  const queries = useQueryClient();
  const zone = me.laboratory.timeZone;
  const save = useSave(zone, (done) => {
    setSaved(done);
    setTried(false);
    change(emptyDraft);
    void queries.invalidateQueries({ queryKey: ['held'] });
    if (of !== undefined || query.size > 0) goTo(pathOf('register'), true);
    focusStop(form.current, 'accession');
  });
  const asked = of ?? query.get('accession') ?? undefined;
  // biome-ignore lint/correctness/useExhaustiveDependencies: the address fills the field once, not while it is typed
  useEffect(() => {
    if (asked !== undefined) change({ accession: asked });
    focusStop(form.current, asked === undefined ? 'accession' : 'search');
  }, [asked]);
  const mistakes: Wrong = tried ? wrongOf(draft, zone) : {};
  const refusedAt = save.error === null ? undefined : placeOf(save.error);
  const refusal = useRefusalWords(save.error);
  const wrong = (field: keyof Draft): string | undefined => {
    const own = mistakes[field];
    if (own !== undefined) return t(own);
    return field === refusedAt ? refusal : undefined;
  };
  const submit = (): void => {
    if (save.isPending) return;
    setTried(true);
    setSaved(undefined);
    const [first] = Object.keys(wrongOf(draft, zone));
    if (first !== undefined) focusStop(form.current, first === 'orders' ? 'analyte' : first);
    else
      save.mutate(draft, {
        onError: (thrown) => {
          const place = placeOf(thrown);
          if (place !== undefined) focusStop(form.current, place === 'orders' ? 'analyte' : place);
        },
      });
  };
  const changed = (part: Partial<Draft>): void => {
    if (save.error !== null && asApiError(save.error).status !== 0) save.reset();
    change(part);
  };
  const next = (from: string): void => focusAfter(form.current, from);
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key !== 'Enter' || event.defaultPrevented || event.nativeEvent.isComposing) return;
    if (event.ctrlKey || event.metaKey) {
      event.preventDefault();
      submit();
    } else if (event.target instanceof HTMLInputElement) {
      event.preventDefault();
      const stop = event.target.closest<HTMLElement>('[data-stop]')?.dataset.stop;
      if (stop !== undefined) next(stop);
    }
  };
  return (
    <div className="register">
      <form
        ref={form}
        className="register-form"
        aria-label={t('register.title')}
        noValidate
        onKeyDown={onKeyDown}
        onSubmit={(event) => {
          event.preventDefault();
          submit();
        }}
      >
        <header className="register-head">
          <h1>{t('register.title')}</h1>
          {saved !== undefined && <Done saved={saved} />}
        </header>
        <div className="register-columns">
          <div className="register-column">
            <AccessionPart draft={draft} change={changed} wrong={wrong} />
            <PatientPart draft={draft} change={changed} wrong={wrong} onNext={next} />
          </div>
          <div className="register-column">
            <OrdersPart draft={draft} change={changed} wrong={wrong('orders')} onNext={next} />
            <AskedPart draft={draft} change={changed} wrong={wrong} />
          </div>
        </div>
        {refusedAt === undefined && <Trouble error={save.error} />}
        {save.error !== null && asApiError(save.error).status === 0 && (
          <p className="small faint">{t('register.unsure')}</p>
        )}
        <div className="register-foot">
          <button type="submit" className="button primary" data-stop="save" disabled={save.isPending}>
            {t('register.submit')} <Key combo="Ctrl ↵" />
          </button>
          <button
            type="button"
            className="button plain"
            onClick={() => {
              change(emptyDraft);
              setTried(false);
              save.reset();
              focusStop(form.current, 'accession');
            }}
          >
            {t('register.clear')}
          </button>
          <span className="faint small">{t('register.keys')}</span>
        </div>
      </form>
      <Recent newest={saved?.accession} />
    </div>
  );
}

function Done({ saved }: { readonly saved: Saved }) {
  const { t } = useWords();
  return (
    <p className="register-done" role="status">
      <span>{t('register.done')}</span>
      <b className="mono">{saved.accession}</b>
      <span>{saved.name}</span>
      <span className="grow" />
      <LabelLink accession={saved.accession} />
      <Link to={pathOf('results', saved.accession)}>{t('register.open')}</Link>
    </p>
  );
}

/** A refusal with the name of what was refused. */
function useRefusalWords(thrown: unknown): string | undefined {
  const { t, why, nameOf } = useWords();
  const analytes = useAnalyteMap();
  if (thrown === null || thrown === undefined) return undefined;
  const error = asApiError(thrown);
  const details = typeof error.details === 'object' && error.details !== null ? { ...error.details } : {};
  const code = 'code' in details && typeof details.code === 'string' ? details.code : undefined;
  if (error.code !== 'ORDER_NOT_POSSIBLE' || code === undefined) return why(error);
  const detail = 'detail' in details ? String(details.detail) : '';
  const named = [...analytes.values()].find((each) => detail.startsWith(`${each.code} `)) ?? analytes.get(code);
  const name = nameOf(named?.name, code);
  return named?.sex === undefined
    ? `${name}: ${why(error)}`
    : t('register.onlyFor', { name, sex: t(`sex.${named.sex}`) });
}

/** A stop is a field, or a group of which the chosen or first one takes the focus. */
function focusStop(form: HTMLFormElement | null, name: string): void {
  const stop = form?.querySelector<HTMLElement>(`[data-stop="${name}"]`);
  const inner = stop?.querySelector<HTMLElement>('input:checked') ?? stop?.querySelector<HTMLElement>('input, button');
  (inner ?? stop)?.focus();
}

function focusAfter(form: HTMLFormElement | null, from: string): void {
  const stops = [...(form?.querySelectorAll<HTMLElement>('[data-stop]') ?? [])].map((each) => each.dataset.stop ?? '');
  const at = stops.indexOf(from);
  const next = stops[at + 1];
  if (next !== undefined) focusStop(form, next);
}
