import { useQuery } from '@tanstack/react-query';
import { api, seg } from '../../api/client.ts';
import { useAnalyteMap, useAnalyzers } from '../../api/queries.ts';
import type { Explain, Observation } from '../../api/types.ts';
import { Link } from '../../app/link.tsx';
import { pathOf } from '../../app/routes.ts';
import { showDecimal, showRange, showUnit, showValue } from '../../format/numbers.ts';
import { showSeconds, showWhen } from '../../format/times.ts';
import { useWords } from '../../i18n/i18n.ts';
import { useCommands } from '../../keys/use-commands.ts';
import { Trouble } from '../../parts/trouble.tsx';
import { sayOutcome, sayRangeReason } from './rule-words.ts';
import { WireRecord } from './wire-record.tsx';

/** `Why?`: the way a number came, from its bytes to its receivers, each step with what decided it. */
export function WhyPanel({
  observation,
  onClose,
}: {
  readonly observation: Observation;
  readonly onClose: () => void;
}) {
  const { t, locale, nameOf } = useWords();
  const analytes = useAnalyteMap();
  useCommands([{ combo: 'Escape', run: onClose }]);
  const { data: way, error } = useQuery({
    queryKey: ['explain', observation.id, observation.version],
    queryFn: () => api.get<Explain>(`/api/observations/${seg(observation.id)}/explain`),
  });
  const name = nameOf(analytes.get(observation.analyte)?.name, observation.analyte);
  const value = showValue(observation.value, observation.comparator, locale);
  return (
    <aside className="why" aria-label={t('results.actions.why')}>
      <header className="sheet-head">
        <h3>{t('results.why.title', { analyte: name, value, unit: showUnit(observation.unit) })}</h3>
        <button type="button" className="button plain small" onClick={onClose} aria-label={t('common.close')}>
          ✕
        </button>
      </header>
      <Trouble error={error} />
      {way !== undefined && <Steps way={way} observation={observation} />}
    </aside>
  );
}

function Steps({ way, observation }: { readonly way: Explain; readonly observation: Observation }) {
  const { t, locale, known, nameOf } = useWords();
  const analytes = useAnalyteMap();
  const range = way.range ?? undefined;
  const limits = observation.critical;
  const rules = (way.rules ?? []).filter(({ rule }) => !['range', 'flags', 'critical', 'qc'].includes(rule));
  const qc = (way.rules ?? []).find(({ rule }) => rule === 'qc');
  return (
    <dl className="way">
      <Origin way={way} observation={observation} />
      {way.mapping !== undefined && way.mapping !== null && (
        <Step name={t('results.why.mapping')}>
          {t('results.why.mappingText', {
            hostCode: way.mapping.hostCode,
            analyte: nameOf(analytes.get(way.mapping.analyte)?.name, way.mapping.analyte),
            revision: way.mapping.revision,
          })}
          {observation.loinc !== undefined && <span className="soft"> · LOINC {observation.loinc}</span>}
        </Step>
      )}
      <Step name={t('results.why.unit')}>
        <Conversion way={way} observation={observation} />
      </Step>
      <Step name={t('results.why.range')}>
        {range === undefined || (range.low === undefined && range.high === undefined)
          ? t('results.why.noRange', { reason: sayRangeReason(range?.reason ?? '', t) })
          : `${showRange(range, locale)}: ${sayRangeReason(range.reason, t)}`}
      </Step>
      {limits !== undefined && (
        <Step name={t('results.why.critical')}>
          {[
            ...(limits.low === undefined ? [] : [t('results.why.below', { limit: showDecimal(limits.low, locale) })]),
            ...(limits.high === undefined ? [] : [t('results.why.above', { limit: showDecimal(limits.high, locale) })]),
          ].join(' · ')}{' '}
          {observation.alerts.includes('critical') && <b className="red">{t('results.why.criticalNow')}</b>}
        </Step>
      )}
      {observation.previous !== undefined && !rules.some(({ rule }) => rule === 'delta') && (
        <Step name={t('results.why.previous')}>
          {t('results.why.previousText', {
            value: showDecimal(observation.previous.value, locale),
            at: showWhen(observation.previous.at, locale),
            accession: observation.previous.accession,
          })}
        </Step>
      )}
      {rules.map(({ rule, outcome }) => (
        <Step key={rule} name={known(`results.rules.${rule}`, rule)}>
          {sayOutcome(rule, outcome, t, locale)}
        </Step>
      ))}
      <Step name={t('results.why.qc')}>{qc === undefined ? t('results.why.qcNone') : qc.outcome}</Step>
      {(way.acts ?? []).length > 0 && (
        <Step name={t('results.why.acts')}>
          <ul>
            {(way.acts ?? []).map((act) => (
              <li key={`${act.at}${act.action}`}>
                {known(`audit.actions.${act.action}`, act.action)}: {act.actor}, {showWhen(act.at, locale)}
                {act.reason !== undefined && <span className="soft"> · {act.reason}</span>}
              </li>
            ))}
          </ul>
        </Step>
      )}
      {(way.deliveries ?? []).length > 0 && (
        <Step name={t('results.why.deliveries')}>
          <ul>
            {(way.deliveries ?? []).map((delivery) => (
              <li key={`${delivery.recipient}${delivery.version ?? ''}`}>
                {delivery.recipient}: {known(`deliveries.state.${delivery.state}`, delivery.state)}
                {delivery.at !== undefined && `, ${showWhen(delivery.at, locale)}`}
              </li>
            ))}
          </ul>
        </Step>
      )}
    </dl>
  );
}

function Origin({ way, observation }: { readonly way: Explain; readonly observation: Observation }) {
  const { t, locale } = useWords();
  const { data: lines = [] } = useAnalyzers();
  const message = way.message?.id;
  if (message === undefined) {
    return (
      <Step name={t('results.why.wire')}>
        {observation.origin === 'manual'
          ? t('results.why.byHand', { by: observation.enteredBy ?? '' })
          : t(`results.origin.${observation.origin}`)}
        , {showWhen(observation.receivedAt, locale)}
      </Step>
    );
  }
  const span = way.span ?? undefined;
  return (
    <Step name={t('results.why.wire')}>
      {t('results.why.wireText', {
        analyzer: lines.find((line) => line.id === observation.analyzer)?.name ?? observation.analyzer,
        at: showSeconds(observation.receivedAt, locale),
        message: message.replace(/^.*-0*(?=\d)/, ''),
        from: span?.[0] ?? '',
        to: span?.[1] ?? '',
      })}{' '}
      {span !== undefined && <WireRecord message={message} span={span} />}
      <Link
        to={pathOf(
          'analyzers',
          observation.analyzer,
          message,
          span === undefined ? undefined : { span: span.join('-') },
        )}
      >
        {t('results.why.open')}
      </Link>
    </Step>
  );
}

function Conversion({ way, observation }: { readonly way: Explain; readonly observation: Observation }) {
  const { t, locale } = useWords();
  const unit = showUnit(observation.unit);
  const value = showDecimal(observation.value, locale);
  if (way.conversion === null || way.conversion === undefined) return t('results.why.sameUnit', { value, unit });
  return t('results.why.converted', {
    sent: showDecimal(observation.sent.value, locale),
    sentUnit: observation.sent.unit,
    factor: showDecimal(way.conversion.factor, locale),
    value,
    unit,
  });
}

function Step({ name, children }: { readonly name: string; readonly children: React.ReactNode }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}
