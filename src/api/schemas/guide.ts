import { z } from 'zod';

/** The first-run guide: each step with whether it is done and what was found. */
export const guide = z.object({
  items: z
    .array(
      z.object({
        step: z.string(),
        done: z.boolean(),
        /** A person says that it is done. */
        confirmable: z.boolean(),
        confirmed: z.object({ by: z.string(), at: z.string() }).nullable(),
        facts: z.record(z.string(), z.union([z.string(), z.number()])),
      }),
    )
    .readonly(),
  next: z.null(),
  hidden: z.boolean(),
});

export const guideChange = z.strictObject({ hidden: z.boolean() });
