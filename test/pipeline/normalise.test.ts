import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { DecodedObservation } from '../../drivers/driver.ts';
import { proposeMappings } from '../../src/connection/propose-mappings.ts';
import type { CatalogueView } from '../../src/laboratory/catalogue-view.ts';
import { mayBeFiled, normalise } from '../../src/pipeline/normalise.ts';
import type { MappingDoc } from '../../src/store/documents.ts';
import { openTestLaboratory, type TestLaboratory } from '../day/laboratory.ts';

let site: TestLaboratory;
beforeAll(async () => {
  site = await openTestLaboratory({
    analyzers: [
      { id: 'i1', driver: 'abbott/architect', tcp: { listen: 0 } },
      { id: 'c1', driver: 'roche/cobas-c311', tcp: { listen: 0 } },
    ],
  });
  await proposeMappings(site.lab);
});
afterAll(() => site.close());

const sent = (
  hostCode: string,
  value: string,
  unit?: string,
  aside?: DecodedObservation['aside'],
): DecodedObservation => ({
  hostCode,
  value,
  ...(unit === undefined ? {} : { unit }),
  flags: [],
  span: [0, 1],
  ...(aside === undefined ? {} : { aside }),
});

/** The catalogue with one mapping of glucose on the c 311 as given. */
function mapped(changes: Partial<MappingDoc>): CatalogueView {
  const { catalogue } = site.lab;
  const mapping = catalogue.mapping('c1', '717');
  if (mapping === undefined) throw new Error('717 has no mapping');
  const { unit: _unit, ...plain } = mapping;
  const changed: MappingDoc = { ...plain, ...changes };
  return { ...catalogue, mapping: () => changed };
}

describe('a row that is not the measured quantity', () => {
  test.each(['raw', 'interpretation'] as const)('is never filed, though its code is mapped: %s', (aside) => {
    expect(site.lab.catalogue.mapping('i1', '651')?.analyte).toBe('BHCG');
    expect(mayBeFiled(sent('651', '745833', 'RLU', aside), 'i1', site.lab.catalogue)).toBe(false);
    expect(mayBeFiled(sent('651', '5.10', 'mIU/mL'), 'i1', site.lab.catalogue)).toBe(true);
  });
  test('is filed where it has a code of its own that the site mapped', () => {
    expect(mayBeFiled(sent('717', '1', undefined, 'fact'), 'c1', site.lab.catalogue)).toBe(true);
    expect(mayBeFiled(sent('99999', '1', undefined, 'fact'), 'c1', site.lab.catalogue)).toBe(false);
  });
});

describe('a unit', () => {
  test('that nobody knows is held, though the mapping names one for when none is sent', () => {
    const view = mapped({ unit: 'mmol/L' });
    expect(normalise(sent('717', '745833', 'RLU'), 'c1', view)).toMatchObject({
      kind: 'held',
      reason: 'DRIVER_UNIT_MISMATCH',
    });
    expect(normalise(sent('717', '5.60'), 'c1', view)).toMatchObject({
      normalised: { value: '5.60', conversion: null },
    });
  });
  test('other than the one a factor is for is held', () => {
    const view = mapped({ unit: 'mg/dL', factor: '0.0555' });
    expect(normalise(sent('717', '5.60', 'mmol/L'), 'c1', view)).toMatchObject({
      kind: 'held',
      detail: '717: unit mmol/L was sent, the factor is for mg/dL',
    });
    expect(normalise(sent('717', '100', 'mg/dL'), 'c1', view)).toMatchObject({ normalised: { value: '5.55' } });
    expect(normalise(sent('717', '100'), 'c1', view)).toMatchObject({ normalised: { value: '5.55' } });
  });
  test('that is odd goes by the factor where a person gave one for it', () => {
    expect(normalise(sent('717', '5.6', 'G9'), 'c1', mapped({ factor: '1' }))).toMatchObject({ kind: 'normalised' });
  });
});
