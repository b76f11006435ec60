import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Client } from './client.ts';
import { freePort, openSite, type Product, type Site, waiting } from './harness.ts';
import { until } from './until.ts';

const patient = { id: 'BN99', name: 'Lê Thị Thu Hà', sex: 'female', birthDate: '1994-07-25' };
type Row = Readonly<Record<string, string>>;

let site: Site;
let product: Product;
let technician: Client;
const ports = { c311: 0, bs: 0, bc: 0 };

beforeAll(async () => {
  Object.assign(ports, { c311: await freePort(), bs: await freePort(), bc: await freePort() });
  site = await openSite({
    staff: ['technician'],
    lab: `
analyzers:
  - { id: c311-1, driver: roche/cobas-c311, tcp: { listen: ${ports.c311} } }
  - { id: bs-1, driver: mindray/bs-series, tcp: { listen: ${ports.bs} } }
  - { id: bc-1, driver: mindray/bc-5380, tcp: { listen: ${ports.bc} } }`,
  });
  product = await site.start();
  technician = await product.as('technician');
});
afterAll(() => site?.close());

async function register(orders: readonly string[]): Promise<string> {
  const answer = await technician.post('/api/specimens', { patient, orders, priority: 'stat' });
  expect(answer.status).toBe(201);
  return answer.body.accession;
}

const words = (texts: readonly Uint8Array[]): string =>
  texts.map((each) => Buffer.from(each).toString('utf8')).join('\n');

test('over ASTM the host bids after the analyzer has ended, and tells what is ordered now', async () => {
  const accession = await register(['GLU', 'CREA']);
  const analyzer = site.simulator('roche/cobas-c311', { tcp: `127.0.0.1:${ports.c311}` });
  const first = words(await analyzer.query(accession));
  expect(first).toMatch(new RegExp(`\\rO\\|1\\| *${accession}\\|`));
  expect(first).toContain('^^^717^');
  expect(first).toContain('^^^690^');
  expect(first).not.toContain('^^^685^');

  // Asked again it answers afresh: what was entered since is no longer asked for.
  const entered = { observations: [{ analyte: 'GLU', value: '5.1' }] };
  expect((await technician.post(`/api/specimens/${accession}/observations`, entered)).status).toBe(201);
  const second = words(await analyzer.query(accession));
  expect(second).not.toContain('^^^717^');
  expect(second).toContain('^^^690^');
  const journal = await until('question and answer are in the journal', async () => {
    const { body } = await technician.get('/api/analyzers/c311-1/messages');
    return body.items.filter((each: Row) => each.direction === 'out').length === 2 && body.items;
  });
  expect(journal.filter((each: Row) => each.kind === 'query' && each.state === 'answered')).toHaveLength(2);
  // The log is searched by the text of a message as well as by the number.
  const found = async (q: string): Promise<number> =>
    (await technician.get(`/api/analyzers/c311-1/messages?q=${q}`)).body.items.length;
  expect(await found('tsdwn')).toBe(2);
  expect(await found(accession)).toBe(4);
  expect(await found('nothing-like-this')).toBe(0);
});

test('over ASTM what is not registered is answered without an order, and registers nothing', async () => {
  const analyzer = site.simulator('roche/cobas-c311', { tcp: `127.0.0.1:${ports.c311}` });
  const answer = words(await analyzer.query('55500001'));
  expect(answer).toContain('55500001');
  expect(answer).not.toContain('^^^717^');
  expect((await technician.get('/api/specimens/55500001')).status).toBe(404);
});

test('over HL7 a query is acknowledged by QCK and answered by DSR; unknown: QCK says so, and no DSR follows', async () => {
  // The test numbers of this model are the site's own: the catalogue ships without them.
  const mapping = { analyzer: 'bs-1', hostCode: '2', analyte: 'CREA' };
  expect((await product.admin.post('/api/catalogue/mappings', mapping)).status).toBe(201);
  const accession = await register(['CREA']);
  const analyzer = site.simulator('mindray/bs-series', { tcp: `127.0.0.1:${ports.bs}` });
  const answers = await analyzer.query(accession);
  await until('the DSR', () => words(answers).includes('DSR^Q03'));
  const text = words(answers);
  expect(text).toMatch(/QCK\^Q02[\s\S]*QAK\|SR\|OK/);
  expect(text).toMatch(new RegExp(`DSP\\|21\\|\\|${accession}\\|`));
  expect(text).toMatch(/DSP\|29\|\|2\^/);
  const none = words(await analyzer.query('55500002'));
  expect(none).toMatch(/QCK\^Q02[\s\S]*QAK\|SR\|NF/);
  expect(none).not.toContain('DSR^Q03');
});

test('over HL7 a blood counter gets its order in the reply', async () => {
  const accession = await register(['CBC']);
  const analyzer = site.simulator('mindray/bc-5380', { tcp: `127.0.0.1:${ports.bc}` });
  const text = words(await analyzer.query(accession));
  expect(text).toContain('ORR^O02');
  expect(text).toContain(accession);
  await analyzer.results(accession);
  await waiting(technician, accession, 1);
});
