import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useMemo, useRef, useState } from 'react';
import { ApiError, asApiError } from '../../api/client.ts';
import { usePanels, useSpecimen } from '../../api/queries.ts';
import type { AlertCode, Observation, Specimen } from '../../api/types.ts';
import { useDecides, useMay, useMe } from '../../app/session.ts';
import { say } from '../../app/toasts.tsx';
import { useWords } from '../../i18n/i18n.ts';
import type { Command } from '../../keys/commands.ts';
import { useCommands } from '../../keys/use-commands.ts';
import { Trouble } from '../../parts/trouble.tsx';
import { AcknowledgeSheet } from './acknowledge-sheet.tsx';
import { ActionBar, type BarActs } from './action-bar.tsx';
import { useActs, type VerifyWords } from './acts.ts';
import { BlockBanner, BlockSheet, useStopped } from './blocks.tsx';
import { ChangedSheet } from './changed-sheet.tsx';
import { type Change, changesBetween } from './changes.ts';
import { AmendSheet, WithdrawSheet } from './correct-sheets.tsx';
import { DemographicsBanner } from './demographics-banner.tsx';
import { EnterSheet } from './enter-sheet.tsx';
import { InterferencePart } from './interference-part.tsx';
import { CommentSheet, HoldSheet, RepeatSheet, useJudgingWords } from './judge-sheets.tsx';
import { useLeftFor } from './left-for.ts';
import { NotRegistered } from './list-states.tsx';
import { OrderGaps } from './order-gaps.tsx';
import { PregnancySheet } from './pregnancy-sheet.tsx';
import { RejectedBanner } from './rejected-banner.tsx';
import { ReportsSheet } from './reports-sheet.tsx';
import { groupResults } from './result-groups.ts';
import { ResultTable } from './result-table.tsx';
import { Slip } from './slip.tsx';
import { SpecimenHead } from './specimen-head.tsx';
import { cleanOf, isForDoctor, pendingOf, takenOf } from './waiting.ts';
import { WhyPanel } from './why-panel.tsx';

/** A verification that was refused after the page had gone on: what was seen then, and why. */
export interface Refused {
  readonly seen: Specimen;
  readonly error: ApiError;
}

interface Props {
  readonly accession: string;
  readonly refused: Refused | undefined;
  /** Specimens are chosen in the list: `V` means them. */
  readonly onVerifyChosen: (() => void) | undefined;
  /** Verify and go on to the next specimen at once. */
  readonly onVerifyClean: (seen: Specimen, observations: readonly Observation[]) => void;
  readonly onNext: () => void;
}

export function SpecimenPane(props: Props) {
  const { data: specimen, error } = useSpecimen(props.accession);
  if (specimen !== undefined) return <OpenSpecimen {...props} specimen={specimen} />;
  if (error instanceof ApiError && error.status === 404) return <NotRegistered accession={props.accession} />;
  return <Trouble error={error} />;
}

type SheetKind =
  | 'acknowledge'
  | 'repeat'
  | 'hold'
  | 'comment'
  | 'enter'
  | 'reports'
  | 'amend'
  | 'withdraw'
  | 'block'
  | 'pregnancy';

/** What came in less than this ago has not been seen: a key pressed in the same moment does not mean it. */
const seenAfterMs = 700;

