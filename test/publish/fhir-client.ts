import type { FastifyInstance, LightMyRequestResponse } from 'fastify';

/** A searchset as a client reads it. */
export interface FhirBundle {
  readonly type: string;
  readonly total?: number;
  readonly meta?: { readonly lastUpdated: string };
  readonly link: readonly { readonly relation: string; readonly url: string }[];
  readonly entry: readonly {
    readonly fullUrl: string;
    readonly search: { readonly mode: string };
    readonly resource: FhirResource;
  }[];
}

export interface FhirResource {
  readonly resourceType: string;
  readonly id: string;
  readonly meta: { readonly versionId: string; readonly lastUpdated: string };
  readonly [element: string]: unknown;
}

type Headers = Readonly<Record<string, string>>;

export function get(app: FastifyInstance, url: string, headers: Headers): Promise<LightMyRequestResponse> {
  return app.inject({ method: 'GET', url, headers });
}

/** The Bundle of an answer. Throws with the body where it is none. */
export function bundleOf(answer: LightMyRequestResponse): FhirBundle {
  const read = answer.json<FhirBundle & { resourceType: string }>();
  if (answer.statusCode !== 200 || read.resourceType !== 'Bundle')
    throw new Error(`${answer.statusCode} ${answer.body}`);
  return { ...read, entry: read.entry ?? [] };
}

/** Ids of the matches, in order. */
export function idsOf(bundle: FhirBundle): string[] {
  return bundle.entry.filter((each) => each.search.mode === 'match').map((each) => each.resource.id);
}

export function nextOf(bundle: FhirBundle): string | undefined {
  const url = bundle.link.find((each) => each.relation === 'next')?.url;
  return url?.slice(url.indexOf('/fhir/'));
}

/** Ids of all pages from one address on. */
export async function followAll(app: FastifyInstance, url: string, headers: Headers): Promise<string[]> {
  const ids: string[] = [];
  for (let next: string | undefined = url; next !== undefined; ) {
    const bundle: FhirBundle = bundleOf(await get(app, next, headers));
    ids.push(...idsOf(bundle));
    next = nextOf(bundle);
  }
  return ids;
}
