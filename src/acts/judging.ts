import { startingSource } from '../domain/catalogue/entries.ts';
import { checkDelta, rulesInForce } from '../domain/delta.ts';
import { evaluate } from '../domain/evaluate.ts';
import type { AlertCode } from '../domain/ids.ts';
import { type Interference, indicesFor, interferenceWith } from '../domain/interference.ts';
import { type MixUpOutcome, mixUpIndex, mixUpLimit } from '../domain/mix-up.ts';
import { readTypedValue } from '../domain/value.ts';
import type { Laboratory } from '../laboratory/context.ts';
import type { ObservationDoc, PatientDoc, SerumIndexDoc, SpecimenDoc } from '../store/documents.ts';
import type { PreviousValue } from './previous.ts';

/** What the rules look at in an observation. */
type Judged = Pick<
  ObservationDoc,
  'analyte' | 'analyzer' | 'value' | 'comparator' | 'unit' | 'sent' | 'calculatedFrom'
> & { readonly made?: string; readonly refused?: boolean };

/** What the rules say of an observation. */
export type Judgement = Pick<ObservationDoc, 'flags' | 'alerts' | 'referenceRange' | 'critical' | 'rules' | 'previous'>;

/** Judge one value by the laboratory's rules as they are now: range, flags, critical, absurd, delta, calculation. */
export function judge(
  lab: Laboratory,
  draft: Judged,
  specimen: Pick<SpecimenDoc, 'collectedAt' | 'pregnant'>,
  patient: PatientDoc | null,
  previous: PreviousValue | undefined,
): Judgement {
  const analyte = lab.catalogue.analyte(draft.analyte);
  const evaluation = evaluate(
    draft,
    draft.sent.flags,
    {
      valueKind: analyte?.valueKind ?? 'qualitative',
      expected: analyte?.expected,
      absurd: analyte?.absurd,
      ranges: lab.catalogue.ranges(draft.analyte),
    },
    {
      sex: patient?.sex ?? 'unknown',
      birthDate: patient?.birthDate ?? '',
      collectedAt: specimen.collectedAt,
      zone: lab.config.lab.timeZone,
      analyzer: draft.analyzer,
      pregnant: specimen.pregnant === true,
      method: analyte?.method,
    },
  );
  const delta = deltaOf(lab, draft, specimen.collectedAt, previous);
  const alerts: AlertCode[] = [
    ...evaluation.alerts,
    ...(delta.beyond ? (['delta'] as const) : []),
    ...(draft.refused === true ? (['not-calculated'] as const) : []),
  ];
  const made = draft.made === undefined ? [] : [{ rule: 'calculated', outcome: draft.made }];
  return {
    ...evaluation,
    alerts,
    rules: [...made, ...evaluation.rules, ...delta.rules],
    ...(previous === undefined ? {} : { previous }),
  };
}

function deltaOf(
  lab: Laboratory,
  draft: Judged,
  collectedAt: string,
  previous: PreviousValue | undefined,
): { beyond: boolean; rules: { rule: string; outcome: string }[] } {
  if (previous === undefined) return { beyond: false, rules: [] };
  const stored = lab.catalogue
    .deltas(draft.analyte)
    .map((rule) => ({ ...rule, starting: rule.source === startingSource }));
  const outcomes = rulesInForce(stored).flatMap((rule) => {
    const found = checkDelta(
      rule,
      { value: draft.value, comparator: draft.comparator, unit: draft.unit, at: collectedAt },
      { ...readTypedValue(previous.value), unit: previous.unit, at: previous.at },
    );
    return found === null ? [] : [found];
  });
  return {
    beyond: outcomes.some((each) => each.beyond),
    rules: outcomes.map(({ outcome }) => ({ rule: 'delta', outcome: `${outcome} (${previous.accession})` })),
  };
}

/** Older values than this say little of who a person is: children grow, illness goes on. */
const comparedWithinMs = 365 * 86_400_000;

/**
 * Look at a whole draw for a mix-up of patients: its pending observations with the alert set on each or on none, and the
 * values compared among the rules of each. A draw of which a suspected value was verified all the same stays suspected.
 */
export function withMixUp(
  lab: Laboratory,
  specimen: Pick<SpecimenDoc, 'collectedAt'>,
  observations: readonly ObservationDoc[],
): ObservationDoc[] {
  const outcome = mixUpIndex(pairsOf(specimen, observations), lab.catalogue.variations());
  const verified = observations.some(
    (each) =>
      each.current && (each.state === 'verified' || each.state === 'released') && each.alerts.includes('mix-up'),
  );
  const suspected = outcome?.suspected === true || verified;
  if (outcome === null && !suspected && !observations.some((each) => each.alerts.includes('mix-up'))) {
    return [...observations];
  }
  const words = wordsOf(outcome);
  return observations.map((each) => (each.state === 'pending' ? marked(each, suspected, words) : each));
}

