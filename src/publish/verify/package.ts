import type { X509Certificate } from 'node:crypto';
import { unzipSync } from 'fflate';
import { checkSeal, type PartKind, partEndings, sealEnding } from '../referral/seal.ts';
import type { WrittenObject } from '../signing/json.ts';
import { checkBundle } from './bundle.ts';
import { Broken } from './cms.ts';
import { checkPdf } from './pdf.ts';
import { broken, type Verdict } from './verdict.ts';

/** One report of a package whose every part holds. */
export interface PackagedReport {
  readonly id: string;
  readonly bundle: WrittenObject;
  readonly parts: Readonly<Record<PartKind, Uint8Array>>;
  readonly signer: Verdict['signatures'][number];
}

export interface CheckedPackage {
  readonly verdict: Verdict;
  /** Empty unless the package is intact. */
  readonly reports: readonly PackagedReport[];
}

const mostBytes = 500_000_000;
const mostFiles = 10_000;

export const isPackage = (raw: Uint8Array): boolean => raw[0] === 0x50 && raw[1] === 0x4b;

/**
 * Check a referral package: a ZIP with the signed Bundle, the signed PDF, the XML and the summary of each report, bound
 * together by a seal. Every part must hold and none may be missing or added.
 */
export function checkPackage(raw: Uint8Array, anchors: readonly X509Certificate[], now: Date): CheckedPackage {
  try {
    const reports = groupsOf(unzip(raw));
    const judged = [...reports].map(([id, parts]) => judge(id, parts, anchors, now));
    const wrong = judged.find(({ verdict }) => !verdict.intact) ?? judged.find(({ verdict }) => !verdict.trusted);
    const intact = judged.every(({ verdict }) => verdict.intact);
    return {
      verdict: {
        kind: 'package',
        intact,
        trusted: intact && judged.every(({ verdict }) => verdict.trusted),
        signatures: distinct(judged.flatMap(({ verdict }) => verdict.signatures)),
        ...(wrong?.verdict.reason === undefined ? {} : { reason: `${wrong.id}: ${wrong.verdict.reason}` }),
        parts: judged.map(({ id, verdict }) => ({ name: id, ...verdict })),
      },
      reports: intact ? judged.flatMap(({ report }) => (report === null ? [] : [report])) : [],
    };
  } catch (thrown) {
    const reason = thrown instanceof Broken ? thrown.message : 'it is not a referral package';
    return { verdict: broken('package', reason), reports: [] };
  }
}

function unzip(raw: Uint8Array): Map<string, Uint8Array> {
  const seen = new Set<string>();
  let total = 0;
  const files = unzipSync(raw, {
    filter({ name, originalSize }) {
      total += originalSize;
      if (seen.has(name)) throw new Broken(`${name} stands in it twice`);
      if (total > mostBytes || seen.size >= mostFiles) throw new Broken('it is too large');
      seen.add(name);
      return true;
    },
  });
  return new Map(Object.entries(files));
}

type Parts = Map<string, Uint8Array>;
const endings: readonly string[] = [...Object.values(partEndings), sealEnding].sort((a, b) => b.length - a.length);

/** Files by report; one that belongs to none is a part nobody signed. */
function groupsOf(files: Map<string, Uint8Array>): Map<string, Parts> {
  const groups = new Map<string, Parts>();
  for (const [name, content] of files) {
    const ending = endings.find((each) => name.endsWith(each));
    if (ending === undefined) throw new Broken(`${name} is not a signed part`);
    const id = name.slice(0, -ending.length);
    const parts = groups.get(id) ?? new Map<string, Uint8Array>();
    parts.set(ending, content);
    groups.set(id, parts);
  }
  if (groups.size === 0) throw new Broken('it is empty');
  return groups;
}

function judge(
  id: string,
  parts: Parts,
  anchors: readonly X509Certificate[],
  now: Date,
): { id: string; verdict: Verdict; report: PackagedReport | null } {
  try {
    const take = (ending: string): Uint8Array => {
      const content = parts.get(ending);
      if (content === undefined) throw new Broken(`${id}${ending} is missing`);
      return content;
    };
    const forms = {
      document: take(partEndings.document),
      vi: take(partEndings.vi),
      xml: take(partEndings.xml),
      summary: take(partEndings.summary),
    } satisfies Record<PartKind, Uint8Array>;
    const { verdict, bundle } = checkBundle(forms.document, anchors, now);
    const pdf = checkPdf(forms.vi, anchors, now);
    if (bundle === null || !pdf.intact) return { id, verdict: verdict.intact ? pdf : verdict, report: null };
    if (reportIdOf(bundle) !== id) throw new Broken('the Bundle is of another report');
    if (!holdsPdf(bundle, forms.vi)) throw new Broken('the PDF is not the one in the Bundle');
    const seal = checkSeal(take(sealEnding), id, forms, anchors, now);
    const signatures = distinct([...verdict.signatures, ...pdf.signatures, seal.found]);
    const reason = verdict.reason ?? pdf.reason ?? seal.reason;
    const [signer] = signatures;
    return {
      id,
      verdict: {
        kind: 'package',
        intact: true,
        trusted: verdict.trusted && pdf.trusted && seal.trusted,
        signatures,
        ...(reason === undefined ? {} : { reason }),
      },
      report: signer === undefined ? null : { id, bundle, parts: forms, signer },
    };
  } catch (thrown) {
    const reason = thrown instanceof Broken ? thrown.message : 'it can not be read';
    return { id, verdict: broken('package', reason), report: null };
  }
}

function reportIdOf(bundle: WrittenObject): string | undefined {
  const { identifier } = bundle;
  return typeof identifier === 'object' && identifier !== null && 'value' in identifier
    ? String(identifier.value)
    : undefined;
}

/** The signed PDF stands in the Bundle, as one of its strings, exactly. */
function holdsPdf(bundle: WrittenObject, pdf: Uint8Array): boolean {
  const wanted = Buffer.from(pdf).toString('base64');
  const within = (value: unknown): boolean =>
    value === wanted || (typeof value === 'object' && value !== null && Object.values(value).some(within));
  return within(bundle.entry);
}

function distinct(signatures: readonly Verdict['signatures'][number][]): Verdict['signatures'] {
  const byName = new Map(signatures.map((each) => [`${each.signer}\n${each.authority ?? ''}`, each]));
  return [...byName.values()];
}
