import type { Laboratory } from '../../laboratory/context.ts';
import type { ReportDoc } from '../../store/documents.ts';
import type { EndpointSight } from './endpoint.ts';
import { keyOf, observationKeyOf } from './identity.ts';
import { resourceOf, resourcesOf } from './report-types.ts';
import { agentTypes, readAgent } from './search-agents.ts';
import { type PlainType, plainSearches } from './search-others.ts';
import type { Resource } from './types.ts';

/** What is read on nobody's behalf, to be included or sent, holds no connection but our own. */
const nobody: EndpointSight = { recipients: 'none', base: '/fhir/R4' };

/** One resource as it is now, as far as `sight` goes; null when there is none. */
export async function readCurrent(
  lab: Laboratory,
  type: string,
  id: string,
  sight: EndpointSight = nobody,
): Promise<Resource | null> {
  if (type === 'DiagnosticReport' || type === 'Observation') {
    const accession = accessionOf(type, id);
    const report = accession === null ? null : await latestReport(lab, accession);
    return report === null ? null : (resourceOf(lab, type, report, id) ?? null);
  }
  if (type === 'Provenance') {
    const [, accession = '', version = ''] = /^(.*)-v(\d{1,6})$/.exec(keyOf(id) ?? '') ?? [];
    const report = await lab.collections.reports.findOne({ accession, version: Number(version) });
    return report === null ? null : (resourcesOf(lab, type, report)[0] ?? null);
  }
  const agent = agentTypes.find((each) => each === type);
  if (agent !== undefined) return readAgent(lab, agent, id, sight);
  return isPlain(type) ? plainSearches[type].read(lab, id) : null;
}

/** The accession behind the id of a report or an observation; null when it is none. */
export function accessionOf(type: 'DiagnosticReport' | 'Observation', id: string): string | null {
  return type === 'DiagnosticReport' ? keyOf(id) : (observationKeyOf(id)?.accession ?? null);
}

function isPlain(type: string): type is PlainType {
  return Object.hasOwn(plainSearches, type);
}

async function latestReport(lab: Laboratory, accession: string): Promise<ReportDoc | null> {
  const [report] = await lab.collections.reports.find({ accession }, { sort: { version: -1 }, limit: 1 }).toArray();
  return report ?? null;
}
