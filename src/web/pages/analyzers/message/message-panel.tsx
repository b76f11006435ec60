import { useCallback, useEffect, useMemo, useState } from 'react';
import { useMessage } from '../../../api/lines.ts';
import type { MessageView, Span } from '../../../api/types.ts';
import { Link } from '../../../app/link.tsx';
import { goTo, pathOf } from '../../../app/routes.ts';
import { useMay } from '../../../app/session.ts';
import { showSeconds, showWhen } from '../../../format/times.ts';
import { useWords } from '../../../i18n/i18n.ts';
import { useCommands } from '../../../keys/use-commands.ts';
import { Button } from '../../../parts/button.tsx';
import { Key } from '../../../parts/key.tsx';
import { Trouble } from '../../../parts/trouble.tsx';
import { Became } from './became.tsx';
import { ByteView } from './byte-view.tsx';
import { framesOf, fromBase64, spanFinder, within } from './bytes.ts';
import { Records } from './records.tsx';
import { ReplayDialog } from './replay-dialog.tsx';
import { litSpan, type Selection, selectionAt, selectionOf, stepField, stepRecord } from './selection.ts';

interface Props {
  readonly line: string;
  readonly id: string;
  /** The arrows are the message's, not the list's. */
  readonly inside: boolean;
  readonly onInside: (inside: boolean) => void;
}

/** One message whole: what it says, its bytes, what became of it. */
export function MessagePanel({ line, id, inside, onInside }: Props) {
  const { t } = useWords();
  const { data: message, error } = useMessage(id);
  if (error !== null)
    return (
      <div className="message-panel">
        <Trouble error={error} />
      </div>
    );
  if (message === undefined) return <p className="loading">{t('common.loading')}</p>;
  return <Whole key={id} line={line} message={message} inside={inside} onInside={onInside} />;
}

function Whole({ line, message, inside, onInside }: Omit<Props, 'id'> & { readonly message: MessageView }) {
  const { t } = useWords();
  const may = useMay();
  const raw = useMemo(() => fromBase64(message.raw), [message.raw]);
  const { records } = message;
  const [selection, setSelection] = useState<Selection>();
  const [replaying, setReplaying] = useState(false);
  const lit = litSpan(records, selection);
  const near = selection === undefined ? undefined : records[selection.record]?.span;
  const isValue = useMemo(() => spanFinder(message.observations.map((each) => each.span)), [message]);
  const choose = useCallback(
    (next: Selection | undefined): void => {
      onInside(next !== undefined);
      setSelection(next);
    },
    [onInside],
  );
  useEffect(() => {
    if (inside) setSelection((now) => now ?? { record: 0, field: undefined });
  }, [inside]);
  const replay = message.direction === 'in' && may('messages.replay') ? () => setReplaying(true) : undefined;
  useCommands([
    ...(inside
      ? [
          {
            combo: 'ArrowDown',
            label: 'nextMessage',
            repeats: true,
            run: () => choose(stepRecord(records, selection, 1)),
          },
          { combo: 'ArrowUp', repeats: true, run: () => choose(stepRecord(records, selection, -1)) },
          { combo: 'ArrowRight', label: 'into', repeats: true, run: () => choose(stepField(records, selection, 1)) },
          { combo: 'ArrowLeft', label: 'out', repeats: true, run: () => choose(stepField(records, selection, -1)) },
          { combo: 'Escape', run: () => choose(undefined) },
        ]
      : []),
    ...(replay === undefined ? [] : [{ combo: 'P', label: 'replay', run: replay }]),
    { combo: 'M', label: 'mapping', run: () => goTo(pathOf('analyzers', line, undefined, { view: 'mapping' })) },
  ]);
  return (
    <section className="message-panel" aria-label={t('analyzers.message.title', { id: shortId(message.id) })}>
      <Head message={message} raw={raw} />
      <div className="message-body">
        <SectionHead title={t('analyzers.message.records')} hint={t('analyzers.message.recordsHint')} />
        <Records records={records} isValue={isValue} selection={selection} onSelect={choose} />
        <SectionHead
          title={t('analyzers.message.bytes')}
          hint={<BytesHint raw={raw} lit={lit} records={message.records} selection={selection} />}
        />
        <ByteView raw={raw} lit={lit} near={near} onByte={(at) => choose(selectionAt(records, at))} />
        <SectionHead title={t('analyzers.message.became')} hint={t('analyzers.message.becameHint')} />
        <div className="message-became">
          <Faults message={message} onFault={(at) => choose(selectionAt(records, at))} />
          <Held message={message} />
          <Answers line={line} message={message} />
          <Became message={message} lit={lit} onValue={(span: Span) => choose(selectionOf(records, span))} />
        </div>
      </div>
      <div className="panel-actions no-print">
        {replay !== undefined && (
          <Button combo="P" onClick={replay}>
            {t('analyzers.message.replay')}
          </Button>
        )}
        <Button combo="M" onClick={() => goTo(pathOf('analyzers', line, undefined, { view: 'mapping' }))}>
          {t('analyzers.message.mapping')}
        </Button>
        <Button onClick={() => download(raw, message.id)}>{t('analyzers.message.download')}</Button>
        <span className="grow" />
        {inside && (
          <span className="faint">
            <Key combo="Escape" /> {t('analyzers.message.toList')}
          </span>
        )}
      </div>
      {replaying && <ReplayDialog message={message} onClose={() => setReplaying(false)} />}
    </section>
  );
}

