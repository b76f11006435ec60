import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import type { DecodedMessage, Driver, OrderForAnalyzer } from '../../drivers/driver.ts';
import { recogniseDriver } from '../../drivers/recognise.ts';

const corpus = fileURLToPath(new URL('../../../shared/corpus', import.meta.url));

/** A query of an analyzer, and what its host of the time answered to it or to another of its kind. */
interface Exchange {
  readonly query: string;
  /** Literal answer with orders; its places of number, tests and type are what ours are held against. */
  readonly answer: string;
  /** Where the literal answer has the specimen number and the tests, as in its records. */
  readonly number: RegExp;
  readonly tests: RegExp;
  /** Type of the specimen there, as our catalogue has it. */
  readonly type?: string;
}

const orderNumber = /\rO\|\d+\|([^|^\r]*)/;
const displayTests = /DSP\|(?:29|[3-9]\d)\|\|([^|^\r]+)/g;
const displayNumber = /DSP\|21\|\|([^|\r]*)/;
const mindray = 'MindrayCL1000i/mindray-cl1000i-';
const wiener = 'AnalizadoresInterface/wiener-';
const x800 = 'idx-57005219371-roche-x800-dm-law/x800dm-';

const exchanges: readonly Exchange[] = [
  {
    query: 'astm_general/ortho-vitros3600-host-query-11-21-11-10-01-620611.astm',
    answer: 'astm_general/ortho-vitros3600-order-download-11-21-11-10-02-134929.astm',
    number: /O\|\d+\|([^|^\r]*)/,
    tests: /\+(\d{3})\+/g,
  },
  {
    query: 'Ruby-ASTM/erba-em200-query.restored.astm',
    answer: 'astm_general/host-order-to-erba-xl1000.astm',
    number: orderNumber,
    tests: /\^\^\^([^`|\r]+)/g,
  },
  {
    query: `${wiener}autoanalyzer-QRY-Q02-01.hl7`,
    answer: `${wiener}autoanalyzer-host-DSR-Q03-01.hl7`,
    number: displayNumber,
    tests: displayTests,
  },
  {
    query: `${wiener}cm260-QRY-Q02-01.hl7`,
    answer: `${wiener}cm260-host-DSR-Q03-02.hl7`,
    number: displayNumber,
    tests: displayTests,
  },
  {
    query: `${mindray}QRY-Q02-1.hl7`,
    answer: `${mindray}DSR-Q03-1.hl7`,
    number: displayNumber,
    tests: displayTests,
    type: 'serum',
  },
  {
    query: `${x800}QBP-Q11-query.hl7`,
    answer: `${x800}OML-O33-new-order.hl7`,
    number: /SAC\|\|\|([^|^\r]*)/,
    tests: /OBR\|[^|]*\|[^|]*\|[^|]*\|([^|^\r]+)/g,
    type: 'urine',
  },
  {
    query: 'idx-34341501983-biosystems-ba200/biosystems-ba200-QBP-Q11-WOS.hl7',
    answer: 'idx-34154439266-biosystems-ba200-orders/host-OML-O33-to-ba200-59-tests-wrong-trailer.hl7',
    number: /SPM\|1\|([^|^\r]*)/,
    tests: /OBR\|[^|]*\|[^|]*\|[^|]*\|([^|^\r]+)/g,
    type: 'serum',
  },
  {
    query: 'mindray-astm-manual/mindray-astm-RQ-query.astm',
    answer: 'mindray-astm-manual/mindray-astm-SA-order.astm',
    number: /O\|\d+\|\|?([^|^\r]*)/,
    tests: /[|\\](\d)\^[^^|\r]*\^[^^|\r]*\^\d?(?=[\\|])|[|\\](T?\d)\^\^\^/g,
  },
  {
    query: 'openelisglobal-plugins/genexpert-qbp-z03.hl7',
    answer: 'genexpert-lis-spec/genexpert-rsp_two.hl7',
    number: /SPM\|1\|([^|^\r]*)/,
    tests: /OBR\|1\|\|\|([^|^\r]+)/g,
  },
];

const bytes = (file: string): Uint8Array => new Uint8Array(readFileSync(join(corpus, file)));
const words = (raw: Uint8Array): string => Buffer.from(raw).toString('latin1').replaceAll(/\r?\n/g, '\r');
const testsIn = (text: string, pattern: RegExp): string[] =>
  [...text.matchAll(pattern)].map((match) => match[1] ?? match[2] ?? '');

function ask(file: string): { driver: Driver; query: DecodedMessage; raw: Uint8Array } {
  const raw = bytes(file);
  const driver = recogniseDriver(raw);
  const query = driver?.decode(raw).messages.find((each) => each.kind === 'query');
  if (driver === null || query === undefined) throw new Error(`${file} is no query of a driver`);
  return { driver, query, raw };
}

function answer(file: string, orders: (accession: string) => OrderForAnalyzer | null): string {
  const { driver, query, raw } = ask(file);
  const context = { now: '20260312120000', hostName: 'LIS', nextControlId: () => '1' };
  const asked = (query.queries ?? []).flatMap((each) => each.accession ?? []);
  const found = asked.flatMap((each) => orders(each) ?? []);
  const unknown = asked.filter((each) => !found.some((order) => order.accession === each));
  return driver.answer?.(query, found, unknown, raw, context).map(words).join('\r') ?? '';
}

describe.skipIf(!existsSync(corpus))('a query of the corpus', () => {
  test.each(exchanges)(
    '$query is answered as its host of the time did: number and tests in the same places',
    (exchange) => {
      const literal = words(bytes(exchange.answer));
      const tests = testsIn(literal, exchange.tests);
      expect(tests.length).toBeGreaterThan(0);
      expect(exchange.number.exec(literal)?.[1] ?? '').not.toBe('');
      const asked = ask(exchange.query).query.queries?.[0]?.accession ?? '';
      const ours = answer(exchange.query, (accession) => ({
        accession,
        patient: { id: 'P1', name: 'Le Thi Hoa', sex: 'female', birthDate: '1980-05-17' },
        hostCodes: tests,
        priority: 'routine',
        ...(exchange.type === undefined ? {} : { specimenType: exchange.type }),
      }));
      expect(testsIn(ours, exchange.tests)).toEqual([...new Set(tests)]);
      expect(exchange.number.exec(ours)?.[1] || /O\|\d+\|\|([^|\r]*)/.exec(ours)?.[1]).toBe(asked);
    },
  );

  test('the Data Manager of Roche gets its order as its traces show one', () => {
    const literal = words(bytes(`${x800}OML-O33-new-order.hl7`));
    const ours = answer(`${x800}QBP-Q11-query.hl7`, (accession) => ({
      accession,
      patient: {},
      hostCodes: ['72828-7'],
      priority: 'routine',
      specimenType: 'urine',
    }));
    for (const shape of [
      /SPM\|1\|sample123&ROCHE\|\|UR\^/,
      /SAC\|\|\|sample123\|\|\|\|\|\|\|S54\|14/,
      /OML\^O33\^OML_O33/,
      /LAB-28\^IHE/,
    ]) {
      expect(literal).toMatch(shape);
      expect(ours).toMatch(shape);
    }
  });

  const queries = [
    ...exchanges.map((each) => each.query),
    'MaglumiX3/thermo-indiko-query-01.astm',
    'Ruby-ASTM/roche-e411-query-TSREQ.restored.astm',
    'Ruby-ASTM/roche-e411-query-unread-barcode.restored.astm',
    'go-astm/rvt-query-five-q-records.astm',
    'go-astm/rvt-query-empty-lines.astm',
    'idx-4848046403-abbott-architect-i1000sr/architect-i1000sr-query.astm',
    'idx-58002900655-mindray-bc5150-log/mindray-bc5150-ORM-O01-worklist-query.hl7',
    'limsmw/biosystems-ba400-QBP-Q11-01.hl7',
    `${mindray}QRY-Q02-2.hl7`,
  ];

  test.each(queries)('%s without an order gets a well-formed answer without one', (file) => {
    const none = answer(file, () => null);
    const { protocol } = ask(file).driver;
    if (protocol === 'astm') {
      expect(none).toMatch(/^H[\s\S]*\rL\|1/);
      const order = /\rO\|[^\r]*/.exec(none)?.[0];
      if (order === undefined) expect(none).toMatch(/L\|1\|I/);
      else expect(order.split('|')[4]).toBe('');
    } else expect(none).toMatch(/^MSH[\s\S]*\r(?:QAK\|[^|]*\|NF|MSA\|AR|QAK\|[^|]*\|OK)/);
    expect(none).not.toMatch(/\r(?:OBR|DSP)\|/);
  });

  test('for five tubes of which two are known: each has its own answer', () => {
    const known = new Set(['VALI200302', 'VALI200305']);
    const text = answer('go-astm/rvt-query-five-q-records.astm', (accession) =>
      known.has(accession) ? { accession, patient: {}, hostCodes: ['Pool_Cell'], priority: 'routine' } : null,
    );
    const orders = text
      .split('\r')
      .filter((record) => record.startsWith('O|'))
      .map((record) => record.split('|'));
    expect(orders.map((fields) => [fields[2], fields[4]]).sort()).toEqual([
      ['VALI200301', ''],
      ['VALI200302', '^^^Pool_Cell'],
      ['VALI200303', ''],
      ['VALI200304', ''],
      ['VALI200305', '^^^Pool_Cell'],
    ]);
    expect(orders.filter((fields) => fields[4] === '').every((fields) => fields[25] === 'Y')).toBe(true);
  });
});
