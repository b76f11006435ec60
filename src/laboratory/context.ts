import type { Logger } from 'pino';
import type { Collections } from '../store/collections.ts';
import type { CatalogueView } from './catalogue-view.ts';
import type { LabConfig } from './config.ts';
import type { DriverCatalogue } from './drivers.ts';
import type { EventHub } from './events.ts';

/** What every room of `src` works with: one laboratory, open. Built in src/cli/serve.ts, and by tests. */
export interface Laboratory {
  readonly config: LabConfig;
  readonly collections: Collections;
  readonly catalogue: CatalogueView;
  readonly drivers: DriverCatalogue;
  readonly events: EventHub;
  readonly log: Logger;
  /** Milliseconds since 1970: the one clock, so that tests can set it. */
  readonly now: () => number;
}

/** An instant as the store keeps it. */
export function isoNow(lab: Pick<Laboratory, 'now'>): string {
  return new Date(lab.now()).toISOString();
}