function OpenSpecimen({
  specimen,
  refused,
  onVerifyChosen,
  onVerifyClean,
  onNext,
}: Props & { readonly specimen: Specimen }) {
  const { t, why: wordsOf } = useWords();
  const may = useMay();
  const decides = useDecides();
  const leftFor = useLeftFor();
  const me = useMe();
  const acts = useActs();
  const queries = useQueryClient();
  const { data: panels = [] } = usePanels();
  useJudgingWords();
  const groups = useMemo(() => groupResults(specimen, panels), [specimen, panels]);
  const shown = groups.flatMap((group) => group.rows.map((row) => row.shown));
  const [place, setPlace] = useState<string>();
  const [sheet, setSheet] = useState<SheetKind>();
  const [why, setWhy] = useState(false);
  const [busy, setBusy] = useState(0);
  const { changes, accept } = useChanges(specimen, refused);
  const arrivals = useArrivals(specimen);
  const isStopped = useStopped(specimen);
  const taken = takenOf(specimen, decides).filter((observation) => !isStopped(observation));
  const at = shown.find((each) => each.id === place);
  const concerned = at === undefined ? takenOf(specimen, decides) : [at];
  const first = at ?? shown.find(decides) ?? shown[0];

  const perform = async (work: Promise<void>): Promise<void> => {
    setBusy((count) => count + 1);
    try {
      await work;
    } finally {
      const now = queries.getQueryData<Specimen>(['specimen', specimen.accession]) ?? specimen;
      setBusy((count) => count - 1);
      accept(now);
      arrivals.see(now);
    }
  };
  /** The same from a sheet, which goes when it is done; one that was opened since stays. */
  const finish = async (kind: SheetKind, work: Promise<void>): Promise<void> => {
    await perform(work);
    setSheet((open) => (open === kind ? undefined : open));
  };
  const each = async (act: (observation: Observation) => Promise<void>): Promise<void> => {
    for (const observation of concerned) await act(observation);
  };
  const quiet = (work: Promise<void>): void => {
    perform(work).catch((thrown: unknown) => say(wordsOf(asApiError(thrown)), { tone: 'trouble', seconds: 8 }));
  };
  const sayNothing = (otherwise: 'nothingClean' | 'nothingPending'): void => {
    const waiting = pendingOf(specimen);
    const left = waiting.some(decides) ? null : leftFor(waiting);
    if (left === null) say(t(`results.actions.${waiting.length === 0 ? 'nothingPending' : otherwise}`));
    else say(t('results.actions.notYours', { sections: left.sections }));
  };
  const changed = busy === 0 && changes.length > 0;

  const bar: BarActs = {
    verifyClean: () => {
      if (onVerifyChosen !== undefined) return onVerifyChosen();
      if (changed) return;
      const clean = cleanOf(specimen, decides).filter(
        (observation) => !arrivals.isNew(observation.id) && !isStopped(observation),
      );
      if (clean.length === 0) {
        sayNothing('nothingClean');
        return;
      }
      if (clean.some((observation) => observation.enteredBy === me.username)) setSheet('acknowledge');
      else onVerifyClean(specimen, clean);
    },
    verifyAll: () => {
      if (changed) return;
      if (taken.length === 0) sayNothing('nothingPending');
      else setSheet('acknowledge');
    },
    repeat: () => {
      if (concerned.some((observation) => observation.state === 'pending')) setSheet('repeat');
      else sayNothing('nothingPending');
    },
    hold: () => {
      const held = (at === undefined ? pendingOf(specimen).filter(decides) : [at]).filter(
        (observation) => observation.hold !== undefined,
      );
      if (held.length > 0) {
        quiet(Promise.all(held.map((observation) => acts.unhold(observation))).then(() => undefined));
      } else if (concerned.some((observation) => observation.state === 'pending')) setSheet('hold');
      else sayNothing('nothingPending');
    },
    comment: () => {
      if (first !== undefined) setSheet('comment');
    },
    why: () => {
      if (first === undefined) return;
      setPlace(first.id);
      setWhy((open) => !open);
    },
    enter: () => setSheet('enter'),
    print: () => {
      if (specimen.reports.length > 0) window.print();
      else say(t('results.slip.notReleased'));
    },
    amend: () => {
      if (at?.state === 'released') setSheet('amend');
      else say(t('results.amend.first'));
    },
    withdraw: () => {
      if (specimen.reports.length > 0) setSheet('withdraw');
      else say(t('results.withdraw.nothing'));
    },
    block: () => {
      if (first !== undefined) setSheet('block');
    },
    release: () => {
      const verified = specimen.observations.filter(isForDoctor);
      const own = verified.filter(decides);
      const some = own.length > 0 && own.length < verified.length;
      quiet(acts.release(specimen.accession, some ? own : undefined));
    },
  };
  useCommands(
    may('specimens.handle') && specimen.patient.sex !== 'male'
      ? [{ combo: 'T', label: 'pregnancy', run: () => setSheet('pregnancy') }]
      : [],
  );
  usePaneKeys({ bar, shown, place, onPlace: setPlace, twoLevels: me.laboratory.verification.length > 1 });

  const verifyAll = async (acknowledge: readonly AlertCode[], words: VerifyWords): Promise<void> => {
    await finish('acknowledge', acts.verify(specimen.accession, taken, acknowledge, words));
    onNext();
  };
  const mixup = shown.some((observation) => observation.alerts.includes('mix-up') && observation.state === 'pending');
  return (
    <section className="specimen" aria-label={t('results.specimenOf', { accession: specimen.accession })}>
      <SpecimenHead
        specimen={specimen}
        onReports={() => setSheet('reports')}
        onPregnancy={may('specimens.handle') ? () => setSheet('pregnancy') : undefined}
      />
      <div className="specimen-body no-print">
        <div className="numbers">
          <BlockBanner specimen={specimen} />
          <DemographicsBanner specimen={specimen} />
          {specimen.rejection !== undefined && (specimen.state === 'rejected' || specimen.state === 'disposed') && (
            <RejectedBanner specimen={specimen} />
          )}
          <InterferencePart specimen={specimen} />
          {mixup && <p className="mixup">{t('results.mixup')}</p>}
          <ResultTable
            specimen={specimen}
            groups={groups}
            place={place}
            onPlace={setPlace}
            onChoose={(id) => {
              const run = specimen.observations.find((observation) => observation.id === id);
              if (run !== undefined) quiet(acts.choose(run));
            }}
          />
          <OrderGaps specimen={specimen} />
        </div>
        {why && first !== undefined && <WhyPanel observation={first} onClose={() => setWhy(false)} />}
      </div>
      <div className="sheets no-print">
        {changed ? (
          <ChangedSheet changes={changes} onClose={() => accept(specimen)} />
        ) : (
          <>
            {refused !== undefined && changes.length === 0 && sheet === undefined && <Trouble error={refused.error} />}
            {sheet === 'acknowledge' && (
              <AcknowledgeSheet taken={taken} onClose={() => setSheet(undefined)} onVerify={verifyAll} />
            )}
            {sheet === 'repeat' && (
              <RepeatSheet
                concerned={concerned}
                onClose={() => setSheet(undefined)}
                onDone={(reason) =>
                  finish(
                    'repeat',
                    each((observation) => acts.repeat(observation, reason)),
                  )
                }
              />
            )}
            {sheet === 'hold' && (
              <HoldSheet
                concerned={concerned}
                onClose={() => setSheet(undefined)}
                onDone={(reason) =>
                  finish(
                    'hold',
                    each((observation) => acts.hold(observation, reason)),
                  )
                }
              />
            )}
            {sheet === 'comment' && first !== undefined && (
              <CommentSheet
                concerned={[first]}
                onClose={() => setSheet(undefined)}
                onDone={(text) => finish('comment', acts.comment(first, text))}
              />
            )}
            {sheet === 'enter' && (
              <EnterSheet
                specimen={specimen}
                onClose={() => setSheet(undefined)}
                onEnter={(values) => finish('enter', acts.enter(specimen.accession, values))}
              />
            )}
            {sheet === 'amend' && at !== undefined && (
              <AmendSheet
                observation={at}
                onClose={() => setSheet(undefined)}
                onAmend={(value, reason) => finish('amend', acts.amend(at, value, reason))}
              />
            )}
            {sheet === 'withdraw' && (
              <WithdrawSheet
                observation={at?.state === 'released' ? at : undefined}
                onClose={() => setSheet(undefined)}
                onWithdraw={(whole, reason) =>
                  finish(
                    'withdraw',
                    whole || at === undefined
                      ? acts.withdrawAll(specimen.accession, reason)
                      : acts.withdraw(at, reason),
                  )
                }
              />
            )}
            {sheet === 'block' && first !== undefined && (
              <BlockSheet observation={first} onClose={() => setSheet(undefined)} />
            )}
            {sheet === 'pregnancy' && (
              <PregnancySheet
                specimen={specimen}
                onClose={() => setSheet(undefined)}
                onSay={(pregnant, reason) =>
                  finish('pregnancy', acts.sayPregnant(specimen.accession, pregnant, reason))
                }
              />
            )}
            {sheet === 'reports' && <ReportsSheet reports={specimen.reports} onClose={() => setSheet(undefined)} />}
          </>
        )}
      </div>
      <ActionBar
        specimen={specimen}
        held={(at === undefined ? pendingOf(specimen).filter(decides) : [at]).some(
          (observation) => observation.hold !== undefined,
        )}
        acts={bar}
      />
      {may('reports.read') && <Slip specimen={specimen} />}
    </section>
  );
}

