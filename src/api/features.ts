import { healthFeature } from './health.ts';
import type { Feature } from './plugin.ts';
import { sessionFeature } from './session.ts';
import { usersFeature } from './users.ts';

/** Every feature under /api, in the order the documentation shows them. */
export const features: readonly Feature[] = [sessionFeature, usersFeature, healthFeature];
