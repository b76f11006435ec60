/** Writes the table of analyzers in README.md from the catalogue: `npm run readme`. test/readme.test.ts holds them equal. */
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { analyzersTable, cutAtTable } from '../test/readme-table.ts';

const file = fileURLToPath(new URL('../README.md', import.meta.url));
const { before, after } = cutAtTable(readFileSync(file, 'utf8'));
writeFileSync(file, `${before}${analyzersTable()}${after}`);
