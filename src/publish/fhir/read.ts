import type { Laboratory } from '../../laboratory/context.ts';
import type { ReportDoc } from '../../store/documents.ts';
import type { EndpointSight } from './endpoint.ts';
import { notFound } from './outcome.ts';
import { type Parameter, readCount, readDate, within } from './parameters.ts';
import { accessionOf, readCurrent } from './read-current.ts';
import { resourceOf } from './report-types.ts';
import type { Resource } from './types.ts';

/** Types that keep their versions. */
export const versionedTypes = ['DiagnosticReport', 'Observation'] as const;
export type VersionedType = (typeof versionedTypes)[number];

/** One resource as it is now. Throws 404. */
export async function readResource(
  lab: Laboratory,
  type: string,
  id: string,
  sight?: EndpointSight,
): Promise<Resource> {
  const found = await readCurrent(lab, type, id, sight);
  if (found === null) throw notFound(`${type}/${id} is not known`);
  return found;
}

/** One version of a report or of one of its observations. Throws 404. */
export async function readVersion(
  lab: Laboratory,
  type: VersionedType,
  id: string,
  version: string,
): Promise<Resource> {
  const accession = accessionOf(type, id);
  const report =
    accession === null || !/^[1-9]\d{0,5}$/.test(version)
      ? null
      : await lab.collections.reports.findOne({ accession, version: Number(version) });
  const found = report === null ? undefined : resourceOf(lab, type, report, id);
  if (found === undefined) throw notFound(`${type}/${id}/_history/${version} is not known`);
  return found;
}

/** Most versions in one history: beyond what any report sees. */
const mostVersions = 1000;

/** All versions, newest first; `_since` and `_count` narrow it. Throws 404, 400. */
export async function readHistory(
  lab: Laboratory,
  type: VersionedType,
  id: string,
  base: string,
  parameters: readonly Parameter[],
): Promise<Record<string, unknown>> {
  const accession = accessionOf(type, id);
  const reports =
    accession === null
      ? []
      : await lab.collections.reports.find({ accession }, { sort: { version: -1 }, limit: mostVersions }).toArray();
  const versions = reports.flatMap((report) => {
    const resource = resourceOf(lab, type, report, id);
    return resource === undefined ? [] : [{ report, resource }];
  });
  if (versions.length === 0) throw notFound(`${type}/${id} is not known`);
  const since = parameters.find((each) => each.name === '_since')?.values[0];
  const after = since === undefined ? undefined : readDate(`ge${since}`, lab.config.lab.timeZone);
  const shown = versions.filter(({ report }) => after === undefined || within(report.issued, after));
  const count = parameters.some((each) => each.name === '_count') ? readCount(parameters) : shown.length;
  const first = versions.at(-1)?.report;
  return {
    resourceType: 'Bundle',
    meta: { lastUpdated: reports[0]?.issued },
    type: 'history',
    total: shown.length,
    link: [{ relation: 'self', url: `${base}/${type}/${id}/_history` }],
    ...(shown.length === 0
      ? {}
      : {
          entry: shown.slice(0, count).map(({ report, resource }) => entryOf(base, report, resource, report === first)),
        }),
  };
}

function entryOf(base: string, report: ReportDoc, resource: Resource, first: boolean): Record<string, unknown> {
  const address = `${resource.resourceType}/${resource.id}`;
  return {
    fullUrl: `${base}/${address}`,
    resource,
    request: { method: first ? 'POST' : 'PUT', url: first ? resource.resourceType : address },
    response: {
      status: first ? '201' : '200',
      etag: `W/"${report.version}"`,
      lastModified: report.issued,
    },
  };
}
