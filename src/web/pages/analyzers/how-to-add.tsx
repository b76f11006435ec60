import { Link } from '../../app/link.tsx';
import { pathOf } from '../../app/routes.ts';
import { useWords } from '../../i18n/i18n.ts';
import { Empty } from '../../parts/empty.tsx';

const example = `analyzers:
  - { id: xn-1,   driver: sysmex/xn-1000,   tcp: { listen: 6001, host: 0.0.0.0, from: [10.0.0.0/24] } }
  - { id: bc-1,   driver: mindray/bc-5380,  tcp: { connect: "10.0.0.7:5100" } }
  - { id: c311-1, driver: roche/cobas-c311, serial: { path: /dev/ttyUSB0, baudRate: 9600 } }`;

/** How an analyzer comes in: what to write where. `first`: the laboratory has none yet. */
export function HowToAdd({ first = false }: { readonly first?: boolean }) {
  const { t } = useWords();
  const steps = (
    <div className="how-to-add">
      <p>{t('analyzers.empty.text')}</p>
      <h2>{t('analyzers.empty.example')}</h2>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls */}
      <pre className="mono" tabIndex={0}>
        {example}
      </pre>
      <p className="faint">{t('analyzers.empty.drivers')}</p>
      <p>
        <Link to={pathOf('analyzers', undefined, undefined, { view: 'kit' })}>{t('analyzers.kit')}</Link>
      </p>
    </div>
  );
  if (!first) return steps;
  return (
    <div className="grow">
      <h1 className="unseen">{t('analyzers.title')}</h1>
      <Empty title={t('analyzers.empty.title')}>{steps}</Empty>
    </div>
  );
}
