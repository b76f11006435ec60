import { readFile } from 'node:fs/promises';
import { reportId } from '../../acts/reports.ts';
import type { Laboratory } from '../../laboratory/context.ts';
import { nameOfLine } from '../../laboratory/machines.ts';
import type { ReportDoc } from '../../store/documents.ts';
import type { BothLanguages, EarlierValue, Letterhead, PaperContent, PaperLanguage } from './content.ts';

/** Earlier values shown with one analyte, and reports looked through for them. */
const mostEarlier = 8;
const mostReports = 40;

/** Everything the printed form of a report version says, but what only its signing knows. */
export async function gatherPaper(
  lab: Laboratory,
  report: ReportDoc,
  language: PaperLanguage,
): Promise<Omit<PaperContent, 'code' | 'signer'>> {
  const before =
    report.version === 1
      ? null
      : await lab.collections.reports.findOne({ _id: reportId(report.accession, report.version - 1) });
  const type = lab.catalogue.words('specimen-type').find(({ code }) => code === report.specimen.type);
  return {
    report,
    language,
    timeZone: lab.config.lab.timeZone,
    letterhead: await letterheadOf(lab),
    people: await namesOf(lab, report),
    analyzers: Object.fromEntries(
      lab.config.analyzers.map((line) => [line.id, nameOfLine(lab, line.id) ?? modelOf(line.driver)]),
    ),
    panels: wordsBy(lab.catalogue.panels()),
    sections: wordsBy(lab.catalogue.words('section')),
    history: await historyOf(lab, report),
    ...(type === undefined ? {} : { specimenType: type.name }),
    ...(before === null ? {} : { replaces: { version: before.version, issued: before.issued } }),
  };
}

const wordsBy = (entries: readonly { code: string; name: BothLanguages }[]): Record<string, BothLanguages> =>
  Object.fromEntries(entries.map(({ code, name }) => [code, name]));

/** `cobas-c311` of `roche/cobas-c311`. */
const modelOf = (driver: string): string => driver.slice(driver.indexOf('/') + 1);

async function letterheadOf(lab: Laboratory): Promise<Letterhead> {
  const { hospital, name, address, phone, logo } = lab.config.lab;
  return {
    name,
    ...(hospital === undefined ? {} : { hospital }),
    ...(address === undefined ? {} : { address }),
    ...(phone === undefined ? {} : { phone }),
    ...(logo === undefined ? {} : await readLogo(lab, logo)),
  };
}

/** A logo that can't be read costs the picture, never the report. */
async function readLogo(lab: Laboratory, file: string): Promise<{ logo?: Uint8Array }> {
  try {
    const logo = await readFile(file);
    const isPicture =
      logo.subarray(0, 4).toString('hex') === '89504e47' || logo.subarray(0, 2).toString('hex') === 'ffd8';
    if (isPicture) return { logo: new Uint8Array(logo) };
    lab.log.warn({ file }, 'the logo is neither PNG nor JPEG; reports are printed without it');
  } catch (thrown) {
    lab.log.warn({ err: thrown, file }, 'the logo can not be read; reports are printed without it');
  }
  return {};
}

/** Names of those who verified and released. */
async function namesOf(lab: Laboratory, report: ReportDoc): Promise<Record<string, string>> {
  const usernames = [...new Set([report.actor.username, ...report.observations.map((each) => each.verifiedBy)])];
  const users = await lab.collections.users.find({ _id: { $in: usernames } }).toArray();
  return Object.fromEntries(users.flatMap(({ _id, name }) => (name === undefined ? [] : [[_id, name]])));
}

/** Values of the same analytes and unit that were collected before and issued before this version. */
async function historyOf(lab: Laboratory, report: ReportDoc): Promise<Record<string, EarlierValue[]>> {
  const earlier = await lab.collections.reports
    .find(
      {
        latest: true,
        'patient.id': report.patient.id,
        'specimen.collectedAt': { $lt: report.specimen.collectedAt },
      },
      { sort: { 'specimen.collectedAt': -1 }, limit: mostReports },
    )
    .toArray();
  const found: Record<string, EarlierValue[]> = {};
  for (const observed of report.observations) {
    const values = earlier
      .filter((other) => other.accession !== report.accession && other.issued < report.issued)
      .flatMap((other) =>
        other.observations
          .filter(
            (each) =>
              each.analyte === observed.analyte &&
              each.unit === observed.unit &&
              each.value !== '' &&
              each.status !== 'entered-in-error',
          )
          .map(({ value, comparator }) => ({
            at: other.specimen.collectedAt,
            value,
            ...(comparator === undefined ? {} : { comparator }),
          })),
      )
      .slice(0, mostEarlier)
      .reverse();
    if (values.length > 0) found[observed.analyte] = values;
  }
  return found;
}
