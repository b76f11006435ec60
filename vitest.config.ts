import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['{protocols,drivers,simulators,src,test}/**/*.test.ts'],
    testTimeout: 20_000,
    hookTimeout: 60_000,
    pool: 'forks',
    maxWorkers: 2,
  },
});
