#!/usr/bin/env node
import { existsSync } from 'node:fs';

const built = new URL('../dist/src/cli/main.js', import.meta.url);
if (!existsSync(built)) {
  process.stderr.write('cuvette: not built yet. Run `npm run setup` in the checkout.\n');
  process.exit(1);
}
const { main } = await import(built.href);
await main(process.argv);
