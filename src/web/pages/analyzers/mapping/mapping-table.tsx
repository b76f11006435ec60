import { useMemo, useState } from 'react';
import { useMappings } from '../../../api/lines.ts';
import { useAnalyteMap, useHeld } from '../../../api/queries.ts';
import type { Held, Mapping } from '../../../api/types.ts';
import { goTo, pathOf } from '../../../app/routes.ts';
import { fold } from '../../../app/search.ts';
import { useMay } from '../../../app/session.ts';
import { useWords } from '../../../i18n/i18n.ts';
import { useCommands } from '../../../keys/use-commands.ts';
import { ScrollBox } from '../../../parts/scroll-box.tsx';
import { Trouble } from '../../../parts/trouble.tsx';
import { MappingDialog } from './mapping-dialog.tsx';

interface Edited {
  readonly hostCode: string;
  readonly mapping: Mapping | undefined;
}

/** What each code of a line means: the codes nobody mapped first, then all. */
export function MappingTable({ line, name }: { readonly line: string; readonly name: string }) {
  const { t, nameOf } = useWords();
  const may = useMay();
  const { data: mappings = [], error } = useMappings(line);
  const { data: held = [] } = useHeld();
  const analytes = useAnalyteMap();
  const [typed, setTyped] = useState('');
  const [editing, setEditing] = useState<Edited>();
  const unmapped = useMemo(() => unmappedCodes(held, line), [held, line]);
  const sought = fold(typed.trim());
  const shown = mappings.filter((each) =>
    [
      each.hostCode,
      each.analyte,
      analytes.get(each.analyte)?.name.vi ?? '',
      analytes.get(each.analyte)?.name.en ?? '',
    ].some((text) => fold(text).includes(sought)),
  );
  useCommands([{ combo: 'Escape', run: () => goTo(pathOf('analyzers', line)) }]);
  const mayEdit = may('catalogue.edit');
  return (
    <div className="line-panel">
      <header className="panel-top">
        <div>
          <h1>{t('analyzers.mapping.title', { analyzer: name })}</h1>
          <p className="soft">{t('analyzers.mapping.explain')}</p>
        </div>
        <input
          type="search"
          className="input"
          aria-label={t('analyzers.mapping.find')}
          placeholder={t('analyzers.mapping.find')}
          value={typed}
          onChange={(event) => setTyped(event.target.value)}
        />
      </header>
      {!mayEdit && <p className="panel-note faint">{t('catalogue.readOnly')}</p>}
      <Trouble error={error} />
      <ScrollBox className="mapping-rows" label={t('analyzers.mapping.title', { analyzer: name })}>
        {unmapped.size > 0 && (
          <div className="unmapped">
            <h2>{t('analyzers.mapping.unmapped')}</h2>
            {[...unmapped].map(([code, count]) => (
              <button
                key={code}
                type="button"
                className="button look"
                disabled={!mayEdit}
                onClick={() => setEditing({ hostCode: code, mapping: mappings.find((each) => each.hostCode === code) })}
              >
                <span className="mono">{code}</span> {t('analyzers.counts.held', { n: count })}
              </button>
            ))}
          </div>
        )}
        <table className="table">
          <thead>
            <tr>
              {(['hostCode', 'analyte', 'unit', 'factor', 'orderCode', 'version'] as const).map((column) => (
                <th key={column}>{t(`analyzers.mapping.${column}`)}</th>
              ))}
            </tr>
          </thead>
          <tbody>
            {shown.map((each) => (
              <tr key={each.id}>
                <td className="mono">
                  {mayEdit ? (
                    <button
                      type="button"
                      className="row-link"
                      onClick={() => setEditing({ hostCode: each.hostCode, mapping: each })}
                    >
                      {each.hostCode}
                    </button>
                  ) : (
                    each.hostCode
                  )}
                </td>
                <td>
                  {each.ignored === true ? (
                    <span className="badge quiet">{t('analyzers.mapping.ignoredShort')}</span>
                  ) : (
                    <>
                      {nameOf(analytes.get(each.analyte)?.name, each.analyte)}{' '}
                      <span className="faint mono">{each.analyte}</span>
                    </>
                  )}
                </td>
                <td>{each.unit}</td>
                <td>{each.factor}</td>
                <td className="mono">{each.orderCode}</td>
                <td className="soft">{t('analyzers.mapping.revision', { n: each.version })}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </ScrollBox>
      <div className="panel-actions no-print">
        {mayEdit && (
          <button type="button" className="button" onClick={() => setEditing({ hostCode: '', mapping: undefined })}>
            {t('analyzers.mapping.add')}
          </button>
        )}
        <button type="button" className="button" onClick={() => saveCsv(line, mappings)}>
          {t('analyzers.mapping.csv')}
        </button>
      </div>
      {editing !== undefined && (
        <MappingDialog
          line={line}
          hostCode={editing.hostCode}
          mapping={editing.mapping}
          messages={messagesOf(held, line, editing.hostCode)}
          onClose={() => setEditing(undefined)}
        />
      )}
    </div>
  );
}

/** Codes of a line that are held because nobody said what they mean, with how many times. */
function unmappedCodes(held: readonly Held[], line: string): ReadonlyMap<string, number> {
  const codes = new Map<string, number>();
  for (const item of held) {
    if (item.analyzer !== line || item.hostCode === undefined) continue;
    codes.set(item.hostCode, (codes.get(item.hostCode) ?? 0) + 1);
  }
  return codes;
}

const messagesOf = (held: readonly Held[], line: string, hostCode: string): readonly string[] => [
  ...new Set(held.filter((item) => item.analyzer === line && item.hostCode === hostCode).map((item) => item.message)),
];

/** The table as a spreadsheet reads it; cells that would be formulas are written as text. */
function saveCsv(line: string, mappings: readonly Mapping[]): void {
  const cell = (text: string): string => `"${(/^[=+\-@\t\r]/.test(text) ? `'${text}` : text).replaceAll('"', '""')}"`;
  const rows = [
    ['hostCode', 'analyte', 'unit', 'factor', 'orderCode', 'decimalComma', 'ignored', 'version'],
    ...mappings.map((each) => [
      each.hostCode,
      each.analyte,
      each.unit ?? '',
      each.factor ?? '',
      each.orderCode ?? '',
      String(each.decimalComma ?? false),
      String(each.ignored ?? false),
      String(each.version),
    ]),
  ];
  const text = `\uFEFF${rows.map((row) => row.map(cell).join(',')).join('\r\n')}\r\n`;
  const address = URL.createObjectURL(new Blob([text], { type: 'text/csv;charset=utf-8' }));
  const link = document.createElement('a');
  link.href = address;
  link.download = `mapping-${line}.csv`;
  link.click();
  URL.revokeObjectURL(address);
}