/** What differs from what the person has seen, until it is accepted. */
function useChanges(specimen: Specimen, refused: Refused | undefined) {
  const [seen, setSeen] = useState<Specimen>(refused?.seen ?? specimen);
  const [settled, setSettled] = useState<Refused>();
  const open = refused !== undefined && refused !== settled;
  const differing = changesBetween(open ? refused.seen : seen, specimen);
  const changes = differing.length === 0 && open ? namedByServer(refused, specimen) : differing;
  const accept = (now: Specimen): void => {
    setSeen(now);
    setSettled(refused);
  };
  return { changes, accept };
}

/** A stale page whose values look the same (someone commented, held or let go): what the server names. */
function namedByServer({ seen, error }: Refused, now: Specimen): readonly Change[] {
  if (error.status !== 409) return [];
  const details: unknown = error.details;
  if (typeof details !== 'object' || details === null || !('observations' in details)) return [];
  const { observations } = details;
  const ids: readonly unknown[] = Array.isArray(observations) ? observations : [];
  return now.observations
    .filter((each) => ids.includes(each.id))
    .map((each) => ({
      id: each.id,
      analyte: each.analyte,
      before: seen.observations.find((other) => other.id === each.id),
      now: each,
    }));
}

interface Arrivals {
  readonly isNew: (id: string) => boolean;
  /** What came by the person's own act has been seen. */
  readonly see: (specimen: Specimen) => void;
}

