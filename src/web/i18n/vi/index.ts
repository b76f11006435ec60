import { errors } from './errors.ts';
import { analyzers, catalogue, deliveries, held, people, register } from './pages.ts';
import { results } from './results.ts';
import { shell } from './shell.ts';

export const vi = { ...shell, results, register, analyzers, held, deliveries, catalogue, ...people, errors };
