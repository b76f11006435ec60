import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['{protocols,drivers,simulators,src,test}/**/*.test.ts'],
    testTimeout: 20_000,
    hookTimeout: 60_000,
    pool: 'forks',
    maxWorkers: 2,
    globalSetup: ['test/store/mongo-setup.ts'],
    // The product under test sees a MongoDB only where a test gives it one.
    env: { MONGODB_URI: '' },
  },
});
