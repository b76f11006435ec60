import { catalogue } from '../drivers/catalogue.ts';

const begin = '<!-- analyzers: npm run readme -->\n';
const end = '<!-- end of analyzers -->';

/** The catalogue as README's table. */
export function analyzersTable(): string {
  const rows = [...catalogue]
    .sort((one, other) => (`${one.section} ${one.id}` < `${other.section} ${other.id}` ? -1 : 1))
    .map((driver) => {
      const also = driver.alsoSoldAs === undefined ? '' : ` (also ${driver.alsoSoldAs.join(', ')})`;
      const does = driver.capabilities.join(', ');
      return `| \`${driver.id}\` | ${driver.vendor} ${driver.model}${also} | ${driver.section} | ${driver.protocol} | ${driver.transports.join(', ')} | ${does} | ${driver.evidence} |`;
    });
  return [
    '| Driver | Analyzer | Section | Protocol | Transports | Does | Evidence |',
    '| --- | --- | --- | --- | --- | --- | --- |',
    ...rows,
    '',
  ].join('\n');
}

/** README cut at the marks: what stands before, between and behind them. */
export function cutAtTable(readme: string): { before: string; table: string; after: string } {
  const start = readme.indexOf(begin) + begin.length;
  const stop = readme.indexOf(end, start);
  return { before: readme.slice(0, start), table: readme.slice(start, stop), after: readme.slice(stop) };
}
