import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Files that take longest begin first, so that none is left over at the end on one core. */
const long = [
  'journeys/bad-input',
  'publish/delivery-week',
  'journeys/referral',
  'store/queries',
  'browser/results',
  'browser/admin',
  'browser/corrections',
  'publish/signing-token',
  'wire/lines',
  'browser/pages',
  'protocols/astm-vectors',
  'publish/signing-remote',
  'journeys/result-way',
  'publish/signing',
  'faults/day',
  'publish/referral',
];

class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const place = ({ moduleId }: TestSpecification): number => {
      const found = long.findIndex((name) => moduleId.includes(`test/${name}`));
      return found < 0 ? long.length : found;
    };
    return [...files].sort((one, other) => place(one) - place(other));
  }
}

export default defineConfig({
  test: {
    include: ['{protocols,drivers,simulators,src,test}/**/*.test.ts'],
    // Journeys start the product again and again; a busy machine takes its time over it.
    testTimeout: 60_000,
    hookTimeout: 60_000,
    pool: 'forks',
    maxWorkers: 3,
    // No test changes what another one imports; loading the product anew for each file took a third of the time.
    isolate: false,
    sequence: { sequencer: LongestFirst },
    globalSetup: ['test/store/mongo-setup.ts'],
    // The product under test sees a MongoDB only where a test gives it one.
    env: { MONGODB_URI: '' },
  },
});