/** Tells what arrived on the open page in this very moment. */
function useArrivals(specimen: Specimen): Arrivals {
  const since = useRef<Map<string, number>>(undefined);
  useEffect(() => {
    const first = since.current === undefined;
    since.current ??= new Map();
    for (const { id } of specimen.observations) {
      if (!since.current.has(id)) since.current.set(id, first ? 0 : Date.now());
    }
  }, [specimen]);
  return {
    isNew: (id) => Date.now() - (since.current?.get(id) ?? 0) < seenAfterMs,
    see: ({ observations }) => {
      for (const { id } of observations) since.current?.set(id, 0);
    },
  };
}

interface PaneKeys {
  readonly bar: BarActs;
  readonly shown: readonly Observation[];
  readonly place: string | undefined;
  readonly onPlace: (id: string | undefined) => void;
  readonly twoLevels: boolean;
}

function usePaneKeys({ bar, shown, place, onPlace, twoLevels }: PaneKeys): void {
  const may = useMay();
  const move = (by: 1 | -1): void => {
    const now = shown.findIndex((each) => each.id === place);
    const next = shown[Math.min(shown.length - 1, Math.max(0, now + by))];
    if (next !== undefined) onPlace(next.id);
  };
  const verify: readonly Command[] = may('results.verify')
    ? [
        { combo: 'V', label: 'verifyClean', run: bar.verifyClean },
        { combo: 'Shift+V', label: 'verifyAll', run: bar.verifyAll },
      ]
    : [];
  const judge: readonly Command[] = may('results.judge')
    ? [
        { combo: 'R', label: 'repeat', run: bar.repeat },
        { combo: 'H', label: 'hold', run: bar.hold },
        { combo: 'C', label: 'comment', run: bar.comment },
      ]
    : [];
  useCommands([
    ...verify,
    ...judge,
    { combo: 'E', label: 'why', run: bar.why },
    ...(may('results.enter') ? [{ combo: 'N', label: 'enter', run: bar.enter }] : []),
    { combo: 'I', label: 'print', run: bar.print },
    ...(may('results.amend') ? [{ combo: 'A', label: 'amend', run: bar.amend }] : []),
    ...(may('results.withdraw') ? [{ combo: 'W', label: 'withdraw', run: bar.withdraw }] : []),
    ...(may('results.block') ? [{ combo: 'B', label: 'block', run: bar.block }] : []),
    ...(twoLevels && may('results.release') ? [{ combo: 'L', label: 'release', run: bar.release }] : []),
    { combo: 'ArrowRight', label: 'into', run: () => onPlace(place ?? shown[0]?.id) },
  ]);
  useCommands(
    place === undefined
      ? []
      : [
          { combo: 'ArrowDown', run: () => move(1), repeats: true },
          { combo: 'ArrowUp', run: () => move(-1), repeats: true },
          { combo: 'ArrowLeft', label: 'out', run: () => onPlace(undefined) },
        ],
  );
}
