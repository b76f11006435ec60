import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { analyzersTable, cutAtTable } from './readme-table.ts';

const root = fileURLToPath(new URL('../', import.meta.url));
const readme = readFileSync(`${root}README.md`, 'utf8');

test("README's table of analyzers is the catalogue (npm run readme writes it)", () => {
  expect(cutAtTable(readme).table).toBe(analyzersTable());
});

test('README and docs link to files that are there', () => {
  for (const file of [
    'README.md',
    'CONTRIBUTING.md',
    'docs/decisions.md',
    'docs/operations.md',
    'docs/compliance.md',
  ]) {
    const text = readFileSync(`${root}${file}`, 'utf8');
    const folder = file.includes('/') ? `${root}docs/` : root;
    for (const [, target = ''] of text.matchAll(/\]\((?!https?:|#)([^)#\s]+)/g)) {
      expect(existsSync(`${folder}${target}`), `${file}: ${target}`).toBe(true);
    }
  }
});