function pairsOf(specimen: Pick<SpecimenDoc, 'collectedAt'>, observations: readonly ObservationDoc[]) {
  return observations.flatMap((each) => {
    const { previous } = each;
    if (!each.current || each.origin === 'calculated' || previous === undefined || previous.unit !== each.unit)
      return [];
    if (each.state === 'rejected' || each.state === 'withdrawn' || each.comparator !== undefined) return [];
    if (Date.parse(specimen.collectedAt) - Date.parse(previous.at) > comparedWithinMs) return [];
    return [{ analyte: each.analyte, now: each.value, before: previous.value }];
  });
}

function wordsOf(outcome: MixUpOutcome | null): string {
  if (outcome === null) return 'too few values to compare';
  const { index, suspected, compared } = outcome;
  const values = compared.map((each) => `${each.analyte} ${each.now} against ${each.before}`).join(', ');
  return `index ${index.toFixed(2)}, ${suspected ? 'beyond' : 'within'} ${mixUpLimit}: ${values}`;
}

/**
 * Look at what waits beside the indices of the specimen: the alert on each value that is disturbed and on what is calculated
 * from one, and what was compared among its rules. No value changes; what was verified is left as it is.
 */
export function withInterference(
  lab: Laboratory,
  indices: readonly SerumIndexDoc[],
  observations: readonly ObservationDoc[],
): ObservationDoc[] {
  if (indices.length === 0) return [...observations];
  const measured = observations.map((each) => {
    if (each.state !== 'pending' || each.origin === 'calculated') return each;
    const own = indicesFor(indices, each.observedAt);
    return disturbed(each, interferenceWith(lab.catalogue.interferences(each.analyte), own));
  });
  const affected = new Map(measured.filter(isDisturbed).map(({ _id, analyte }) => [_id, analyte]));
  return measured.map((each) => {
    if (each.state !== 'pending' || each.origin !== 'calculated') return each;
    const sources = (each.calculatedFrom ?? []).flatMap((id) => affected.get(id) ?? []);
    const outcomes = sources.map((source) => `calculated from ${source}, which is disturbed`);
    return disturbed(each, { affected: outcomes.length > 0, outcomes });
  });
}

const isDisturbed = ({ alerts }: ObservationDoc): boolean => alerts.includes('interference');

/** The observation with or without the alert; the same document where nothing differs. */
function disturbed(observation: ObservationDoc, { affected, outcomes }: Interference): ObservationDoc {
  const known = observation.rules.filter(({ rule }) => rule === 'interference').map(({ outcome }) => outcome);
  if (isDisturbed(observation) === affected && known.join() === outcomes.join()) return observation;
  const alerts = observation.alerts.filter((alert) => alert !== 'interference');
  return {
    ...observation,
    alerts: affected ? [...alerts, 'interference'] : alerts,
    rules: [
      ...observation.rules.filter(({ rule }) => rule !== 'interference'),
      ...outcomes.map((outcome) => ({ rule: 'interference', outcome })),
    ],
  };
}

/** Alerts that are of the whole draw: what one value is judged by does not lift them. */
const drawAlerts: readonly AlertCode[] = ['mix-up', 'interference'];

/** A new judgement of a value with what stands of its draw. */
export function withDrawOf(old: ObservationDoc, judged: Judgement): Judgement {
  const ofDraw = (name: string): boolean => drawAlerts.some((alert) => alert === name);
  return {
    ...judged,
    alerts: [...judged.alerts, ...old.alerts.filter(ofDraw)],
    rules: [...judged.rules, ...old.rules.filter(({ rule }) => ofDraw(rule))],
  };
}

/** Alerts that come of the value itself and of whose it is. */
export const ownAlerts = (alerts: readonly AlertCode[]): AlertCode[] =>
  alerts.filter((alert) => !drawAlerts.includes(alert));

/** The observation with or without the alert; the same document where nothing changes that a person must see. */
function marked(observation: ObservationDoc, suspected: boolean, words: string): ObservationDoc {
  const has = observation.alerts.includes('mix-up');
  const known = observation.rules.find((each) => each.rule === 'mix-up');
  if (has === suspected && (known?.outcome === words || observation.version > 1)) return observation;
  const alerts = observation.alerts.filter((alert) => alert !== 'mix-up');
  return {
    ...observation,
    alerts: suspected ? [...alerts, 'mix-up'] : alerts,
    rules: [...observation.rules.filter((each) => each.rule !== 'mix-up'), { rule: 'mix-up', outcome: words }],
  };
}
