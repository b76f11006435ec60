import type { vi } from '../vi/index.ts';
import { analyzers } from './analyzers.ts';
import { errors } from './errors.ts';
import { guide } from './guide.ts';
import { deliveries, held, preview, register } from './intake.ts';
import { kit } from './kit.ts';
import { catalogue, people, referrals, statistics } from './pages.ts';
import { reasons } from './reasons.ts';
import { recipients } from './recipients.ts';
import { results } from './results.ts';
import { shell } from './shell.ts';
import { specimens } from './specimens.ts';

export const en: typeof vi = {
  ...shell,
  results,
  register,
  specimens,
  analyzers,
  kit,
  guide,
  held,
  preview,
  deliveries,
  reasons,
  recipients,
  catalogue,
  referrals,
  statistics,
  ...people,
  errors,
};
