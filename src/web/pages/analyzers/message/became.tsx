import { useQueries, useQuery } from '@tanstack/react-query';
import { useEffect, useMemo, useRef } from 'react';
import { api, seg } from '../../../api/client.ts';
import { specimenQuery, useAnalyteMap } from '../../../api/queries.ts';
import type { Explain, MessageObservation, MessageView, Observation, Span } from '../../../api/types.ts';
import { Link } from '../../../app/link.tsx';
import { pathOf } from '../../../app/routes.ts';
import { useMay } from '../../../app/session.ts';
import { showDecimal, showRange, showValue } from '../../../format/numbers.ts';
import { useWords } from '../../../i18n/i18n.ts';
import { overlaps } from './bytes.ts';

interface Props {
  readonly message: MessageView;
  readonly lit: Span | undefined;
  readonly onValue: (span: Span) => void;
}

/** A specimen's page tells more; of a message with very many, the first ones are read. */
const mostSpecimens = 12;

/** What became of each value: our observation, a held item, a control value, or nothing and why. */
export function Became({ message, lit, onValue }: Props) {
  const { t } = useWords();
  const filed = useFiled(message);
  const table = useRef<HTMLTableElement>(null);
  const chosen = lit === undefined ? -1 : message.observations.findIndex((each) => overlaps(each.span, lit));
  // biome-ignore lint/correctness/useExhaustiveDependencies: another choice scrolls there
  useEffect(() => {
    table.current?.querySelector('tr.chosen')?.scrollIntoView({ block: 'nearest' });
  }, [chosen]);
  if (message.observations.length === 0) return <p className="panel-note faint">{t(nothingWords(message))}</p>;
  return (
    <table ref={table} className="table became">
      <thead className="unseen">
        <tr>
          {(['name', 'value', 'unit', 'flags', 'sent', 'became'] as const).map((column) => (
            <th key={column}>{t(`analyzers.message.columns.${column}`)}</th>
          ))}
        </tr>
      </thead>
      <tbody>
        {message.observations.map((value, index) => (
          <ValueRow
            // biome-ignore lint/suspicious/noArrayIndexKey: values of one message never move
            key={index}
            message={message}
            value={value}
            observation={value.id === undefined ? undefined : filed.get(value.id)}
            chosen={lit !== undefined && overlaps(value.span, lit)}
            onValue={onValue}
          />
        ))}
      </tbody>
    </table>
  );
}

function nothingWords(message: MessageView): string {
  if (message.direction === 'out') return 'analyzers.message.ours';
  if (message.kind === 'query') return 'analyzers.message.question';
  return 'analyzers.message.nothing';
}

function useFiled(message: MessageView): ReadonlyMap<string, Observation> {
  const may = useMay();
  const accessions = useMemo(() => {
    const filed = message.observations.filter((each) => each.id !== undefined);
    return [...new Set(filed.flatMap((each) => each.accession ?? []))].slice(0, mostSpecimens);
  }, [message]);
  const specimens = useQueries({
    queries: accessions.map((accession) => ({
      ...specimenQuery(accession),
      enabled: may('results.read'),
      retry: false,
    })),
  });
  const observations = specimens.flatMap((each) => each.data?.observations ?? []);
  return new Map(observations.map((each) => [each.id, each]));
}

interface RowProps {
  readonly message: MessageView;
  readonly value: MessageObservation;
  readonly observation: Observation | undefined;
  readonly chosen: boolean;
  readonly onValue: (span: Span) => void;
}

function ValueRow({ message, value, observation, chosen, onValue }: RowProps) {
  const { t, nameOf, locale, known } = useWords();
  const analytes = useAnalyteMap();
  const flags = observation?.flags ?? [];
  const critical = flags.some((flag) => flag === 'HH' || flag === 'LL');
  return (
    <tr className={chosen ? 'chosen' : undefined}>
      <td>
        <button type="button" className="became-name" onClick={() => onValue(value.span)}>
          {nameOf(analytes.get(value.analyte ?? '')?.name, value.hostCode)}{' '}
          <span className="faint mono">{value.hostCode}</span>
        </button>
      </td>
      <td className={`became-value ${critical ? 'red' : ''}`}>
        {observation === undefined ? '' : showValue(observation.value, observation.comparator, locale)}
      </td>
      <td className="soft">{observation?.unit}</td>
      <td>
        {flags.map((flag) => (
          <span
            key={flag}
            className={`badge ${/^(HH|LL)$/.test(flag) ? 'critical' : /^[HLA]$/.test(flag) ? 'warn' : 'quiet'}`}
          >
            {flag}
          </span>
        ))}
      </td>
      <td className="soft">
        {showValue(value.value, value.comparator, locale)} {value.unit}
        {chosen && value.id !== undefined && <Way id={value.id} />}
      </td>
      <td className="right">
        {observation !== undefined && value.accession !== undefined ? (
          <Link to={pathOf('results', value.accession)}>
            <span className="mono">{value.accession}</span> ·{' '}
            {known(`results.state.${observation.state}`, observation.state)}
          </Link>
        ) : (
          <span className="faint">{t(`analyzers.message.${fateOf(message, value)}`)}</span>
        )}
      </td>
    </tr>
  );
}

/** Why a value is no observation. */
function fateOf(message: MessageView, value: MessageObservation): 'filed' | 'qc' | 'held' | 'refused' | 'aside' {
  if (value.id !== undefined) return 'filed';
  if (message.kind === 'qc') return 'qc';
  const open = message.held.filter((item) => item.state === 'open');
  if (open.some((item) => item.hostCode === value.hostCode || item.hostCode === undefined)) return 'held';
  return value.analyte === undefined ? 'aside' : 'refused';
}

/** How the number came about: factor and range, as they were when it was made. */
function Way({ id }: { readonly id: string }) {
  const { t, locale } = useWords();
  const { data } = useQuery({
    queryKey: ['explain', id],
    queryFn: () => api.get<Explain>(`/api/observations/${seg(id)}/explain`),
    retry: false,
  });
  if (data === undefined) return null;
  const factor = data.conversion?.factor;
  const range = data.range ?? undefined;
  return (
    <span>
      {factor !== undefined && ` × ${showDecimal(factor, locale)}`}
      {range !== undefined && ` · ${t('analyzers.message.range', { range: showRange(range, locale) })}`}
      {data.mapping !== null &&
        data.mapping !== undefined &&
        ` · ${t('analyzers.mapping.revisionUsed', { n: data.mapping.revision })}`}
    </span>
  );
}
