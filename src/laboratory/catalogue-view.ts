import { formulas } from '../domain/formulas.ts';
import type { Collection } from '../store/collection.ts';
import type {
  AnalyteDoc,
  AnalyzerDoc,
  BlockDoc,
  CatalogueDoc,
  DeltaDoc,
  InterferenceDoc,
  MappingDoc,
  PanelDoc,
  RangeDoc,
  VariationDoc,
  WordDoc,
} from '../store/documents.ts';

/** The catalogue as it is now, in memory: what the pipeline asks for every result must not cost a query. */
export interface CatalogueView {
  analyte(code: string): AnalyteDoc | undefined;
  panel(code: string): PanelDoc | undefined;
  analytes(): readonly AnalyteDoc[];
  panels(): readonly PanelDoc[];
  ranges(analyte: string): readonly RangeDoc[];
  deltas(analyte: string): readonly DeltaDoc[];
  variations(): readonly VariationDoc[];
  interferences(analyte: string): readonly InterferenceDoc[];
  /** Stops of verification that are in force. */
  blocks(): readonly BlockDoc[];
  mapping(analyzer: string, hostCode: string): MappingDoc | undefined;
  mappings(analyzer: string): readonly MappingDoc[];
  /** What the catalogue says of a line; lab.yaml stands behind it (laboratory/machines.ts). */
  analyzer(line: string): AnalyzerDoc | undefined;
  words(kind: WordDoc['kind']): readonly WordDoc[];
  /** Every entry of a kind. */
  ofKind(kind: CatalogueDoc['kind']): readonly CatalogueDoc[];
  /**
   * Analyte codes an order code comes to: a panel's members, or the analyte itself; undefined when unknown. Serum indices
   * are not ordered: an analyzer measures them with the rest.
   */
  expand(code: string): readonly string[] | undefined;
  /** Take in an entry that was written (the catalogue's writer calls this after the store has it). */
  put(entry: CatalogueDoc): void;
  remove(id: string): void;
  /** Read everything anew (several nodes: the other one wrote). */
  reload(): Promise<void>;
}

const byOrder = (a: { order: number }, b: { order: number }): number => a.order - b.order;

export async function openCatalogueView(collection: Collection<CatalogueDoc>): Promise<CatalogueView> {
  const entries = new Map<string, CatalogueDoc>();
  let index = build(entries);
  /** A calculated analyte needs its sources measured: they are ordered with it. */
  const withSources = (codes: readonly string[]): readonly string[] => {
    const needed = codes.flatMap((code) => {
      const formula = formulas[index.analytes.get(code)?.formula ?? ''];
      return formula === undefined || formula.standsIn === true ? [] : formula.inputs.map((input) => input.analyte);
    });
    return [...new Set([...codes, ...needed])];
  };
  const isOrdered = (code: string): boolean => {
    const analyte = index.analytes.get(code);
    return analyte !== undefined && analyte.serumIndex === undefined;
  };
  const view: CatalogueView = {
    analyte: (code) => index.analytes.get(code),
    panel: (code) => index.panels.get(code),
    analytes: () => index.analyteList,
    panels: () => index.panelList,
    ranges: (analyte) => index.ranges.get(analyte) ?? [],
    deltas: (analyte) => index.deltas.get(analyte) ?? [],
    variations: () => index.variations,
    interferences: (analyte) => index.interferences.get(analyte) ?? [],
    blocks: () => index.blocks,
    mapping: (analyzer, hostCode) => index.mappings.get(analyzer)?.get(hostCode),
    mappings: (analyzer) => [...(index.mappings.get(analyzer)?.values() ?? [])],
    analyzer: (line) => index.analyzers.get(line),
    words: (kind) => index.words.get(kind) ?? [],
    ofKind: (kind) => [...entries.values()].filter((each) => each.kind === kind),
    expand(code) {
      const panel = index.panels.get(code);
      const ordered = (panel?.analytes ?? [code]).filter(isOrdered);
      return panel === undefined && ordered.length === 0 ? undefined : withSources(ordered);
    },
    put(entry) {
      entries.set(entry._id, entry);
      index = build(entries);
    },
    remove(id) {
      entries.delete(id);
      index = build(entries);
    },
    async reload() {
      const fresh = await collection.find({}).toArray();
      entries.clear();
      for (const entry of fresh) entries.set(entry._id, entry);
      index = build(entries);
    },
  };
  await view.reload();
  return view;
}

function build(entries: ReadonlyMap<string, CatalogueDoc>) {
  const analytes = new Map<string, AnalyteDoc>();
  const panels = new Map<string, PanelDoc>();
  const ranges = new Map<string, RangeDoc[]>();
  const deltas = new Map<string, DeltaDoc[]>();
  const variations: VariationDoc[] = [];
  const interferences = new Map<string, InterferenceDoc[]>();
  const blocks: BlockDoc[] = [];
  const mappings = new Map<string, Map<string, MappingDoc>>();
  const analyzers = new Map<string, AnalyzerDoc>();
  const words = new Map<WordDoc['kind'], WordDoc[]>();
  for (const entry of entries.values()) {
    switch (entry.kind) {
      case 'analyte':
        analytes.set(entry.code, entry);
        break;
      case 'panel':
        panels.set(entry.code, entry);
        break;
      case 'range':
        append(ranges, entry.analyte, entry);
        break;
      case 'delta':
        append(deltas, entry.analyte, entry);
        break;
      case 'block':
        if (entry.lifted === undefined) blocks.push(entry);
        break;
      case 'analyzer':
        analyzers.set(entry.analyzer, entry);
        break;
      case 'interference':
        append(interferences, entry.analyte, entry);
        break;
      case 'variation':
        variations.push(entry);
        break;
      case 'mapping': {
        const line = mappings.get(entry.analyzer) ?? new Map<string, MappingDoc>();
        line.set(entry.hostCode, entry);
        mappings.set(entry.analyzer, line);
        break;
      }
      default:
        append(words, entry.kind, entry);
    }
  }
  for (const list of words.values()) list.sort(byOrder);
  return {
    analytes,
    panels,
    ranges,
    deltas,
    variations,
    interferences,
    blocks,
    mappings,
    analyzers,
    words,
    analyteList: [...analytes.values()].sort(byOrder),
    panelList: [...panels.values()].sort(byOrder),
  };
}

function append<K, V>(map: Map<K, V[]>, key: K, value: V): void {
  const list = map.get(key);
  if (list === undefined) map.set(key, [value]);
  else list.push(value);
}
