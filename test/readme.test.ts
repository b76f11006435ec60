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

test('each test that the compliance table names is there', () => {
  const table = readFileSync(`${root}docs/compliance.md`, 'utf8');
  const named = [...table.matchAll(/`(test\/[^`]+\.test\.ts)` "([^"]+)"/g)];
  expect(named.length).toBeGreaterThan(30);
  for (const [, file = '', title = ''] of named) {
    const text = readFileSync(`${root}${file}`, 'utf8').replaceAll("\\'", "'");
    const titles = [...text.matchAll(/\b(?:test|it|describe)(?:\.each\(.*\))?\(\s*(['"`])(.+?)\1,/g)].map(
      (each) => each[2] ?? '',
    );
    expect(
      titles.some((each) => each.startsWith(title)),
      `${file}: ${title}`,
    ).toBe(true);
  }
  for (const criterion of [80, 81, 82, 83, 84, 85, 86, 87, 88, 89]) expect(table).toContain(`| ${criterion} `);
});
