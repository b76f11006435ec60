/** Writes the table of analyzers in README.md from the catalogue: `npm run readme`. test/readme.test.ts holds them equal. */
import { readFileSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { analyzersTable, cutAtTable } from '../test/readme-table.ts';

// npm runs it in the checkout; it stands in dist/ itself.
const file = resolve('README.md');
const { before, after } = cutAtTable(readFileSync(file, 'utf8'));
writeFileSync(file, `${before}${analyzersTable()}${after}`);
