import { describe, expect, test } from 'vitest';
import { catalogue } from '../drivers/catalogue.ts';
import { fill, isFlagged, isPlain, isRerun, seeded, templatesOf } from './template.ts';

describe.each(catalogue.map((driver) => ({ id: driver.id, driver, templates: templatesOf(driver) })))(
  '$id',
  ({ driver, templates }) => {
    const facts = { accession: '7700001234', at: new Date(2026, 3, 1, 9, 30, 15), controlId: '4711' };
    const capable = (what: 'results' | 'qc' | 'queries'): boolean => driver.capabilities.includes(what);

    test('has a template for all it can do', () => {
      if (capable('results')) {
        expect(templates.some((each) => each.kind === 'results' && isPlain(each))).toBe(true);
        expect(templates.some((each) => each.kind === 'results' && isRerun(each))).toBe(true);
      }
      if (capable('qc')) expect(templates.some((each) => each.kind === 'qc')).toBe(true);
      if (capable('queries')) expect(templates.some((each) => each.kind === 'query')).toBe(true);
    });

    test('sends results under any number that its own driver reads back whole', () => {
      for (const template of templates.filter((each) => each.kind === 'results' && isPlain(each))) {
        const { messages, faults } = driver.decode(fill(template, driver, { ...facts, random: seeded(7) }));
        expect(faults, template.file).toEqual([]);
        expect(new Set(messages.map((message) => message.accession)), template.file).toEqual(
          new Set([facts.accession]),
        );
        expect(messages.flatMap((message) => message.held)).toEqual([]);
        const count = template.decoded.reduce((sum, message) => sum + message.observations.length, 0);
        expect(
          messages.reduce((sum, message) => sum + message.observations.length, 0),
          template.file,
        ).toBe(count);
      }
    });

    test('asks for any number', () => {
      for (const template of templates.filter((each) => each.kind === 'query')) {
        const { messages } = driver.decode(fill(template, driver, { ...facts, random: seeded(7) }));
        const asked = messages.flatMap((message) => message.queries ?? []).map((query) => query.accession);
        expect(asked, template.file).toContain(facts.accession);
      }
    });
  },
);

test('flagged results are there for most models', () => {
  const flagged = catalogue.filter((driver) =>
    templatesOf(driver).some((each) => each.kind === 'results' && isFlagged(each)),
  );
  expect(flagged.length).toBeGreaterThan(catalogue.length * 0.75);
});
