import { useMutation } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { api, asApiError } from '../../../api/client.ts';
import { useAnalyteMap } from '../../../api/queries.ts';
import { goTo, pathOf } from '../../../app/routes.ts';
import { useMay } from '../../../app/session.ts';
import { useWords } from '../../../i18n/i18n.ts';
import { useCommands } from '../../../keys/use-commands.ts';
import { Field } from '../../../parts/field.tsx';
import { ScrollBox } from '../../../parts/scroll-box.tsx';
import { Trouble } from '../../../parts/trouble.tsx';
import './kit.css';
import type { Capture, Proposal } from './proposal.ts';
import { readCapture } from './read-capture.ts';

/** An analyzer that nobody has written yet: from what it said once, a driver is proposed, looked at, and kept. */
export function KitPanel() {
  const { t } = useWords();
  const may = useMay();
  const [capture, setCapture] = useState<Capture>();
  const propose = useMutation({ mutationFn: (sent: Capture) => api.post<Proposal>('/api/drivers/proposals', sent) });
  const save = useMutation({
    mutationFn: (sent: Capture & { readonly replace?: boolean }) => api.post<Proposal>('/api/drivers', sent),
  });
  useCommands([{ combo: 'Escape', run: () => goTo(pathOf('analyzers')) }]);
  const proposal = save.data ?? propose.data;
  const exists = save.error !== null && asApiError(save.error).code === 'DRIVER_EXISTS';
  return (
    <div className="line-panel">
      <header className="panel-top">
        <div>
          <h1>{t('kit.title')}</h1>
          <p className="soft">{t('kit.explain')}</p>
        </div>
      </header>
      {may('catalogue.edit') ? (
        <>
          <CaptureForm
            pending={propose.isPending}
            onCapture={(sent) => {
              setCapture(sent);
              save.reset();
              propose.mutate(sent);
            }}
          />
          <Trouble error={propose.error} />
          {proposal !== undefined && propose.error === null && <Proposed proposal={proposal} />}
          <span className="grow" />
          {proposal !== undefined && capture !== undefined && propose.error === null && (
            <div className="panel-actions">
              {save.isSuccess ? (
                <Kept driver={proposal.driver} />
              ) : (
                <button
                  type="button"
                  className="button primary"
                  disabled={save.isPending}
                  onClick={() => save.mutate(exists ? { ...capture, replace: true } : capture)}
                >
                  {t(exists ? 'kit.replace' : 'kit.save', { driver: proposal.driver })}
                </button>
              )}
              {save.error !== null && <Trouble error={save.error} />}
            </div>
          )}
        </>
      ) : (
        <p className="panel-note">{t('kit.ask')}</p>
      )}
    </div>
  );
}

interface FormProps {
  readonly pending: boolean;
  readonly onCapture: (capture: Capture) => void;
}

function CaptureForm({ pending, onCapture }: FormProps) {
  const { t } = useWords();
  const [file, setFile] = useState<File>();
  const [vendor, setVendor] = useState('');
  const [model, setModel] = useState('');
  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    if (file === undefined) return;
    onCapture({
      capture: await readCapture(file),
      name: file.name.slice(0, 120),
      ...(vendor.trim() === '' ? {} : { vendor: vendor.trim() }),
      ...(model.trim() === '' ? {} : { model: model.trim() }),
    });
  };
  return (
    <form className="kit-form" onSubmit={(event) => void submit(event)}>
      <Field label={t('kit.file')} hint={t('kit.fileHint')} className="grow">
        {(control) => (
          <input
            {...control}
            type="file"
            className="kit-file"
            required
            onChange={(event) => setFile(event.target.files?.[0])}
          />
        )}
      </Field>
      <Field label={t('kit.vendor')}>
        {(control) => (
          <input
            {...control}
            className="input"
            maxLength={60}
            value={vendor}
            onChange={(event) => setVendor(event.target.value)}
          />
        )}
      </Field>
      <Field label={t('kit.model')}>
        {(control) => (
          <input
            {...control}
            className="input"
            maxLength={60}
            value={model}
            onChange={(event) => setModel(event.target.value)}
          />
        )}
      </Field>
      <button type="submit" className="button" disabled={file === undefined || pending}>
        {t('kit.propose')}
      </button>
    </form>
  );
}

function Proposed({ proposal }: { readonly proposal: Proposal }) {
  const { t, known } = useWords();
  const { driver, protocol, section, rows, observations, attachments, held } = proposal;
  return (
    <ScrollBox className="kit-proposal" label={t('kit.proposal', { driver })}>
      <h2>
        <span className="mono">{driver}</span>{' '}
        <span className="faint">
          {protocol} · {known(`results.sections.${section}`, section)}
        </span>
      </h2>
      <p>{t('kit.account', { rows, observations, attachments, held })}</p>
      <Notes title={t('kit.unknown')} notes={proposal.unknown} className="violet" />
      <Notes title={t('kit.found')} notes={proposal.found} />
      <Codes proposal={proposal} />
      <Sample proposal={proposal} />
    </ScrollBox>
  );
}

function Notes({
  title,
  notes,
  className,
}: {
  readonly title: string;
  readonly notes: readonly string[];
  readonly className?: string;
}) {
  if (notes.length === 0) return null;
  return (
    <section className="kit-notes">
      <h3 className={className}>{title}</h3>
      <ul lang="en">
        {notes.map((note) => (
          <li key={note}>{note}</li>
        ))}
      </ul>
    </section>
  );
}

function Codes({ proposal }: { readonly proposal: Proposal }) {
  const { t, nameOf } = useWords();
  const analytes = useAnalyteMap();
  return (
    <section className="kit-notes">
      <h3>{t('kit.codes', { n: proposal.codes.length })}</h3>
      <table className="table">
        <thead>
          <tr>
            {(['code', 'times', 'unit', 'analyte', 'why'] as const).map((column) => (
              <th key={column} className={column === 'times' ? 'right' : undefined}>
                {t(`kit.columns.${column}`)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {proposal.codes.map((code) => (
            <tr key={code.hostCode}>
              <td>
                <span className="mono">{code.hostCode}</span> <span className="faint">{code.name}</span>
              </td>
              <td className="right">{code.count}</td>
              <td>{code.units.join(', ')}</td>
              <td>
                {code.analyte === undefined ? (
                  <span className="badge look">{t('kit.open')}</span>
                ) : (
                  <>
                    {nameOf(analytes.get(code.analyte)?.name, code.analyte)}{' '}
                    <span className="faint mono">{code.loinc}</span>
                  </>
                )}
              </td>
              <td className="soft" lang="en">
                {code.why}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

function Sample({ proposal }: { readonly proposal: Proposal }) {
  const { t } = useWords();
  if (proposal.sample.length === 0) return null;
  return (
    <section className="kit-notes">
      <h3>{t('kit.sample')}</h3>
      <table className="table">
        <tbody>
          {proposal.sample.map((value, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: the same code may stand twice
            <tr key={index}>
              <td className="mono">{value.accession ?? '–'}</td>
              <td className="mono">{value.hostCode}</td>
              <td className="right">
                <b>{value.value}</b>
              </td>
              <td>{value.unit}</td>
              <td className="soft">{value.flags.join(' ')}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

function Kept({ driver }: { readonly driver: string }) {
  const { t } = useWords();
  return (
    <p role="status">
      {t('kit.kept', { driver })}{' '}
      <code className="mono">{`- { id: ${driver.split('/')[1] ?? 'line'}-1, driver: ${driver}, tcp: { listen: 6001 } }`}</code>
    </p>
  );
}
