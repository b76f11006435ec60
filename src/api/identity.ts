import type { z } from 'zod';
import type { Laboratory } from '../laboratory/context.ts';
import type { UserDoc } from '../store/documents.ts';
import { rightsOf } from './rights.ts';
import type { whoAmI } from './schemas/people.ts';

/** Who a person is, what the role may do, and what of the laboratory the workbench goes by. */
export function identityOf(lab: Laboratory, user: UserDoc): z.infer<typeof whoAmI> {
  const { config } = lab;
  return {
    username: user._id,
    role: user.role,
    ...(user.name === undefined ? {} : { name: user.name }),
    rights: rightsOf(user.role),
    ...(user.sections === undefined ? {} : { sections: user.sections }),
    totp: user.totp?.confirmed === true,
    laboratory: {
      id: config.lab.id,
      name: config.lab.name,
      timeZone: config.lab.timeZone,
      locale: config.lab.locale,
      verification: config.verification,
      undoSeconds: config.undoSeconds,
      idleSeconds: config.session.idleSeconds,
    },
  };
}
