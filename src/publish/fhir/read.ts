import type { Laboratory } from '../../laboratory/context.ts';
import type { ReportDoc } from '../../store/documents.ts';
import { diagnosticReportResource } from './diagnostic-report.ts';
import { keyOf, observationId, observationKeyOf } from './identity.ts';
import { observationResource } from './observation.ts';
import { notFound } from './outcome.ts';
import { provenanceResource } from './provenance.ts';
import { type PlainType, plainSearches } from './search-others.ts';
import type { Resource } from './types.ts';

/** One resource as it is now. Throws 404. */
export async function readResource(lab: Laboratory, type: string, id: string): Promise<Resource> {
  const found = await find(lab, type, id);
  if (found === null) throw notFound(`${type}/${id} is not known`);
  return found;
}

async function find(lab: Laboratory, type: string, id: string): Promise<Resource | null> {
  switch (type) {
    case 'DiagnosticReport': {
      const report = await latestReport(lab, keyOf(id));
      return report === null ? null : diagnosticReportResource(report, lab.config, lab.catalogue);
    }
    case 'Observation': {
      const report = await latestReport(lab, observationKeyOf(id)?.accession ?? null);
      const observed = report?.observations.find((each) => observationId(report.accession, each.analyte) === id);
      return report === null || observed === undefined ? null : observationResource(report, observed, lab.config);
    }
    case 'Provenance': {
      const [, accession = '', version = ''] = /^(.*)-v(\d+)$/.exec(keyOf(id) ?? '') ?? [];
      const report = await lab.collections.reports.findOne({ accession, version: Number(version) });
      return report === null ? null : provenanceResource(report, lab.config);
    }
    default:
      return isPlain(type) ? plainSearches[type].read(lab, id) : null;
  }
}

function isPlain(type: string): type is PlainType {
  return Object.hasOwn(plainSearches, type);
}

async function latestReport(lab: Laboratory, accession: string | null): Promise<ReportDoc | null> {
  if (accession === null) return null;
  const [report] = await lab.collections.reports.find({ accession }, { sort: { version: -1 }, limit: 1 }).toArray();
  return report ?? null;
}

/** One version of a report. Throws 404. */
export async function readVersion(lab: Laboratory, id: string, version: string): Promise<Resource> {
  const accession = keyOf(id);
  const report =
    accession === null || !/^\d{1,6}$/.test(version)
      ? null
      : await lab.collections.reports.findOne({ accession, version: Number(version) });
  if (report === null) throw notFound(`DiagnosticReport/${id}/_history/${version} is not known`);
  return diagnosticReportResource(report, lab.config, lab.catalogue);
}

/** All versions of a report, newest first. Throws 404. */
export async function readHistory(lab: Laboratory, id: string, base: string): Promise<Record<string, unknown>> {
  const accession = keyOf(id);
  const reports =
    accession === null
      ? []
      : await lab.collections.reports.find({ accession }, { sort: { version: -1 }, limit: 1000 }).toArray();
  if (reports.length === 0) throw notFound(`DiagnosticReport/${id} is not known`);
  return {
    resourceType: 'Bundle',
    type: 'history',
    total: reports.length,
    meta: { lastUpdated: reports[0]?.issued },
    entry: reports.map((report) => ({
      fullUrl: `${base}/DiagnosticReport/${id}`,
      resource: diagnosticReportResource(report, lab.config, lab.catalogue),
      request: { method: report.version === 1 ? 'POST' : 'PUT', url: `DiagnosticReport/${id}` },
      response: {
        status: report.version === 1 ? '201' : '200',
        etag: `W/"${report.version}"`,
        lastModified: report.issued,
      },
    })),
  };
}
