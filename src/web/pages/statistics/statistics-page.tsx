import { useMutation, useQuery } from '@tanstack/react-query';
import { api } from '../../api/client.ts';
import { saveTable, type TableForm } from '../../api/tables.ts';
import type { Page } from '../../api/types.ts';
import { Link } from '../../app/link.tsx';
import { goTo, pathOf, useRoute } from '../../app/routes.ts';
import { useMay } from '../../app/session.ts';
import { dayAfter, readDay, startOfDay, today } from '../../format/days.ts';
import { useWords } from '../../i18n/i18n.ts';
import { Button } from '../../parts/button.tsx';
import { DateField } from '../../parts/date-field.tsx';
import { Empty } from '../../parts/empty.tsx';
import { Field } from '../../parts/field.tsx';
import { Trouble } from '../../parts/trouble.tsx';
import { FigureTable } from './figure-table.tsx';
import { LateOnes } from './late-ones.tsx';
import { type StatisticsRow, type StatisticsView, stamps, statisticsViews } from './views.ts';
import './statistics.css';

/** The laboratory's figures over days: what is asked for stands in the address, and goes out as a table as it is shown. */
export function StatisticsPage() {
  const { t } = useWords();
  const { of, query } = useRoute();
  const view = statisticsViews.find((each) => each.name === of) ?? statisticsViews[0];
  if (view === undefined) return null;
  const asked = askedOf(view, query);
  const set = (name: string, value: string): void =>
    goTo(pathOf('statistics', view.name, undefined, { ...asked, [name]: value }), true);
  return (
    <div className="statistics">
      <h1 className="unseen">{t('statistics.title')}</h1>
      <nav className="tabs" aria-label={t('statistics.title')}>
        {statisticsViews.map(({ name }) => (
          <Link
            key={name}
            to={pathOf('statistics', name, undefined, { from: asked.from, to: asked.to })}
            className="chip"
            current={name === view.name}
          >
            {t(`statistics.views.${name}`)}
          </Link>
        ))}
      </nav>
      <div className="statistics-asked">
        {(['from', 'to'] as const).map((name) => (
          <DateField
            key={name}
            label={t(`audit.${name}`)}
            required
            value={asked[name]}
            onChange={(day) => set(name, day)}
          />
        ))}
        <Choice name="by" value={asked.by} options={view.by} onChange={set} />
        {view.name === 'tat' && (
          <>
            <Choice name="start" value={asked.start ?? ''} options={stamps.slice(0, -1)} onChange={set} />
            <Choice name="end" value={asked.end ?? ''} options={stamps.slice(1)} onChange={set} />
          </>
        )}
        <span className="grow" />
        <Export view={view} asked={asked} />
      </div>
      <Figures view={view} asked={asked} />
    </div>
  );
}

type Asked = {
  readonly from: string;
  readonly to: string;
  readonly by: string;
  readonly start?: string;
  readonly end?: string;
};

function askedOf(view: StatisticsView, query: URLSearchParams): Asked {
  const now = today();
  const by = query.get('by');
  return {
    from: readDay(query.get('from') ?? '') ?? now,
    to: readDay(query.get('to') ?? '') ?? now,
    by: by !== null && view.by.includes(by) ? by : (view.by[0] ?? ''),
    ...(view.name === 'tat' ? { start: query.get('start') ?? 'received', end: query.get('end') ?? 'released' } : {}),
  };
}

/** Days of the page, both inclusive, as the instants the API takes: from inclusive, to exclusive. */
const instantsOf = ({ from, to, ...rest }: Asked): Record<string, string> => ({
  ...rest,
  from: startOfDay(from),
  to: startOfDay(dayAfter(to, 1)),
});

function Figures({ view, asked }: { readonly view: StatisticsView; readonly asked: Asked }) {
  const { t } = useWords();
  const may = useMay();
  const figures = useQuery({
    queryKey: ['statistics', view.name, asked],
    queryFn: () => api.get<Page<StatisticsRow>>(`/api/statistics/${view.name}`, instantsOf(asked)),
  });
  const rows = figures.data?.items ?? [];
  return (
    <div className="statistics-rows">
      <Trouble error={figures.error} />
      {figures.isPending && <p className="faint">{t('common.loading')}</p>}
      {figures.isSuccess && rows.length === 0 && (
        <Empty title={t('statistics.empty')} text={t('statistics.emptyText')} />
      )}
      {rows.length > 0 && <FigureTable view={view} by={asked.by} rows={rows} />}
      {view.name === 'tat' && rows.length > 0 && may('results.read') && <LateOnes asked={instantsOf(asked)} />}
    </div>
  );
}

interface ChoiceProps {
  readonly name: 'by' | 'start' | 'end';
  readonly value: string;
  readonly options: readonly string[];
  readonly onChange: (name: string, value: string) => void;
}

function Choice({ name, value, options, onChange }: ChoiceProps) {
  const { t } = useWords();
  return (
    <Field label={t(`statistics.${name}`)}>
      {(control) => (
        <select {...control} className="select" value={value} onChange={(event) => onChange(name, event.target.value)}>
          {options.map((option) => (
            <option key={option} value={option}>
              {t(`statistics.options.${option}`)}
            </option>
          ))}
        </select>
      )}
    </Field>
  );
}

function Export({ view, asked }: { readonly view: StatisticsView; readonly asked: Asked }) {
  const name = `${view.name}-${asked.from}-${asked.to}`;
  const save = useMutation({
    mutationFn: (form: TableForm) => saveTable(`/api/statistics/${view.name}`, instantsOf(asked), form, name),
  });
  return (
    <>
      <Button onClick={() => save.mutate('csv')}>CSV</Button>
      <Button onClick={() => save.mutate('xlsx')}>XLSX</Button>
      <Trouble error={save.error} />
    </>
  );
}