const shortId = (id: string): string => String(Number(id.slice(id.lastIndexOf('-') + 1)) || id);

function SectionHead({ title, hint }: { readonly title: string; readonly hint: React.ReactNode }) {
  return (
    <h2 className="message-head">
      {title} <span className="faint">{hint}</span>
    </h2>
  );
}

function Head({ message, raw }: { readonly message: MessageView; readonly raw: Uint8Array }) {
  const { t, locale, known } = useWords();
  const frames = useMemo(() => framesOf(raw), [raw]);
  const wrong = frames.filter((frame) => !frame.right).length;
  const facts = [
    message.analyzer,
    message.driver,
    `${showWhen(message.at, locale).split(' ').slice(0, -1).join(' ')} ${showSeconds(message.at, locale)}`.trim(),
    t('analyzers.message.size', { n: raw.length }),
    ...(frames.length > 0
      ? [t('analyzers.message.frames', { n: frames.length }), t('analyzers.message.checksums', { n: wrong })]
      : []),
    ...(message.controlId === undefined ? [] : [t('analyzers.message.controlId', { id: message.controlId })]),
  ];
  return (
    <header className="panel-top">
      <div>
        <h1>
          {t('analyzers.message.title', { id: shortId(message.id) })}{' '}
          <span className="faint small">
            {t(`analyzers.message.${message.direction}`)} · {known(`analyzers.kind.${message.kind}`, message.kind)}
          </span>
        </h1>
        <p className="soft">{facts.join(' · ')}</p>
      </div>
      <span className={`message-state ${message.state}`}>
        {known(`analyzers.state.${message.state}`, message.state)}
      </span>
    </header>
  );
}

interface HintProps {
  readonly raw: Uint8Array;
  readonly lit: Span | undefined;
  readonly records: MessageView['records'];
  readonly selection: Selection | undefined;
}

/** Which bytes are lit, in which field and frame. */
function BytesHint({ raw, lit, records, selection }: HintProps) {
  const { t } = useWords();
  const frames = useMemo(() => framesOf(raw), [raw]);
  if (lit === undefined) return <>{t('analyzers.message.bytesHint')}</>;
  const field = selection?.field === undefined ? undefined : records[selection.record]?.fields[selection.field]?.name;
  const frame = frames.find((each) => within(lit[0], each.span));
  const words = [
    ...(field === undefined ? [] : [field]),
    t('analyzers.message.bytesOf', { from: lit[0], to: lit[1] - 1 }),
    ...(frame === undefined
      ? []
      : [
          t('analyzers.message.frame', { n: frame.number }),
          t(frame.right ? 'analyzers.message.checksumRight' : 'analyzers.message.checksumWrong', {
            sum: frame.checksum,
          }),
        ]),
  ];
  return <>{words.join(' · ')}</>;
}

function Faults({ message, onFault }: { readonly message: MessageView; readonly onFault: (at: number) => void }) {
  const { t, known } = useWords();
  if (message.faults.length === 0) return null;
  return (
    <ul className="message-list-notes" aria-label={t('analyzers.message.faults')}>
      {message.faults.map((fault, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the same fault may stand twice
        <li key={index}>
          <button type="button" className="badge warn" onClick={() => onFault(fault.at)}>
            {t('analyzers.message.atByte', { at: fault.at })}
          </button>{' '}
          {known(`analyzers.faults.${fault.code}`, fault.code)}{' '}
          {fault.detail !== undefined && <span className="faint">{fault.detail}</span>}
        </li>
      ))}
    </ul>
  );
}

function Held({ message }: { readonly message: MessageView }) {
  const { t, known } = useWords();
  if (message.held.length === 0) return null;
  return (
    <ul className="message-list-notes" aria-label={t('held.title')}>
      {message.held.map((item) => (
        <li key={item.id}>
          <Link to={pathOf('held', item.id)}>
            <span className={`badge ${item.state === 'open' ? 'look' : 'quiet'}`}>
              {item.state === 'open'
                ? t('held.title')
                : known(`held.resolution.${item.resolution?.action}`, t('held.resolved'))}
            </span>{' '}
            {known(`held.reasons.${item.reason}`, item.reason)}
          </Link>{' '}
          <span className="faint">{[item.hostCode, item.accession].filter(Boolean).join(' · ')}</span>
        </li>
      ))}
    </ul>
  );
}

/** A question and its answers lead to each other. */
function Answers({ line, message }: { readonly line: string; readonly message: MessageView }) {
  const { t } = useWords();
  const others = message.answers === undefined ? message.replies : [message.answers];
  if (others.length === 0) return null;
  return (
    <p className="panel-note">
      {t(message.answers === undefined ? 'analyzers.message.replies' : 'analyzers.message.answers')}{' '}
      {others.map((id) => (
        <Link key={id} to={pathOf('analyzers', line, id)}>
          {t('analyzers.message.title', { id: shortId(id) })}{' '}
        </Link>
      ))}
    </p>
  );
}

function download(raw: Uint8Array, id: string): void {
  const address = URL.createObjectURL(new Blob([new Uint8Array(raw)], { type: 'application/octet-stream' }));
  const link = document.createElement('a');
  link.href = address;
  link.download = `${id}.bin`;
  link.click();
  URL.revokeObjectURL(address);
}
