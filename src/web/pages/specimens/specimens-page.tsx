import { type FormEvent, useEffect, useRef, useState } from 'react';
import { api, asApiError, seg } from '../../api/client.ts';
import type { Specimen } from '../../api/types.ts';
import { goTo, pathOf, useRoute } from '../../app/routes.ts';
import { useMay } from '../../app/session.ts';
import { useWords } from '../../i18n/i18n.ts';
import { useScanTarget } from '../../keys/scan-target.ts';
import { useCommands } from '../../keys/use-commands.ts';
import { Field } from '../../parts/field.tsx';
import { Key } from '../../parts/key.tsx';
import '../../parts/panels.css';
import { type Mode, modes, nextPosition, useStep } from './custody.ts';
import { RejectDialog } from './reject-dialog.tsx';
import { ScanLog, type Scanned } from './scan-log.tsx';
import './specimens.css';
import { StorageMap } from './storage-map.tsx';
import { TubePanel } from './tube-panel.tsx';

/** Scan-first: choose what is done, then scan tube after tube. `/specimens/<accession>`, `?view=storage` */
export function SpecimensPage() {
  const { t, why } = useWords();
  const { of: shown, query } = useRoute();
  const may = useMay();
  const [mode, setMode] = useState<Mode>('look');
  const [typed, setTyped] = useState('');
  const [place, setPlace] = useState({ rack: '', position: '1' });
  const next = useRef(place);
  const queue = useRef<Promise<void>>(Promise.resolve());
  const [log, setLog] = useState<readonly Scanned[]>([]);
  const [rejecting, setRejecting] = useState<string>();
  const field = useRef<HTMLInputElement>(null);
  const step = useStep();
  const allowed = modes.filter(
    (each) => each === 'look' || may(each === 'receive' ? 'specimens.receive' : 'specimens.handle'),
  );
  const view = query.get('view') === 'storage' ? 'storage' : 'scan';

  const goToPlace = (rack: string, position: string): void => {
    next.current = { rack, position };
    setPlace(next.current);
  };
  const note = (entry: Omit<Scanned, 'key'>): void =>
    setLog((now) => [{ ...entry, key: (now[0]?.key ?? 0) + 1 }, ...now].slice(0, 200));
  const done = (specimen: Specimen, at?: string): void =>
    note({
      accession: specimen.accession,
      mode,
      name: specimen.patient.name,
      orders: specimen.orders.map((order) => order.code),
      priority: specimen.priority,
      ...(at === undefined ? {} : { place: at }),
    });
  const work = async (accession: string): Promise<void> => {
    try {
      if (mode === 'look') done(await api.get<Specimen>(`/api/specimens/${seg(accession)}`));
      else if (mode === 'store') {
        const free = { rack: next.current.rack.trim(), position: next.current.position.trim() };
        if (free.rack === '') return note({ accession, mode, trouble: t('specimens.rackMissing') });
        done(await step.mutateAsync({ action: mode, accession, ...free }), `${free.rack} / ${free.position}`);
        goToPlace(free.rack, nextPosition(free.position));
      } else if (mode !== 'reject') done(await step.mutateAsync({ action: mode, accession }));
    } catch (thrown) {
      note({ accession, mode, trouble: why(asApiError(thrown)) });
    }
  };
  const take = (text: string): void => {
    const accession = text.trim();
    setTyped('');
    if (accession === '') return;
    goTo(pathOf('specimens', accession), true);
    if (mode === 'reject') setRejecting(accession);
    // One after the other, however fast they are scanned: each takes the place after the one before.
    else queue.current = queue.current.then(() => work(accession));
  };
  useScanTarget(take);
  useCommands(
    allowed.map((each, index) => ({
      combo: String(index + 1),
      label: `mode.${each}`,
      run: () => {
        setMode(each);
        field.current?.focus();
      },
    })),
  );
  useEffect(() => field.current?.focus(), []);
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    take(typed);
  };
  return (
    <div className="specimens">
      <div className="specimens-main">
        <h1 className="unseen">{t('nav.specimens')}</h1>
        <div className="panel-filters">
          {allowed.map((each, index) => (
            <button
              key={each}
              type="button"
              className={`chip mode-${each}`}
              aria-pressed={view === 'scan' && mode === each}
              onClick={() => {
                setMode(each);
                if (view === 'storage') goTo(pathOf('specimens', shown));
                field.current?.focus();
              }}
            >
              <Key combo={String(index + 1)} /> {t(`specimens.mode.${each}`)}
            </button>
          ))}
          <span className="grow" />
          <button
            type="button"
            className="chip"
            aria-pressed={view === 'storage'}
            onClick={() =>
              goTo(pathOf('specimens', shown, undefined, view === 'storage' ? undefined : { view: 'storage' }))
            }
          >
            {t('specimens.storage')}
          </button>
        </div>
        {view === 'storage' ? (
          <StorageMap wanted={query.get('rack') ?? undefined} />
        ) : (
          <>
            <form className={`scan-form mode-${mode}`} onSubmit={submit}>
              <Field label={t(`specimens.scan.${mode}`)} className="grow">
                {(control) => (
                  <input
                    {...control}
                    ref={field}
                    className="input mono scan-field"
                    data-scan=""
                    autoComplete="off"
                    spellCheck={false}
                    maxLength={50}
                    value={typed}
                    onChange={(event) => setTyped(event.target.value)}
                  />
                )}
              </Field>
              {mode === 'store' && (
                <>
                  <Field label={t('specimens.rack')}>
                    {(control) => (
                      <input
                        {...control}
                        className="input"
                        maxLength={100}
                        value={place.rack}
                        onChange={(event) => goToPlace(event.target.value, place.position)}
                      />
                    )}
                  </Field>
                  <Field label={t('specimens.position')}>
                    {(control) => (
                      <input
                        {...control}
                        className="input"
                        maxLength={100}
                        value={place.position}
                        onChange={(event) => goToPlace(place.rack, event.target.value)}
                      />
                    )}
                  </Field>
                </>
              )}
              <button type="submit" className="unseen" tabIndex={-1}>
                {t(`specimens.mode.${mode}`)}
              </button>
            </form>
            <ScanLog log={log} shown={shown} onOpen={(accession) => goTo(pathOf('specimens', accession), true)} />
          </>
        )}
      </div>
      {shown !== undefined && <TubePanel key={shown} accession={shown} onReject={() => setRejecting(shown)} />}
      {rejecting !== undefined && (
        <RejectDialog
          accession={rejecting}
          onClose={() => setRejecting(undefined)}
          onDone={(specimen) => {
            setRejecting(undefined);
            note({
              accession: specimen.accession,
              mode: 'reject',
              name: specimen.patient.name,
              orders: specimen.orders.map((order) => order.code),
              priority: specimen.priority,
            });
          }}
        />
      )}
    </div>
  );
}
