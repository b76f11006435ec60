/**
 * Where the product runs from its TypeScript source (tests, bench) a worker thread needs a loader first; the built
 * product never comes here. `workerData.target` is the worker's own file.
 */
import piscina from 'piscina';
import { register } from 'tsx/esm/api';

register();
const { run: work } = await import(piscina.workerData.target);

/** Hand each piece of work on. */
export const run = (task) => work(task);
