import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openTestLaboratory, type TestLaboratory } from '../laboratory.ts';

let laboratory: TestLaboratory;
let app: FastifyInstance;
let routes: (readonly [method: string, path: string])[];

beforeAll(async () => {
  laboratory = await openTestLaboratory({ http: { rateLimits: 'off' } });
  app = await laboratory.app();
  routes = routesOf(app.printRoutes({ commonPrefix: false }));
});
afterAll(() => laboratory.close());

/** Every method and path of the server, from the tree it prints. */
function routesOf(tree: string): (readonly [string, string])[] {
  const above: string[] = [];
  return tree.split('\n').flatMap((line) => {
    const [, lead = '', part = '', methods = ''] = /^([│├└─ ]*)(\S+) \(([A-Z, ]+)\)$/.exec(line) ?? [];
    // What is not found has a row of its own: it is no address, and answers 404 (or the workbench's page).
    if (part === '' || (part === '*' && lead.length === 4)) return [];
    const depth = lead.length / 4;
    const path = `${depth === 1 ? '' : (above[depth - 1] ?? '')}${part}`;
    above[depth] = path;
    return methods
      .split(', ')
      .filter((method) => method !== 'HEAD')
      .map((method) => [method, path] as const);
  });
}

/** What answers without credentials (contract-publish.md, Access); behind a name that is a secret in itself: the link. */
const open =
  /^(GET (\/docs.*|\/openapi\.json|\/healthz|\/readyz|\/metrics|\*|\/signin\/:secret|(\/fhir\/R4)?\/\.well-known\/smart-configuration|\/fhir\/R4\/metadata)|POST (\/api\/session|\/auth\/token))$/;

const catalogue = ['GET /api/catalogue/'];
const need = (scopes: string, ...routes: string[]) => routes.map((route) => [route, scopes.split(' ')] as const);
/** All that a token may under /api, and the least it needs for it: type and letter, all of them. */
const underApi: readonly (readonly [route: string, needs: readonly string[]])[] = [
  ...need('Specimen.r Observation.r Patient.r', 'GET /api/specimens/:accession'),
  ...need('Specimen.s Observation.s Patient.s', 'GET /api/specimens'),
  ...need(
    'DiagnosticReport.r',
    'GET /api/reports/:id',
    'GET /api/reports/:id.pdf',
    'GET /api/reports/:id/document',
    'GET /api/reports/:id/record',
    'GET /api/reports/:id/compare',
  ),
  ...need('DiagnosticReport.s', 'GET /api/deliveries', 'GET /api/deliveries/completeness'),
  ...need(
    'Observation.s',
    ...['counts', 'criticals', 'tat', 'workload', 'rejections'].map((each) => `GET /api/statistics/${each}`),
  ),
  ...need('Observation.s Patient.s', 'GET /api/bhyt/xml4'),
];

function needsUnderApi(route: string): readonly string[] | 'closed' {
  if (catalogue.some((each) => route.startsWith(each))) return [];
  return underApi.find(([each]) => each === route)?.[1] ?? 'closed';
}

/** Under /fhir/R4 the address says what is needed. */
function needsUnderFhir(route: string): readonly string[] | 'closed' {
  const [, method = '', type = '', rest = ''] = /^(\w+) \/fhir\/R4\/([A-Z][A-Za-z]+)(.*)$/.exec(route) ?? [];
  if (rest === '/_search') return [`${type}.s`];
  if (rest.startsWith('/:id/$')) return [`${type}.r`];
  if (rest === '') return [`${type}.${method === 'GET' ? 's' : 'c'}`];
  const letter = { GET: 'r', PUT: 'u', DELETE: 'd' }[method];
  return letter === undefined ? 'closed' : [`${type}.${letter}`];
}

function mayHave(route: string, scopes: readonly string[]): boolean {
  const path = route.split(' ')[1] ?? '';
  const needs = path.startsWith('/api/') ? needsUnderApi(route) : needsUnderFhir(route);
  if (needs === 'closed') return false;
  return needs.every((each) => {
    const [type, letter = ''] = each.split('.');
    return scopes.some((scope) => {
      const [, own = '', letters = ''] = /^system\/(.+)\.([cruds]+)$/.exec(scope) ?? [];
      return (own === '*' || own === type) && letters.includes(letter);
    });
  });
}

async function answerTo(method: string, path: string, headers: Record<string, string>): Promise<number> {
  const url = path.replaceAll(/:\w+/g, 'x');
  // A stream that is let in does not end by itself.
  const answering = app.inject({ method: method as 'GET', url, headers, signal: AbortSignal.timeout(10_000) });
  return (await answering).statusCode;
}

describe('every route', () => {
  test('is known by the tables here, and none is forgotten', () => {
    expect(routes.length).toBeGreaterThan(150);
    for (const [route] of underApi) expect(routes.map((each) => each.join(' '))).toContain(route);
    const elsewhere = routes.filter(([, path]) => !/^\/(api|fhir\/R4)\//.test(path)).map((each) => each.join(' '));
    for (const route of elsewhere) expect(route).toMatch(open);
  });

  test('is closed without credentials and to a token that is none, but for the few that must be open', async () => {
    for (const [method, path] of routes) {
      const route = `${method} ${path}`;
      if (open.test(route)) continue;
      for (const headers of [{}, { authorization: 'Bearer nothing' }])
        expect([route, await answerTo(method, path, headers)]).toEqual([route, 401]);
    }
  });

  test.each([
    [['system/*.cruds']],
    [['system/*.rs']],
    [['system/*.r']],
    [['system/*.s']],
    [['system/*.c']],
    [['system/Patient.rs']],
    [['system/Specimen.rs', 'system/Patient.rs']],
    [['system/Specimen.r', 'system/Observation.r', 'system/Patient.r']],
    [['system/DiagnosticReport.r']],
    [['system/DiagnosticReport.s', 'system/Observation.s']],
    [['system/Subscription.cruds']],
    [['system/ServiceRequest.c', 'system/Bundle.c']],
    [['system/Endpoint.rs']],
  ])('answers a token with %s what its scopes reach, and nothing else', async (scopes) => {
    const headers = await laboratory.bearer(...scopes);
    for (const [method, path] of routes) {
      const route = `${method} ${path}`;
      if (open.test(route)) continue;
      const status = await answerTo(method, path, headers);
      expect([route, status === 401 || status === 403 ? 'closed' : 'open']).toEqual([
        route,
        mayHave(route, scopes) ? 'open' : 'closed',
      ]);
    }
  });
});
