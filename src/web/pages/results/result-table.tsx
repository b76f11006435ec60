import { Fragment, useState } from 'react';
import { useAnalyzers, usePanels, useWordsOf } from '../../api/queries.ts';
import type { Specimen } from '../../api/types.ts';
import { latestOf, showDay, showWhen } from '../../format/times.ts';
import { useWords } from '../../i18n/i18n.ts';
import type { ResultGroup } from './result-groups.ts';
import { ResultLine } from './result-row.tsx';
import { RunLine } from './run-row.tsx';

interface Props {
  readonly specimen: Specimen;
  readonly groups: readonly ResultGroup[];
  readonly place: string | undefined;
  readonly onPlace: (id: string) => void;
  readonly onChoose: (id: string) => void;
}

const columns = ['analyte', 'value', 'unit', 'flag', 'bar', 'range', 'previous', 'trend', 'note'] as const;

/** The numbers, group by group, in one set of columns. */
export function ResultTable({ specimen, groups, place, onPlace, onChoose }: Props) {
  const { t } = useWords();
  const [open, setOpen] = useState<ReadonlySet<string>>(new Set());
  const toggle = (analyte: string): void =>
    setOpen((before) =>
      before.has(analyte) ? new Set([...before].filter((each) => each !== analyte)) : new Set([...before, analyte]),
    );
  return (
    <table className="results">
      <caption className="unseen">{t('results.table.caption', { accession: specimen.accession })}</caption>
      <colgroup>
        {columns.map((column) => (
          <col key={column} className={`col-${column}`} />
        ))}
      </colgroup>
      <thead className="unseen">
        <tr>
          {columns.map((column) => (
            <th key={column} scope="col">
              {t(`results.table.${column}`)}
            </th>
          ))}
        </tr>
      </thead>
      {groups.map((group) => (
        <tbody key={group.key}>
          <GroupHead group={group} specimen={specimen} />
          {group.rows.map((row) => {
            const candidate = row.others.some((each) => each.state === 'pending' && row.shown.state !== 'pending');
            const shown = open.has(row.shown.analyte) || candidate;
            return (
              <Fragment key={row.shown.analyte}>
                <ResultLine
                  row={row}
                  history={specimen.history[row.shown.analyte] ?? []}
                  placed={row.shown.id === place}
                  runsShown={shown}
                  onPlace={onPlace}
                  onRuns={() => toggle(row.shown.analyte)}
                />
                {shown && row.others.map((run) => <RunLine key={run.id} run={run} onChoose={onChoose} />)}
              </Fragment>
            );
          })}
        </tbody>
      ))}
    </table>
  );
}

function GroupHead({ group, specimen }: { readonly group: ResultGroup; readonly specimen: Specimen }) {
  const { t, locale, nameOf } = useWords();
  const { data: panels = [] } = usePanels();
  const { data: sections = [] } = useWordsOf('sections');
  const { data: lines = [] } = useAnalyzers();
  const title =
    group.panel === undefined
      ? nameOf(sections.find((each) => each.code === group.section)?.name, group.section)
      : nameOf(panels.find((each) => each.code === group.panel)?.name, group.panel);
  const analyzers = group.analyzers.map((id) =>
    id === 'manual' ? t('results.group.byHand') : (lines.find((line) => line.id === id)?.name ?? id),
  );
  const before = latestOf(group.rows.map((row) => row.shown.previous?.at ?? ''));
  const words = [
    analyzers.join(', '),
    showWhen(group.observedAt, locale),
    ...(group.run > 1 ? [t('results.group.run', { n: group.run })] : []),
    ...(group.remarks.length > 0 ? [t('results.group.flags', { flags: group.remarks.join(', ') })] : []),
    t('results.group.qc'),
  ];
  const points = Math.max(0, ...group.rows.map((row) => specimen.history[row.shown.analyte]?.length ?? 0));
  return (
    <tr className="group-head">
      <th colSpan={5} scope="colgroup">
        <h2>{title}</h2> <span className="faint">{words.join(' · ')}</span>
      </th>
      <td className="faint right" colSpan={2}>
        {before !== '' && `${t('results.group.previous')} ${showDay(before)}`}
      </td>
      <td className="faint" colSpan={2}>
        {points > 1 && t('results.group.recent', { n: points })}
      </td>
    </tr>
  );
}
